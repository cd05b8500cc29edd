"""A reader of mails that anyone may have written, broken ones too."""

import binascii
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from smtp_desktop.domain.mail.html_text import plain_text
from smtp_desktop.domain.mail.received import Header, MailContent, MailFile
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.local_inbox.charsets import charset_in_html, codec_of, decoded
from smtp_desktop.local_inbox.header_fields import LONGEST_VALUE, MAX_FIELDS, Field, base64_bytes, fields, readable
from smtp_desktop.local_inbox.mime_parts import MAX_PARTS, Part, parts_of, value_of

LONGEST_LINE = 998
"""RFC 5322 2.1.1, without the line end."""
_LONGEST_READ_S = 5.0
_LONGEST_HTML = 1_000_000  # characters that are read as HTML, of what is shown as text

_FOLD = re.compile(r"\r\n?|\n")
_LINE = re.compile(rb"[^\r\n]++")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=\s]*+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*+\r?\n", re.MULTILINE)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PICTURES_AND_SOUND = ("image/", "audio/", "video/", "font/", "model/")
_BINARY = (b"%PDF", b"PK\x03\x04")
# What is in every MIME mail before its parts, for readers of the time before MIME.
_FOR_OLD_READERS = re.compile(
    r"\s{0,99}(this is an? (multi-?part|(open)?pgp|s/mime|cryptographically)|if you (can read|are reading))",
    re.IGNORECASE,
)
_MAILS = frozenset({"message/rfc822", "message/global"})
_LONGEST_NAME = 40
_HEADING_WITHIN = 200_000  # bytes
_LONGEST_HEADING = 4_000


def heading(raw: bytes) -> tuple[str, str]:
    """Returns subject and sender of `raw`, from the beginning of its header. Takes some milliseconds at most."""
    header, _ = fields(raw[:_HEADING_WITHIN], 0)
    return readable(value_of(header, "subject")[:_LONGEST_HEADING]), readable(
        value_of(header, "from")[:_LONGEST_HEADING]
    )


def read(raw: bytes, *, now_s: Callable[[], float] = time.monotonic) -> MailContent:
    """Returns all that can be read of `raw`; never raises. Takes up to some seconds: not for a thread that others wait
    for."""
    header, at = fields(raw, 0)
    reading = _Reading(ends_s=now_s() + _LONGEST_READ_S, now_s=now_s)
    if len(header) == MAX_FIELDS:
        reading.note(msg("The header has more than {count} fields; the rest is shown as text.", count=MAX_FIELDS))
    longest = max((len(line[0]) for line in _LINE.finditer(raw)), default=0)
    if any(len(one.raw) > LONGEST_VALUE for one in header):
        reading.note(
            msg("A header field is longer than {count} bytes; see the source for the rest.", count=LONGEST_VALUE)
        )
    if longest > LONGEST_LINE:
        reading.note(
            msg(
                "The longest line has {length} bytes; other servers may refuse or break lines over 998 bytes.",
                length=longest,
            )
        )
    reading.take(raw, at, header, depth=0)
    headers = tuple(Header(name=one.name, value=readable(one.raw)) for one in header)
    return MailContent(
        subject=readable(value_of(header, "subject")),
        from_=readable(value_of(header, "from")),
        text="\n\n".join(reading.texts),
        html="\n<hr>\n".join(reading.htmls),
        headers=headers,
        attachments=tuple(reading.files),
        notes=tuple(reading.notes),
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What was read so far."""

    ends_s: float
    now_s: Callable[[], float]
    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    notes: list[MessageText] = field(default_factory=list)
    parts: int = 0

    def note(self, words: MessageText) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def take(self, raw: bytes, at: int, header: list[Field], *, depth: int) -> None:
        """Takes in the mail whose body begins at `at`, and those in it."""
        for part in parts_of(raw, at, header, depth=depth):
            self.parts += 1
            if self.parts > MAX_PARTS:
                self.note(msg("There are more than {count} parts; the rest is shown as text.", count=MAX_PARTS))
            if self.now_s() > self.ends_s:
                self.note(msg("Reading took too long; see the source for the rest."))
                return
            self._take_part(part)

    def _take_part(self, part: Part) -> None:
        if part.header:
            self.files.append(MailFile(name=part.name or part.kind))
            self.texts.append(_header_text(part, part.header))
            return
        content = self._content(part)
        if part.kind in _MAILS and not part.is_outside:
            # Encoded, against RFC 2046 5.2.1, or nested too deep.
            self.files.append(MailFile(name=part.name or part.kind, content=content))
            header, at = fields(content, 0)
            if header and part.encoding in {"base64", "quoted-printable"} and part.depth == 0:
                self.texts.append(_header_text(part, header))
                self.take(content, at, header, depth=1)
                return
        self._take_content(part, content)

    def _take_content(self, part: Part, content: bytes) -> None:
        if part.is_outside:
            text = decoded(content, "")[0]
            if text.strip() and not _FOR_OLD_READERS.match(text):
                self.texts.append(_lines(text).strip("\n"))
            return
        is_body = not (part.name or part.is_attachment or part.depth)
        # A mail in the mail is named already, and its own texts are not attached.
        is_attached = part.name or part.is_attachment or not (part.depth or part.kind.startswith("text/"))
        if is_attached and part.kind not in _MAILS:
            self.files.append(MailFile(name=part.name or part.kind, content=content))
        shown = self._text(part, content)
        if shown is None:
            return
        if part.kind == "text/html" and is_body:
            self.htmls.append(shown)
            return
        if part.kind == "text/html":
            shown = plain_text(shown[:_LONGEST_HTML]) + shown[_LONGEST_HTML:]
        self.texts.append(shown if is_body and part.kind == "text/plain" else f"{_caption(part)}\n{shown}")

    def _text(self, part: Part, content: bytes) -> str | None:
        """Returns the part as text with LF line ends; None where it is none."""
        is_text = part.kind.startswith(("text/", "message/", "multipart/"))
        if not is_text and (
            (part.kind.startswith(_PICTURES_AND_SOUND) and not part.kind.endswith("+xml"))
            or content.startswith(_BINARY)
        ):
            return None
        claimed = part.charset or (charset_in_html(content) if part.kind == "text/html" else "")
        text, codec = decoded(content, claimed)
        if not is_text and (_NOT_TEXT.search(text) or (codec == "cp1252" and not part.charset)):
            return None
        self._note_charset(claimed[:_LONGEST_NAME], codec, is_ascii=content.isascii())
        return _lines(text)

    def _note_charset(self, claimed: str, codec: str, *, is_ascii: bool) -> None:
        known = codec_of(claimed)
        if claimed and not known:
            words = "The character set of a text, {claimed}, is unknown; the text is shown as {codec}."
            self.note(msg(words, claimed=claimed, codec=codec))
        elif claimed and codec != known:
            self.note(msg("A text is labeled as {claimed} but is in {codec}.", claimed=claimed, codec=codec))
        elif not claimed and not is_ascii:
            self.note(msg("A text has no charset; it is shown as {codec}.", codec=codec))

    def _content(self, part: Part) -> bytes:
        """Returns the body without its transfer encoding."""
        match part.encoding:
            case "base64":
                return self._from_base64(part)
            case "quoted-printable":
                return binascii.a2b_qp(part.body)
            case "x-uuencode" | "uuencode" | "uue" | "x-uue":
                return _from_uuencode(part.body)
        return part.body

    def _from_base64(self, part: Part) -> bytes:
        good, other = bytearray(), bytearray()
        for line in part.body.splitlines(keepends=True):
            (good if _BASE64_LINE.fullmatch(line) else other).extend(line)
        if not other.strip():
            return base64_bytes(part.body)
        self.note(msg("A part is labeled as Base64 but is not valid Base64."))
        # Text behind it is mostly a list's footer; where all lines are broken, the part was never encoded.
        return base64_bytes(bytes(good)) + b"\n" + bytes(other) if len(good) > len(other) else part.body


def _from_uuencode(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if not begin:
        return body
    content = bytearray()
    for line in body[begin.end() :].splitlines():
        if line.strip() == b"end":
            break
        try:
            content += binascii.a2b_uu(line)
        except binascii.Error:
            return body
    return bytes(content)


def _caption(part: Part) -> str:
    return f"--- {part.name} ({part.kind}) ---" if part.name else f"--- {part.kind} ---"


def _header_text(part: Part, header: Iterable[Field]) -> str:
    """Returns the header of the mail that `part` is, below a line that names it."""
    return "\n".join((_caption(part), *(f"{one.name}: {readable(one.raw)}" for one in header)))


def _lines(text: str) -> str:
    return _FOLD.sub("\n", text)


def without_surrogates(value: str) -> str:
    """Returns `value` with bytes that are not UTF-8 replaced, so that it can be shown and stored."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
