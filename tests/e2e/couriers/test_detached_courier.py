"""The courier that a window leaves behind: it sends what waits, with the password it is given, alone on its home."""

import fcntl
import sys

import pytest
from e2e.program import MASTER
from servers.smtp.mailserver import MailServer

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="holds the lock file in the way of POSIX"),
]


@pytest.fixture
def waiting(program):
    """A mail waits for an SMTP that signs in; the master password is nowhere but in the test."""
    user = "shop@company.example"
    with MailServer(users={user: "secret"}) as server:
        at = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--user", user, "--password-stdin")
        program.smtp("create", "Shop", *at, "--default", stdin="secret")
        assert program("send", "c@d.example", stdin="Subject: Order\n\nOne.\n").code == 0
        del program.environment["SMTP_DESKTOP_VAULT_PASSWORD"]
        yield server


def left_behind(program, stdin):
    return program("outbox", "run", "--watch", "--detached", "--rest-after", "0", stdin=stdin)


def test_it_sends_what_waits_and_ends(program, waiting):
    with (program.home / "courier.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert left_behind(program, f"{MASTER}\n").code == 0
        assert waiting.received == []  # another one is there already
    assert left_behind(program, "\n").code != 0
    assert waiting.received == []
    ran = left_behind(program, f"{MASTER}\n")
    assert ran.code == 0, ran.err
    assert len(waiting.received) == 1
    assert MASTER not in (program.home / "logs" / "smtp-desktop.log").read_text() + ran.out + ran.err
