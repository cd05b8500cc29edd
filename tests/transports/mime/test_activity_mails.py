"""Composed mails at random: names, addresses, subjects, texts and files of every kind, as a server gets them."""

import os
import random
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Attachment, Envelope, Mail, Message
from smtp_desktop.transports.mime.header_values import BadMail
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.prepared_message import prepare
from smtp_desktop.transports.smtp.protocol import Capabilities

MAILS, PARTS = int(os.environ.get("SMTP_DESKTOP_TEST_ACTIVITY_MAILS", "100000")), 16  # of the long run
WORDS = (
    *("Report", "Größe", "日本語", "🙂", "a,b", 'x"y', "\\", "<z>", "(c)", "@", ";", ":", "=", "x" * 80, "ü" * 60, "."),
    *("\u202e", "\xa0", "e\u0301", "'", "l" * 1100, "=?utf-8?q?x?=", "\0", "\r\n", "\u2028", "\ud800", "[v]", "", " "),
)
LOCALS = ("a", "first.last", "x+y", "o'neil", '"a b"', '"q\\"r"', "jörg", "l" * 60)
DOMAINS = ("example.com", "xn--fa-hia.de", "[192.0.2.1]", "localhost")
TEXTS = ("Hello\n", "Grüße\n", ".\n", "From x\n", "x" * 1200, "\r\n", "\t \n", "日本語" * 40, "\x0c\n", "", "\r", "🙂")
TYPES = (
    "text/plain",
    "application/pdf",
    "message/rfc822",
    "multipart/mixed",
    "no type",
    "image/png; name=x",
    "text/ü",
    "",
)


def words(chance: random.Random) -> str:
    # The odd ones at the end of the list would make nearly every mail one that is refused.
    return " ".join(
        chance.choices(WORDS, weights=[1] * 19 + [0.02] * (len(WORDS) - 21) + [1, 1], k=chance.randint(0, 6))
    )


def address(chance: random.Random) -> Address:
    local = chance.choices(LOCALS, weights=[5, 3, 2, 2, 1, 1, 1, 1])[0]
    return Address(local=local, domain=chance.choice(DOMAINS), display_name=words(chance).strip())


def check(seed: int) -> bool:
    """Returns whether the mail went out."""
    chance = random.Random(seed)
    to = tuple(address(chance) for _ in range(chance.randint(1, 4)))
    cc = tuple(address(chance) for _ in range(chance.randint(0, 2)))
    message = Message(
        header_from=address(chance),
        to=to,
        cc=cc,
        subject=words(chance),
        text="".join(chance.choices(TEXTS, k=chance.randint(0, 6))),
        html=chance.choice(("", "", "<p>" + "".join(chance.choices(TEXTS, k=3)))),
        message_id=f"<{seed}@example.com>",
        date=datetime(2026, 11, 23, tzinfo=UTC),
        attachments=tuple(
            Attachment(name=words(chance), content=chance.randbytes(200), content_type=chance.choice(TYPES))
            for _ in range(chance.choice((0, 0, 1, 2)))
        ),
    )
    server = Capabilities(eight_bit=chance.random() < 0.5, smtputf8=chance.random() < 0.3)
    try:
        prepared = prepare(
            Mail(envelope=Envelope(sender=message.header_from, recipients=(*to, *cc)), message=message), server
        )
    except (BadMail, SessionError):
        return False
    content = prepared.content
    head, _, body = content.partition(b"\r\n\r\n")
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n"), seed
    assert max(map(len, content.split(b"\r\n"))) <= 998, seed
    assert b"\0" not in content, seed
    assert server.eight_bit or body.isascii(), seed
    assert server.smtputf8 or head.isascii(), seed
    parsed = message_from_bytes(content, policy=policy.default.clone(utf8=True))
    reached = {each.spec for each in prepared.envelope.recipients}
    for name, people in (("To", to), ("Cc", cc)):
        found = [each.addr_spec for field in parsed.get_all(name, []) for each in field.addresses]
        assert len(found) == len([each for each in people if each.spec in reached]), (seed, name)
    files = [part.get_payload(decode=True) for part in parsed.iter_attachments()]
    assert files == [file.content for file in message.attachments], seed
    assert parsed.get_all("Bcc") is None, seed
    return True


def test_they_can_be_taken_by_the_server() -> None:
    assert sum(map(check, range(100))) > 20


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_of_them_can_be_taken_by_the_server(part: int) -> None:
    for seed in range(10_000 + part, 10_000 + MAILS, PARTS):
        check(seed)
