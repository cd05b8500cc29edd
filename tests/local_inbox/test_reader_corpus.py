"""The reader beside the standard library's, on mails that are made up: as they were made, and damaged."""

import os
import random
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, default

import pytest

from smtp_desktop.local_inbox.reader import heading, read

_FUZZED, _PARTS = int(os.environ.get("SMTP_DESKTOP_TEST_FUZZ", "100000")), 16  # of the long run
_WORDS = (
    "Grüße aus Köln",
    "plain words",
    "質問と回答",
    "Привет, мир",
    "x" * 1_200,
    "Straße\n.dot\n..two",
    "€ 5 „so“",
    "",
)
_NAMES = (
    "notes.txt",
    "Übersicht 2026.pdf",
    "報告書.docx",
    'a "quoted"; name.bin',
    "very " * 30 + "long.dat",
    "a'b*c%d.e",
)
_CHARSETS = ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "koi8-r", "iso-2022-jp", "gb18030", "cp1251")
_ENCODINGS = ("base64", "quoted-printable", "8bit")


class _Made:
    """A mail with what is to be seen of it."""

    def __init__(self, seed: int) -> None:
        self.choice = random.Random(seed)
        self.texts: list[str] = []
        self.html: list[str] = []
        self.names: list[str] = []
        self.subject = self.choice.choice(_WORDS).replace("\n", " ")
        message = self._message(depth=0)
        message["Subject"] = self.subject
        message["From"] = "Jürgen <j@example.test>"
        policy = self.choice.choice((SMTP, SMTPUTF8))
        self.raw = message.as_bytes(policy=policy.clone(max_line_length=self.choice.choice((78, 998))))

    def _message(self, depth: int) -> EmailMessage:
        message = EmailMessage()
        words = self._words("text", depth)
        self.texts.append(words)
        message.set_content(words, cte=self._encoding(words), charset=self._charset(words))
        if self.choice.random() < 0.4:
            page = f"<p>{self._words('html', depth)}</p>".replace("\n", " ")
            (self.html if depth == 0 else self.texts).append(page[3:-4])
            message.add_alternative(page, subtype="html", cte=self._encoding(page))
        for _ in range(self.choice.choice((0, 0, 1, 3))):
            self._attach(message, depth)
        return message

    def _attach(self, message: EmailMessage, depth: int) -> None:
        name = self.choice.choice(_NAMES)
        kind = self.choice.choice(("text", "bytes", "mail"))
        if kind == "text":
            words = self._words("attached", depth)
            self.texts.append(words)
            message.add_attachment(words, filename=name, cte=self._encoding(words), charset=self._charset(words))
            self.names.append(name)
        elif kind == "bytes":
            message.add_attachment(b"\0\1\xff" * 30, maintype="application", subtype="octet-stream", filename=name)
            self.names.append(name)
        elif depth < 3:
            inner = self._message(depth + 1)
            inner["Subject"] = "inside"
            message.add_attachment(inner)

    def _words(self, kind: str, depth: int) -> str:
        return f"{kind} {depth} {self.choice.random()} {self.choice.choice(_WORDS)}"

    def _charset(self, words: str) -> str:
        charset = self.choice.choice(_CHARSETS)
        try:
            words.encode(charset)
        except UnicodeError:
            return "utf-8"
        return charset

    def _encoding(self, words: str) -> str:
        return self.choice.choice(_ENCODINGS if max(map(len, words.split("\n"))) < 300 else _ENCODINGS[:2])


def _assert_seen(made: _Made) -> None:
    mail = read(made.raw)
    assert mail.subject == made.subject.strip()
    for words in made.texts:
        assert words.strip() in mail.text
    for words in made.html:
        assert words.strip() in mail.html
    attached = [name for name in mail.attachment_names if name != "message/rfc822"]
    assert sorted(attached) == sorted(made.names)
    theirs = message_from_bytes(made.raw, policy=default)
    for part in theirs.walk():
        if part.get_content_type() == "text/plain":
            assert part.get_content().replace("\r\n", "\n").strip() in mail.text
    assert sorted(filter(None, (part.get_filename() for part in theirs.walk()))) == sorted(attached)
    assert [name for name, _ in theirs.items()] == [header.name for header in mail.headers]


def _damaged(made: _Made) -> bytes:
    raw, choice = bytearray(made.raw), made.choice
    for _ in range(choice.choice((1, 3, 20))):
        at = choice.randrange(len(raw) + 1)
        match choice.randrange(5):
            case 0:
                del raw[at : at + choice.choice((1, 2, 40))]
            case 1:
                raw[at:at] = choice.choice(
                    (b"\r\n", b"\n", b"--", b"\0", b"\xff", b'"', b"=", b";", b"=?utf-8?q?", b"*0*=")
                )
            case 2:
                raw[at : at + 1] = bytes((choice.randrange(256),))
            case 3:
                raw[at:at] = raw[at // 2 : at // 2 + choice.choice((5, 200))]
            case _:
                del raw[choice.randrange(len(raw) + 1) :]
    return bytes(raw)


def _assert_readable(raw: bytes) -> None:
    mail = read(raw)
    shown = [mail.subject, mail.from_, mail.text, mail.html, *mail.attachment_names, *map(str, mail.notes)]
    for words in (*shown, *heading(raw), *(header.name + header.value for header in mail.headers)):
        words.encode("utf-8")  # all of it can be shown
    assert len(mail.text) + len(mail.html) <= 3 * len(raw) + 10_000


@pytest.mark.parametrize("seeds", [range(20)], ids=["20 mails"])
def test_made_up_mails_are_seen_as_they_were_made_and_as_another_reader_sees_them(seeds: range) -> None:
    for seed in seeds:
        made = _Made(seed)
        _assert_seen(made)
        _assert_readable(_damaged(made))


@pytest.mark.long
@pytest.mark.parametrize("part", range(_PARTS))
def test_many_made_up_mails_are_seen_and_read_whatever_is_damaged(part: int) -> None:
    for seed in range(part, _FUZZED // 10, _PARTS):
        made = _Made(seed)
        _assert_seen(made)
        for _ in range(9):
            _assert_readable(_damaged(made))
