"""Mail through a real Postfix that signs in by a real Dovecot."""

import email
import email.policy
import re
import shutil
import tempfile
import threading
import time
from pathlib import Path

import pytest
import trustme
from contracts.transport_contract import a_mail
from e2e.other_programs import postfix as servers
from e2e.program import Program
from fakes.small import MemoryPipeliningDenylist

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Envelope, Mail, MessageBytes
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.smtp.connection import SmtpConnection
from smtp_desktop.transports.smtp.context import SessionContext

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(servers.missing()), reason=servers.missing() or "can be run"),
]

USER, PASSWORD = "user@example.test", "schönes Wetter"


@pytest.fixture(scope="module")
def base():
    # pytest's own folders are closed to the users that Postfix and Dovecot run as.
    folder = Path(tempfile.mkdtemp(prefix="sd-postfix-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def postfix(base, authority):
    certificate = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    with servers.running(base, certificate, {USER: PASSWORD}) as postfix:
        yield postfix


@pytest.fixture
def program(tmp_path, authority):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return Program(tmp_path, tmp_path / "ca.pem")


def create(program, name, port, password=PASSWORD):
    program.smtp(
        *("create", name, "--host", "127.0.0.1", "--port", str(port), "--user", USER, "--password-stdin"),
        stdin=password,
    )


def received(postfix, message_count):
    """Waits until Postfix has put so many mails into the inbox, and returns them."""
    ends_at = time.monotonic() + 30
    while time.monotonic() < ends_at:
        paths = list(postfix.inbox.glob("*"))
        if len(paths) >= message_count:
            return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
        threading.Event().wait(0.02)
    raise AssertionError(postfix.logs())


@pytest.mark.parametrize(("kind", "mode"), [("starttls", "STARTTLS"), ("implicit", "implicit")])
def test_a_mail_arrives(program, postfix, kind, mode):
    port = getattr(postfix, kind)
    create(program, f"Relay_{kind}", port)
    before = len(list(postfix.inbox.glob("*")))
    (tested,) = program.smtp("test", f"Relay_{kind}", "--to", "me@example.test")
    assert tested["ok"], tested
    assert tested["reply"]["code"] == 250
    assert " queued as " in tested["reply"]["text"]
    secure = next(step for step in tested["steps"] if step["stage"] == "secure")
    assert "TLS" in secure["detail"]
    mails = received(postfix, before + 1)
    (mail,) = [mail for mail in mails if f"SMTP Port: {port}" in mail.get_content()]
    assert mail["Return-Path"] == f"<{USER}>"
    assert mail["X-Original-To"] == "me@example.test"
    assert mail["From"] == USER
    assert mail["To"] == "me@example.test"
    assert mail["Message-ID"].endswith("@example.test>")
    assert f"User Name: {USER}" in mail.get_content().splitlines()
    assert " with ESMTPSA " in " ".join(mail["Received"].split())  # RFC 3848: over TLS, and signed in
    assert program.smtp("check", f"Relay_{kind}")[0]["ok"]


def test_a_wrong_password_is_refused_at_sign_in(program, postfix):
    create(program, "Relay", postfix.starttls, password="wrong")
    ran = program("smtp", "check", "Relay", "--json")
    (checked,) = ran.json
    assert (ran.code, checked["stage"]) == (77, "sign_in")
    assert (checked["reply"]["code"], checked["reply"]["enhanced_code"]) == (535, "5.7.8")
    assert checked["advice"]["steps"]


def test_a_recipient_that_does_not_exist(program, postfix):
    create(program, "Relay", postfix.implicit)
    ran = program("smtp", "test", "Relay", "--to", "nobody@example.test", "--json")
    (tested,) = ran.json
    assert (ran.code, tested["stage"]) == (67, "recipient")
    assert (tested["reply"]["code"], tested["reply"]["enhanced_code"]) == (550, "5.1.1")


# What Postfix writes above a mail, each header with its further lines.
TRACE = re.compile(rb"^(?:Return-Path|X-Original-To|Delivered-To|Received):.*\n(?:[ \t].*\n)*", re.MULTILINE)


def raw(number, body):
    return MessageBytes(raw=b"Subject: %d\r\n\r\n" % number + body, message_id=f"<{number}@example.test>")


MESSAGES = [
    a_mail().message,
    raw(1, b".\r\n..\r\na.\r\n.b\r\n"),
    raw(2, "Grüße\r\n".encode()),
    raw(3, b"no end"),
    raw(4, b"QUIT\r\n.\r\nMAIL FROM:<>\r\n\r\n"),
    raw(5, b"\r\n".join([b"x" * 900] * 400)),
    raw(6, b""),
]


def mail_of(message, to="me@example.test"):
    return Mail(envelope=Envelope(sender=parse_address(USER), recipients=(parse_address(to),)), message=message)


def line_to(port, authority, mode=TlsMode.IMPLICIT):
    server = GenericServer(
        host_name="127.0.0.1",
        smtp_port=port,
        user_name=USER,
        trusted_ca_pem=authority.cert_pem.bytes().decode(),
    )
    return SmtpConnection(
        SessionContext(
            server=server,
            password=Secret(PASSWORD),
            known_mode=mode,
            pipelining_denylist=MemoryPipeliningDenylist(),
        )
    )


def arrived(postfix, message_count, known):
    """Waits until so many mails have come that are not `known`, and returns their bytes, sorted, as they were sent."""
    received(postfix, len(known) + message_count)
    new = set(postfix.inbox.glob("*")) - known
    return sorted(TRACE.sub(b"", path.read_bytes()) for path in new)


def test_the_same_bytes_arrive_in_every_mode(postfix, authority):
    in_mode = {}
    for mode in ("implicit", "unchunked", "bare"):
        known = set(postfix.inbox.glob("*"))
        line = line_to(getattr(postfix, mode), authority)
        first, *others = map(mail_of, MESSAGES)
        timelines = [line.send(first, cancel=Cancel(), on_step=lambda _: None)]
        if line.room > 1:
            timelines += line.send_many(others, cancel=Cancel())
        else:
            timelines += [line.send(mail, cancel=Cancel(), on_step=lambda _: None) for mail in others]
        line.close()
        assert [timeline is not None and timeline.ok for timeline in timelines] == [True] * len(MESSAGES), timelines
        in_mode[mode] = arrived(postfix, len(MESSAGES), known)
    assert in_mode["implicit"] == in_mode["unchunked"] == in_mode["bare"]
    assert b"Subject: 1\n\n.\n..\na.\n.b\n" in in_mode["bare"]
    # The one that was refused is what the server was tried with.
    assert re.search(r"mail=7 rcpt=7 bdat=7/8 rset=\d+ quit=1", postfix.logs())
    assert re.search(r"mail=7 rcpt=7 data=7 rset=\d+ quit=1", postfix.logs())
    assert re.search(r"mail=7 rcpt=7 data=7 quit=1", postfix.logs())


def test_a_refused_recipient_in_mid_stream(postfix, authority):
    known = set(postfix.inbox.glob("*"))
    line = line_to(postfix.starttls, authority, TlsMode.STARTTLS)
    assert line.send(mail_of(raw(10, b"first")), cancel=Cancel(), on_step=lambda _: None).ok
    to = ("me@", "nobody@", "me@", "nobody@", "me@")
    mails = [mail_of(raw(11 + number, b"RSET\r\n"), f"{name}example.test") for number, name in enumerate(to)]
    timelines = line.send_many(mails, cancel=Cancel())
    assert [timeline.ok for timeline in timelines] == [name == "me@" for name in to], timelines
    assert line.send(mail_of(raw(20, b"last")), cancel=Cancel(), on_step=lambda _: None).ok
    line.close()
    subjects = [mail.splitlines()[0] for mail in arrived(postfix, 5, known)]
    assert "improper command pipelining" not in postfix.logs()
    assert subjects == [b"Subject: 10", b"Subject: 11", b"Subject: 13", b"Subject: 15", b"Subject: 20"]
