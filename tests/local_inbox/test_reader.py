"""The reader of mails, with broken ones above all."""

from email.message import EmailMessage

from hypothesis import example, given
from hypothesis import strategies as st

from smtp_desktop.local_inbox.reader import read


def _crlf(message: EmailMessage) -> bytes:
    return message.as_bytes().replace(b"\n", b"\r\n")


def test_text_html_and_attachments_are_distinguished() -> None:
    message = EmailMessage()
    message["From"] = "Jürgen <j@example.com>"
    message["Subject"] = "Prüfung der Überweisung " * 8
    message.set_content("Grüße\nzwei\n")
    message.add_alternative("<p>Grüße</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Übersicht.pdf")
    message.add_attachment("not the body", filename="notes.txt")

    mail = read(_crlf(message))

    assert mail.subject == ("Prüfung der Überweisung " * 8).strip()
    assert mail.from_ == "Jürgen <j@example.com>"
    assert mail.text == "Grüße\nzwei\n\n\n--- notes.txt (text/plain) ---\nnot the body\n"
    assert mail.html == "<p>Grüße</p>\n"
    assert mail.attachment_names == ("Übersicht.pdf", "notes.txt")
    assert [header.name for header in mail.headers][:2] == ["From", "Subject"]


def test_utf8_headers_are_read_as_they_stand() -> None:
    mail = read("Subject: 質問\r\nFrom: 用户@例え.jp\r\n\r\nこんにちは\r\n".encode())

    assert (mail.subject, mail.from_, mail.text) == ("質問", "用户@例え.jp", "こんにちは\n")


def test_a_mail_inside_the_mail_is_an_attachment_whose_texts_are_shown() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Prüfung"
    inner.set_content("inner words")
    outer = EmailMessage()
    outer["Subject"] = "report"
    outer.add_attachment(inner)

    mail = read(_crlf(outer))

    assert "Subject: Prüfung" in mail.text
    assert "inner words" in mail.text
    assert mail.subject == "report"
    assert mail.attachment_names == ("message/rfc822",)


def test_an_unknown_charset_and_unfinished_base64_still_show_something() -> None:
    assert read(b"Content-Type: text/plain; charset=klingon\r\n\r\nwords").text == "words"
    assert read(b"Content-Type: text/plain; charset=base64\r\n\r\nwords").text == "words"
    assert read(b"Subject: =?klingon?B?eA==?=\r\n\r\n").subject == "=?klingon?B?eA==?="
    assert read(b"Subject: =?utf-8?B?abc?=\r\n\r\n").subject != ""


def test_a_thousand_nested_parts_are_survived() -> None:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(3000)
    )

    assert read(b"Subject: deep\r\n" + opened + b"\r\nx").text != ""


_PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=x\r\n",
        b"Content-Type: text/plain; charset*=a'b'%ff; name*0*=utf-8''%e4; name*x=1\r\n",
        b'Content-Type: text/html; charset="\x00"\r\n',
        b"Content-Disposition: attachment; filename*=\x00''%ff\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Subject: =?utf-8?q?=ff?= =?x?b?=\r\n",
        b"From: \xff\xfe\r\n folded\r\n",
        b"\r\n",
        b"--x\r\n",
        b"--x--\r\n",
        b"begin 666 a\n",
    ]
)


@given(st.lists(_PIECES | st.binary(max_size=40), max_size=14).map(b"".join))
@example(b"")
@example(b":")
@example(b"Subject\xff: a\r\n\r\n")
def test_no_received_bytes_break_the_reader(raw: bytes) -> None:
    mail = read(raw)

    # All of it can be shown and stored.
    shown = [mail.subject, mail.from_, mail.text, mail.html, *mail.attachment_names]
    for words in [*shown, *(header.name + header.value for header in mail.headers)]:
        words.encode("utf-8")
