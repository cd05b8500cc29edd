"""Raw mails at random, from `send` to the wire: each goes to all whom it names and arrives as it was, or is refused."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path

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

MAILS, PARTS = int(os.environ.get("SMTP_DESKTOP_TEST_RAW_MAILS", "100000")), 16  # of the long run
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWN = parse_address("desk@company.example")
SERVERS = [
    Capabilities(eight_bit=eight, smtputf8=utf8) for eight, utf8 in ((False, False), (True, False), (True, True))
]


def written(seed: int) -> Iterator[tuple[RawMail, Capabilities, bytes]]:
    """Yields the mail as each server gets it. Fails where it is refused for no reason."""
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
        return
    if mail.bodies is not None:
        assert sorted(address.spec for address in message.recipients) == sorted(mail.recipients), seed
    envelope = Envelope(sender=OWN, recipients=message.recipients)
    sent = MessageBytes(raw=message.raw, message_id=message.message_id, header_from=OWN)
    for server in SERVERS:
        try:
            content = prepare(Mail(envelope=envelope, message=sent), server).content
        except (BadMail, SessionError):
            may_be_refused = mail.signed or mail.bodies is None
            assert may_be_refused, seed
        else:
            yield mail, server, content


def check(seed: int) -> int:
    """Returns how many servers got the mail."""
    count = 0
    for mail, server, content in written(seed):
        check_wire(content, server, seed)
        check_content(content, mail, seed)
        count += 1
    return count


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
    assert sum(map(check, range(100))) > 120


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_arrive_as_they_were_or_are_refused(part: int) -> None:
    for seed in range(10_000 + part, 10_000 + MAILS, PARTS):
        check(seed)


PERL = """
use MIME::Parser; use JSON::PP;
sub leaves {
    my $one = shift;
    return map { leaves($_) } $one->parts if $one->parts;
    return defined $one->bodyhandle ? unpack("H*", $one->bodyhandle->as_string) : "";
}
while (my $path = <STDIN>) {
    chomp $path;
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    print encode_json([leaves($parser->parse_open($path))]), "\n";
}
"""


def has_mime_tools() -> bool:
    return (
        bool(shutil.which("perl"))
        and not subprocess.run(["perl", "-MMIME::Parser", "-e1"], check=False, capture_output=True).returncode
    )


@pytest.mark.long
@pytest.mark.skipif(not has_mime_tools(), reason="Perl's MIME::Parser is not here")
def test_another_parser_than_python_s_reads_the_same(tmp_path: Path) -> None:
    expected = []
    for seed in range(400):
        for number, (mail, _, content) in enumerate(written(seed)):
            if mail.bodies is not None:
                (tmp_path / f"{seed}.{number}").write_bytes(content)
                expected.append((f"{seed}.{number}", [text_of(body) for body in mail.bodies]))
    paths = "".join(f"{tmp_path / name}\n" for name, _ in expected)
    read = subprocess.run(["perl", "-e", PERL], input=paths, text=True, capture_output=True, check=True)
    found = [[text_of(bytes.fromhex(leaf)) for leaf in json.loads(line)] for line in read.stdout.splitlines()]
    assert [(name, leaves) for (name, _), leaves in zip(expected, found, strict=True)] == expected
