"""The program as a process whose streams are closed or full, or that may have next to no memory and files."""

import resource
import subprocess
import sys
from contextlib import closing
from functools import partial

import pytest
from servers.smtp.sink import Sink

from smtp_desktop.store.database import Database

MAIL = b"To: ann@company.example\nSubject: x\n\nhi\n"
FULL = "/dev/full"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full and limits of the system"),
]


def through_shell(program, words, *, stdin=b""):
    """Runs the program by a shell's command line, in which "$@" stands for it."""
    command = ["sh", "-c", words, "sh", sys.executable, "-m", "smtp_desktop"]
    return subprocess.run(
        command, env=program.environment, input=stdin, capture_output=True, check=False, timeout=60, cwd=program.home
    )


def limited(program, *arguments, kind, limit):
    """Runs the program with a limit of the system, as `ulimit` sets it."""
    command = [sys.executable, "-m", "smtp_desktop", *arguments]
    return subprocess.run(
        command,
        env=program.environment,
        input=MAIL,
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=partial(resource.setrlimit, kind, (limit, limit)),
    )


def mails_in(program):
    with closing(Database(program.home / "smtp-desktop.sqlite3")) as database:
        return database.value("SELECT count(*) FROM mail")


@pytest.fixture
def sink():
    with Sink() as it:
        yield it


@pytest.fixture
def program(program, sink):
    server = ("--host", "127.0.0.1", "--port", str(sink.port), "--no-tls", "--no-auth", "--from", "a@b.example")
    program.smtp("create", "Relay", *server, "--default")
    return program


def test_a_mail_is_queued_and_sent_though_every_stream_is_full_or_closed(program, sink):
    ran = through_shell(program, f'"$@" send >{FULL} 2>{FULL}', stdin=MAIL)
    assert (ran.returncode, mails_in(program)) == (0, 1)
    ran = through_shell(program, '"$@" send >&- 2>&-', stdin=MAIL)
    assert (ran.returncode, mails_in(program)) == (0, 2)
    ran = through_shell(program, f'"$@" outbox run >{FULL} 2>&- <&-')
    assert (ran.returncode, len(sink.message_ids)) == (0, 2)
    # The log was not opened as standard error, nor the database as standard output.
    assert b"sqlite" not in (program.home / "logs" / "smtp-desktop.log").read_bytes().lower()
    assert program("outbox", "list").code == 0


def test_nothing_is_read_from_a_closed_input(program):
    ran = through_shell(program, '"$@" send <&-')
    assert (ran.returncode, mails_in(program)) == (66, 0)
    assert ran.stderr.count(b"\n") == 1


def test_a_version_needs_standard_output(program):
    assert through_shell(program, f'"$@" --version >{FULL}').returncode == 73
    assert through_shell(program, '"$@" --version >&-').returncode == 73
    assert through_shell(program, '"$@" --version | true').returncode == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        (resource.RLIMIT_AS, range(40_000_000, 120_000_000, 8_000_000)),
        (resource.RLIMIT_NOFILE, range(5, 20, 2)),
    ],
    ids=["memory", "files"],
)
def test_the_code_says_whether_the_mail_is_in_the_outbox(program, kind, limits):
    for limit in limits:
        before = mails_in(program)
        ran = limited(program, "send", kind=kind, limit=limit)
        assert b"Traceback" not in ran.stderr, (limit, ran.stderr)
        assert mails_in(program) - before == (ran.returncode == 0), (limit, ran)


# Not with little memory: where a thread gets none for a lock, Python's own locks stay taken, and it may wait for ever.
@pytest.mark.long
def test_a_courier_without_files_ends_and_says_so(program, sink):
    for limit in range(5, 20, 2):
        limited(program, "send", kind=resource.RLIMIT_NOFILE, limit=64)
        program("smtp", "resume", "Relay")
        ran = limited(program, "outbox", "run", kind=resource.RLIMIT_NOFILE, limit=limit)
        assert b"Traceback" not in ran.stderr, (limit, ran.stderr)
        assert ran.returncode in {0, 75, 78}, (limit, ran)
    assert program("outbox", "run").code == 0
    assert len(set(sink.message_ids)) == mails_in(program)
