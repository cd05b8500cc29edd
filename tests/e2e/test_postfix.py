"""Mail through a real Postfix that signs in by a real Dovecot."""

import email
import email.policy
import shutil
import tempfile
import threading
import time
from pathlib import Path

import pytest
import trustme
from e2e import postfix as servers
from e2e.running import Program

pytestmark = pytest.mark.skipif(bool(servers.missing()), reason=servers.missing() or "can be run")

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
    certificate = authority.issue_cert("localhost").private_key_and_cert_chain_pem.bytes()
    with servers.running(base, certificate, {USER: PASSWORD}) as postfix:
        yield postfix


@pytest.fixture
def program(tmp_path, authority):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return Program(tmp_path, tmp_path / "ca.pem")


def create(program, name, port, password=PASSWORD):
    program.smtp(
        *("create", name, "--host", "localhost", "--port", str(port), "--user", USER, "--password-stdin"),
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
    tested = program.smtp("test", f"Relay_{kind}", "--to", "me@example.test")
    assert tested["ok"], tested
    assert tested["reply"]["code"] == 250
    assert tested["reply"]["text"].startswith("Ok: queued as ")
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
    assert program.smtp("check", f"Relay_{kind}")["ok"]


def test_a_wrong_password_is_refused_at_sign_in(program, postfix):
    create(program, "Relay", postfix.starttls, password="wrong")
    ran = program("smtp", "check", "Relay", "--json")
    assert (ran.code, ran.json["stage"]) == (77, "sign_in")
    assert (ran.json["reply"]["code"], ran.json["reply"]["enhanced_code"]) == (535, "5.7.8")
    assert ran.json["advice"]["steps"]


def test_a_recipient_that_does_not_exist(program, postfix):
    create(program, "Relay", postfix.implicit)
    ran = program("smtp", "test", "Relay", "--to", "nobody@example.test", "--json")
    assert (ran.code, ran.json["stage"]) == (67, "recipient")
    assert (ran.json["reply"]["code"], ran.json["reply"]["enhanced_code"]) == (550, "5.1.1")
