"""Lines of finished messages that are longer than mail allows."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.mail.message import MessageBytes
from smtp_desktop.transports.mime.compose import compose
from smtp_desktop.transports.mime.header_values import BadMail

LONG = b"word " * 408


def composed(raw: bytes) -> bytes:
    message = MessageBytes(raw=raw, message_id="<1@example.com>")
    content = compose(message, seven_bit=False, smtputf8=False)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    return content


def parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


@pytest.mark.parametrize("line", [LONG, b"x" * 2040, "Grüße ".encode() * 400, b"x" * 999])
def test_a_long_line_of_text_arrives_as_it_was(line: bytes) -> None:
    head = b"Subject: report\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    mail = parsed(composed(head + b"\r\nfirst\r\n.\r\n" + line + b"\r\nlast = line\r\n"))
    assert mail.get_content() == f"first\r\n.\r\n{line.decode()}\r\nlast = line\r\n"
    assert mail["Subject"] == "report"
    assert mail.get_all("Content-Transfer-Encoding") == ["quoted-printable"]


def test_a_line_of_998_bytes_stays_as_it_is() -> None:
    raw = b"Subject: report\r\n\r\n" + b"x" * 998 + b"\r\n"
    assert composed(raw) == raw


def test_a_message_without_mime_headers_gets_them() -> None:
    mail = parsed(composed(b"Subject: cron\n\n" + LONG + b"\n"))
    assert mail["MIME-Version"] == "1.0"
    assert mail.get_content() == LONG.decode() + "\r\n"


def test_base64_in_one_line_is_written_in_several() -> None:
    whole = EmailMessage(policy=SMTP)
    whole.set_content("see attachment")
    whole.add_attachment(bytes(range(256)) * 20, maintype="application", subtype="pdf", filename="a.pdf")
    raw = whole.as_bytes()
    head, _, encoded = raw.rpartition(b"\r\n\r\n")
    data, end, closing = encoded.partition(b"\r\n--")
    raw = head + b"\r\n\r\n" + data.replace(b"\r\n", b"") + end + closing
    text, attachment = parsed(composed(raw)).iter_parts()
    assert text.get_content() == "see attachment\r\n"
    assert attachment.get_content() == bytes(range(256)) * 20
    assert attachment.get_filename() == "a.pdf"


@pytest.mark.parametrize("quotes", [b'"', b""])
def test_only_the_part_that_needs_it_is_changed(quotes: bytes) -> None:
    raw = (
        b"Subject: two\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%bb.1%b\r\n\r\n"
        b"preamble\r\n--b.1\r\nContent-Type: text/plain\r\n\r\nshort\r\n--b.1\r\nContent-Type: text/html\r\n\r\n%b\r\n"
        b"--b.1--\r\nepilogue\r\n" % (quotes, quotes, LONG)
    )
    content = composed(raw)
    assert content.startswith(raw[: raw.index(b"Content-Type: text/html")])
    assert content.endswith(b"\r\n--b.1--\r\nepilogue\r\n")
    plain, html = parsed(content).iter_parts()
    assert plain.get_payload(decode=True) == b"short"
    assert html.get_payload(decode=True) == LONG


def test_a_message_within_a_message_is_shortened_inside() -> None:
    inner = b"Subject: inner\r\n\r\n" + LONG + b"\r\n"
    outer = b"Subject: outer\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
    mail = parsed(composed(outer + inner))
    (forwarded,) = mail.iter_parts()
    assert forwarded.get_payload(decode=True) == LONG + b"\r\n"


def test_a_long_header_field_is_folded() -> None:
    addresses = ", ".join(f"recipient{number}@example.com" for number in range(80))
    mail = parsed(composed(f"Subject: all\r\nTo: {addresses}\r\nX-Last: 1\r\n\r\nhello\r\n".encode()))
    assert [str(one) for one in mail["To"].addresses] == addresses.split(", ")
    assert (mail["Subject"], mail["X-Last"]) == ("all", "1")


@pytest.mark.parametrize(
    "raw",
    [
        b"References: <" + b"x" * 2000 + b"@example.com>\r\n\r\nhello\r\n",
        b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n" + LONG + b"\r\n--b--\r\n",
        b"DKIM-Signature: v=1\r\nSubject: x\r\n\r\n" + LONG + b"\r\n",
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n" + b"A" * 2001 + b"\r\n",
    ],
)
def test_what_can_t_be_shortened_is_refused(raw: bytes) -> None:
    with pytest.raises(BadMail):
        composed(raw)


def test_a_long_subject_without_blanks_is_encoded() -> None:
    assert parsed(composed(b"Subject: " + b"x" * 2000 + b"\r\n\r\nhello\r\n"))["Subject"] == "x" * 2000


def test_a_long_line_ahead_of_the_parts_goes() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + LONG + b"\r\n--b\r\n\r\nhello\r\n--b--\r\n"
    (part,) = parsed(composed(raw)).iter_parts()
    assert part.get_content() == "hello"


def test_broken_base64_is_broken_into_lines() -> None:
    head = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert composed(head + b"A" * 2001 + b"\r\n").replace(b"\r\n", b"").endswith(b"base64" + b"A" * 2001)


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=1500), max_size=4))
def test_any_text_arrives_as_it_was(lines: list[str]) -> None:
    body = "".join(f"{line}\r\n" for line in lines).encode()
    mail = parsed(composed(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body))
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.replace(b"\r\n", b"\n") == body.replace(b"\r\n", b"\n")
