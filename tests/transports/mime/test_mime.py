import dataclasses
import email
import email.policy
from email.message import EmailMessage

import pytest
from contracts.transport_contract import a_mail
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.mail.address import Address, parse_address
from smtp_desktop.domain.mail.message import Attachment, Message, MessageBytes
from smtp_desktop.transports.mime.compose import compose, needs_smtputf8, recipients_in
from smtp_desktop.transports.mime.header_values import BadMail


def changed(**changes: object) -> Message:
    return dataclasses.replace(a_mail().message, **changes)


def read(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_headers_come_from_the_message() -> None:
    parsed = read(compose(a_mail().message, seven_bit=False, smtputf8=False))
    assert parsed["From"] == "The Boss <boss@example.com>"
    assert parsed["To"] == "info@example.com"
    assert parsed["Subject"] == "Quarterly numbers"
    assert parsed["Message-ID"] == "<1.2@example.com>"
    assert parsed["Date"].datetime == a_mail().message.date
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed.get_content() == "All is well.\r\n"


def test_a_mail_from_the_user_is_not_marked_as_automatic() -> None:
    assert "Auto-Submitted" not in read(compose(changed(auto_submitted=False), seven_bit=False, smtputf8=False))


def test_eight_bit_text_is_sent_as_it_is_where_the_server_can() -> None:
    content = compose(changed(text="Grüße\n", subject="Größe"), seven_bit=False, smtputf8=False)
    assert "Grüße\r\n".encode() in content
    head, _, _ = content.partition(b"\r\n\r\n")
    assert head.isascii()


def test_eight_bit_text_is_encoded_where_the_server_can_not() -> None:
    content = compose(changed(text="Grüße\n-- \nBoss\n", subject="Größe"), seven_bit=True, smtputf8=False)
    assert content.isascii()
    assert read(content).get_content() == "Grüße\r\n-- \r\nBoss\r\n"
    assert read(content)["Subject"] == "Größe"


def test_long_lines_are_folded() -> None:
    content = compose(changed(text="x" * 2000, subject="y " * 500), seven_bit=False, smtputf8=False)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert read(content).get_content() == "x" * 2000 + "\r\n"


def test_an_international_address_needs_smtputf8() -> None:
    message = changed(header_from=Address(local="jörg", domain="example.com"))
    assert "From: jörg@example.com\r\n".encode() in compose(message, seven_bit=False, smtputf8=True)
    with pytest.raises(BadMail):
        compose(message, seven_bit=False, smtputf8=False)


def test_a_display_name_can_not_become_an_address() -> None:
    author = Address(local="u", domain="d.example", display_name='Foo @ bar, "x" <evil@d.example>')
    parsed = read(compose(changed(header_from=author), seven_bit=False, smtputf8=False))
    assert [address.addr_spec for address in parsed["From"].addresses] == ["u@d.example"]
    assert parsed["From"].addresses[0].display_name == author.display_name


def test_a_quoted_local_part_is_quoted_once() -> None:
    author = Address(local='"a b"', domain="d.example")
    assert b'From: "a b"@d.example\r\n' in compose(changed(header_from=author), seven_bit=False, smtputf8=False)


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.example", "a\nb", "a\0b", "a\x1bb", "a\x7fb", "a\x85b", "a\u2028b"])
def test_control_characters_are_refused_in_headers(bad: str) -> None:
    for message in (
        changed(subject=bad),
        changed(message_id=bad),
        changed(header_from=Address(local="a", domain="b.example", display_name=bad)),
    ):
        with pytest.raises(BadMail):
            compose(message, seven_bit=False, smtputf8=False)


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")), seven_bit=st.booleans())
def test_no_text_makes_a_bare_line_end(text: str, seven_bit: bool) -> None:
    content = compose(changed(text=text), seven_bit=seven_bit, smtputf8=False)
    assert content.replace(b"\r\n", b"").count(b"\n") == 0
    assert content.replace(b"\r\n", b"").count(b"\r") == 0
    assert content.endswith(b"\r\n")


def test_attachments_arrive_byte_for_byte() -> None:
    files = (
        Attachment(name="Größe – 1.bin", content=bytes(range(256)) * 40),
        Attachment(name="notes.txt", content="Grüße\nline\r\nbare\rend".encode(), content_type="text/plain"),
        Attachment(name="mail.eml", content=b"Subject: x\n\nbody\n", content_type="message/rfc822"),
        Attachment(name="none", content=b"", content_type="not a type"),
    )
    for seven_bit in (True, False):
        content = compose(changed(attachments=files), seven_bit=seven_bit, smtputf8=False)
        parsed = read(content)
        arrived = {part.get_filename(): part.get_payload(decode=True) for part in parsed.iter_attachments()}
        assert arrived == {file.name: file.content for file in files}
        assert parsed.get_body().get_content().strip() == a_mail().message.text.strip()
        assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", ["a\r\nBcc: x@example.com", "a\x00b"])
def test_an_attachment_s_name_adds_no_header(name: str) -> None:
    with pytest.raises(BadMail):
        compose(changed(attachments=(Attachment(name=name, content=b""),)), seven_bit=False, smtputf8=False)


def test_bcc_is_in_the_header_only_on_request() -> None:
    hidden = parse_address("boss@example.com")
    assert read(compose(a_mail().message, seven_bit=False, smtputf8=False))["Bcc"] is None
    composed = read(compose(a_mail().message, seven_bit=False, smtputf8=False, bcc=(hidden,)))
    assert composed["Bcc"] == hidden.spec


def test_text_and_html_are_alternatives_and_files_come_after() -> None:
    file = Attachment(name="a.pdf", content=b"%PDF", content_type="application/pdf")
    message = changed(html="<p>Grüße</p>\n", attachments=(file,), cc=(parse_address("Copy <cc@example.com>"),))
    parsed = read(compose(message, seven_bit=True, smtputf8=False))
    assert parsed["Cc"] == "Copy <cc@example.com>"
    assert parsed.get_content_type() == "multipart/mixed"
    alternatives, attached = parsed.iter_parts()
    assert [part.get_content_type() for part in alternatives.iter_parts()] == ["text/plain", "text/html"]
    assert parsed.get_body(("html",)).get_content().strip() == "<p>Grüße</p>"
    assert attached.get_content() == b"%PDF"


def test_html_alone_is_the_body() -> None:
    parsed = read(compose(changed(text="", html="<p>Hi</p>\n"), seven_bit=False, smtputf8=False))
    assert parsed.get_content_type() == "text/html"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_message_bytes_stay_as_they_are_but_for_line_ends(end: bytes) -> None:
    head = [b"Subject: =?utf-8?q?x?=", b"X-Odd:   kept \t", b"MIME-Version: 1.0"]
    kind = [b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit", b""]
    raw = end.join([*head, *kind, b"Gr\xc3\xbc\xc3\x9fe", b".", b""])
    content = compose(MessageBytes(raw=raw, message_id="<1@x>"), seven_bit=False, smtputf8=False)
    assert content == raw.replace(end, b"\r\n")


def test_message_bytes_are_encoded_for_a_server_that_needs_it() -> None:
    raw = "Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n".encode()
    content = compose(MessageBytes(raw=raw, message_id="<1@x>"), seven_bit=True, smtputf8=False)
    assert content.isascii()
    assert read(content).get_content().strip() == "Grüße"


def test_message_bytes_get_a_bcc_in_front() -> None:
    hidden = parse_address("boss@example.com")
    raw = MessageBytes(raw=b"To: a@example.com\nSubject: x\n\nBcc: not a header\n", message_id="<1@x>")
    parsed = read(compose(raw, seven_bit=False, smtputf8=False, bcc=(hidden,)))
    assert parsed["Bcc"] == hidden.spec
    assert parsed["Subject"] == "x"
    assert recipients_in(raw) == {"a@example.com"}


def test_which_messages_need_smtputf8() -> None:
    assert not needs_smtputf8(a_mail().message)
    assert needs_smtputf8(changed(cc=(parse_address("grüße@example.com"),)))
    assert not needs_smtputf8(MessageBytes(raw="Subject: Grüße\n\nx\n".encode(), message_id="<1@x>"))
    assert needs_smtputf8(MessageBytes(raw="Cc: grüße@example.com\n\nx\n".encode(), message_id="<1@x>"))
    assert needs_smtputf8(MessageBytes(raw="DKIM-Signature: x\nSubject: Grüße\n\nx\n".encode(), message_id="<1@x>"))
    assert not needs_smtputf8(MessageBytes(raw="Subject: x\n\nGrüße\n".encode(), message_id="<1@x>"))


HIDDEN_LINE = "=?utf-8?q?a=0D=0ABcc:_evil@example.com?="


def test_an_encoded_word_hides_no_header() -> None:
    with pytest.raises(BadMail):
        compose(changed(subject=HIDDEN_LINE), seven_bit=False, smtputf8=False)
    sender = Address(local="a", domain="example.com", display_name=HIDDEN_LINE)
    with pytest.raises(BadMail):
        compose(changed(header_from=sender), seven_bit=False, smtputf8=False)
    file = Attachment(name=HIDDEN_LINE, content=b"x")
    assert "Bcc" not in read(compose(changed(attachments=(file,)), seven_bit=False, smtputf8=False))


def test_a_long_display_name_adds_no_recipient() -> None:
    name = "a" * 90 + ", evil@example.com"
    message = changed(to=(Address(local="a", domain="example.com", display_name=name),))
    try:
        parsed = read(compose(message, seven_bit=False, smtputf8=False))
    except BadMail:
        return  # Pythons that fold it badly
    assert [address.addr_spec for address in parsed["To"].addresses] == ["a@example.com"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_whole_header_of_message_bytes_is_read(end: bytes) -> None:
    last = "X-Last: Grüße\nReply-To: Grüße@example.com".encode().replace(b"\n", end)
    head = [b"Subject: x", b"To: a@example.com,", b" b@example.com", last, b"", b"Cc: no@x.example"]
    message = MessageBytes(raw=end.join(head), message_id="<1@x>")
    assert recipients_in(message) == {"a@example.com", "b@example.com"}
    assert needs_smtputf8(message)
