import dataclasses
import email
import email.policy
from email.message import EmailMessage

import pytest
from contracts.transport_contract import a_mail
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.address import Address, parse_address
from smtp_desktop.domain.message import Attachment, Message
from smtp_desktop.transports.mime import BadHeader, compose


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


def test_a_mail_by_hand_is_not_marked_as_automatic() -> None:
    assert "Auto-Submitted" not in read(compose(changed(auto_submitted=False), seven_bit=False, smtputf8=False))


def test_eight_bit_text_goes_out_as_it_is_where_the_server_can() -> None:
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
    with pytest.raises(BadHeader):
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
def test_control_characters_stay_out_of_headers(bad: str) -> None:
    for message in (
        changed(subject=bad),
        changed(message_id=bad),
        changed(header_from=Address(local="a", domain="b.example", display_name=bad)),
    ):
        with pytest.raises(BadHeader):
            compose(message, seven_bit=False, smtputf8=False)


@given(text=st.text(alphabet=st.characters(codec="utf-8")), seven_bit=st.booleans())
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
    with pytest.raises(BadHeader):
        compose(changed(attachments=(Attachment(name=name, content=b""),)), seven_bit=False, smtputf8=False)


def test_bcc_is_there_only_for_who_asks_for_it() -> None:
    hidden = parse_address("boss@example.com")
    assert read(compose(a_mail().message, seven_bit=False, smtputf8=False))["Bcc"] is None
    told = read(compose(a_mail().message, seven_bit=False, smtputf8=False, bcc=(hidden,)))
    assert told["Bcc"] == hidden.spec
