"""Raw mails at random, from `send` to the wire: each goes to all whom it names and arrives as it was, or is refused."""

import os
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message

import pytest
from transports.mime.raw_mails import RawMail, raw_mail

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Envelope, Mail, MessageBytes
from smtp_desktop.services.raw_message import RawEnvelope, raw_message
from smtp_desktop.transports.mime.header_values import BadMail
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.prepared_message import prepare
from smtp_desktop.transports.smtp.protocol import Capabilities

MAILS = int(os.environ.get("SMTP_DESKTOP_TEST_RAW_MAILS", "2000"))  # of the long run; 100,000 by hand
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWN = parse_address("desk@company.example")
SERVERS = [
    Capabilities(eight_bit=eight, smtputf8=utf8) for eight, utf8 in ((False, False), (True, False), (True, True))
]


def check(seed: int) -> str:
    """Returns what became of the mail."""
    mail = raw_mail(seed)
    try:
        message = raw_message(
            mail.raw,
            RawEnvelope(),
            now=NOW,
            limit_bytes=10_000_000,
            new_message_id=lambda _: "<new@company.example>",
        )
    except FieldErrors:
        may_be_refused = not mail.recipients or mail.bodies is None
        assert may_be_refused, seed
        return "refused"
    if mail.bodies is not None:
        assert sorted(address.spec for address in message.recipients) == sorted(mail.recipients), seed
    envelope = Envelope(sender=OWN, recipients=message.recipients)
    sent = MessageBytes(raw=message.raw, message_id=message.message_id, header_from=OWN)
    unchanged = 0
    for server in SERVERS:
        try:
            content = prepare(Mail(envelope=envelope, message=sent), server).content
        except (BadMail, SessionError):
            may_be_refused = mail.signed or mail.bodies is None
            assert may_be_refused, seed
            unchanged += 1
            continue
        check_wire(content, server, seed)
        check_content(content, mail, seed)
    return "refused" if unchanged == len(SERVERS) else "sent"


def check_wire(content: bytes, server: Capabilities, seed: int) -> None:
    head, _, body = content.partition(b"\r\n\r\n")
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n"), seed
    assert max(map(len, content.split(b"\r\n"))) <= 998, seed
    assert b"\0" not in content, seed
    assert server.eight_bit or body.isascii(), seed
    assert server.smtputf8 or head.isascii(), seed


def check_content(content: bytes, mail: RawMail, seed: int) -> None:
    parsed = message_from_bytes(content)
    assert parsed["Bcc"] is None, seed
    assert parsed["From"], seed
    assert parsed["Date"], seed
    assert parsed["Message-ID"], seed
    if mail.bodies is None:
        return
    for read in (parsed, message_from_bytes(content, policy=policy.default)):
        found = [payload(leaf) for leaf in read.walk() if not leaf.is_multipart()]
        assert [text_of(each) for each in found] == [text_of(each) for each in mail.bodies], seed


def payload(leaf: Message) -> bytes:
    content = leaf.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def text_of(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip(b"\n")


def test_each_arrives_as_it_was_or_is_refused() -> None:
    results = [check(seed) for seed in range(150)]
    assert results.count("sent") > len(results) // 2


@pytest.mark.long
def test_thousands_arrive_as_they_were_or_are_refused() -> None:
    for seed in range(10_000, 10_000 + MAILS):
        check(seed)
