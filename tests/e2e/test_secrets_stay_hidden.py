"""A password is nowhere but in the vault and on the encrypted wire."""

import base64
import threading
from pathlib import Path

import pytest
from e2e.canary import CANARY, USER, assert_hidden
from servers.smtp.mailserver import MailServer
from servers.smtp.scripted import ScriptedServer

pytestmark = pytest.mark.long


def test_the_traces_are_found_where_they_are():
    for content in (f"\0{USER}\0{CANARY}", f"x{CANARY}", CANARY):
        with pytest.raises(AssertionError):
            assert_hidden(base64.b64encode(content.encode()), "base64")
    with pytest.raises(AssertionError):
        assert_hidden(f"password={CANARY}".encode("utf-16"), "utf-16")


def test_no_file_and_no_output_holds_the_password(program, authority, tmp_path):
    report = tmp_path / "report.txt"
    with MailServer(starttls=authority.context(), users={USER: CANARY}) as server:
        options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", USER, "--password-stdin")
        assert program("smtp", "create", "Relay", *options, stdin=CANARY).code == 0
        assert program("smtp", "test", "Relay", "--to", "me@company.example", "--report", str(report)).code == 0
        assert "AUTH" in report.read_text("utf-8")
        assert_hidden(report.read_bytes(), report)
        assert program("smtp", "check", "Relay", "--json").code == 0
        assert program("smtp", "duplicate", "Relay", "--password-stdin", stdin=CANARY).code == 0
        assert program("smtp", "show", "Relay", "--json").code == 0
        assert program("smtp", "edit", "Relay", "--port", "x", "--password-stdin", stdin=CANARY).code == 65
        assert program("smtp", "create", "Relay", *options, "--client-secret-stdin", stdin=CANARY).code == 64
        assert [password for _, _, password in server.sign_ins] == [CANARY] * 2
        files = [path for path in program.home.rglob("*") if path.is_file()]
        assert {"smtp-desktop.sqlite3", "secrets.vault", "smtp-desktop.log"} <= {path.name for path in files}
        for path in files:
            assert_hidden(path.read_bytes(), path)
            assert path.stat().st_mode & 0o077 == 0, path
        assert program.home.stat().st_mode & 0o777 == 0o700
    for text in program.printed:
        assert_hidden(text.encode(), text)


def test_what_a_courier_does_holds_the_password_nowhere(program, authority):
    with MailServer(starttls=authority.context(), users={USER: CANARY}) as server:
        options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", USER, "--password-stdin")
        assert program("smtp", "create", "Relay", *options, stdin=CANARY).code == 0
        assert program("smtp", "create", "Wrong", *options, stdin=f"{CANARY}?").code == 0
        mail = ("--to", "me@company.example", "--subject", "{{ what }}", "--text", "x")
        for name, smtp in (("Good", "Relay"), ("Bad", "Wrong")):
            assert program("activity", "create", name, "--smtp", smtp, *mail).code == 0
            assert program("trigger", name, "-s", f"what={name}").code == 0
        assert program("outbox", "run").code == 75  # the one to Wrong waits
        assert len(server.received) == 1
        assert {password for _, _, password in server.sign_ins} == {CANARY, f"{CANARY}?"}
        listed = program("outbox", "list", "--json").json
        assert {one["state"] for one in listed} == {"sent", "waiting"}
        for one in listed:
            assert program("outbox", "show", str(one["id"]), "--json").code == 0
        for path in (path for path in program.home.rglob("*") if path.is_file()):
            assert_hidden(path.read_bytes(), path)
    for text in program.printed:
        assert_hidden(text.encode(), text)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="shows no process's command line in /proc")
def test_no_process_shows_the_password_while_it_waits(program):
    spoken_to = threading.Event()

    def hold(peer):
        spoken_to.set()
        peer.hold()

    with ScriptedServer(hold) as server:
        options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", USER, "--password-stdin")
        assert program("smtp", "create", "Relay", *options, stdin=CANARY).code == 0
        with program.start("smtp", "check", "Relay") as process:
            assert spoken_to.wait(60)
            lines = _command_lines()
            assert any(b"smtp_desktop\0smtp\0check\0Relay" in line for line in lines)
            process.terminate()
            process.communicate(timeout=60)
    for line in lines:
        assert_hidden(line, line)


def _command_lines() -> list[bytes]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes())
        except OSError:  # it ended meanwhile
            continue
    return found
