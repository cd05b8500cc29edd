"""A user at a terminal is asked for secrets, which are not shown, and sees what goes on."""

import os
import subprocess
import sys
import threading

import pytest
from servers.smtp.scripted import ScriptedServer, greet, quit_politely

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals of this kind")
pytestmark = pytest.mark.long

# Makes the terminal on standard input the process's own, as a login does, then becomes the program.
_OWNING_ITS_TERMINAL = """
import fcntl, os, sys, termios

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "smtp_desktop", *sys.argv[1:]])
"""


class Terminal:
    """Runs the program on a pseudo-terminal; `shown` is all that stood on its screen."""

    def __init__(self, program, *arguments):
        self._screen, inside = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _OWNING_ITS_TERMINAL, *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=program.environment,
            start_new_session=True,
        )
        os.close(inside)
        self.shown = ""
        self._answered = 0

    def await_words(self, words):
        """Waits until they stand there, below what was answered."""
        while words not in self.shown[self._answered :]:
            more = self._read()
            assert more, self.shown

    def answer(self, question, typed):
        """Waits until the question stands there, then types."""
        self.await_words(question)
        self._answered = len(self.shown)
        os.write(self._screen, typed.encode() + b"\n")

    def end(self):
        """Waits for the program's end and returns its exit code."""
        while self._read():
            pass
        os.close(self._screen)
        return self._process.wait(60)

    def _read(self):
        try:
            more = os.read(self._screen, 4096).decode()
        except OSError:  # Linux says so when the program has ended
            return ""
        self.shown += more
        return more


OPTIONS = ("--host", "127.0.0.1", "--port", "1", "--user", "a@b.example")


def test_the_password_and_a_new_master_password_are_asked_for(program):
    del program.environment["SMTP_DESKTOP_VAULT_PASSWORD"]
    terminal = Terminal(program, "smtp", "create", "One", *OPTIONS)
    terminal.answer("Password: ", "geheim")
    terminal.answer("Master password: ", "kurz")
    terminal.answer("Master password: ", "weit offen")
    terminal.answer("Repeat for confirmation: ", "anders")
    terminal.answer("Master password: ", "weit offen")
    terminal.answer("Repeat for confirmation: ", "weit offen")
    assert terminal.end() == 0
    assert "at least 10 characters" in terminal.shown
    assert "geheim" not in terminal.shown
    assert "offen" not in terminal.shown
    program.environment["SMTP_DESKTOP_VAULT_PASSWORD"] = "weit offen"
    assert program("smtp", "check", "One").code == 69


def test_a_mistyped_master_password_can_be_typed_again(program):
    assert program("smtp", "create", "One", *OPTIONS, "--password-stdin", stdin="x").code == 0
    del program.environment["SMTP_DESKTOP_VAULT_PASSWORD"]
    terminal = Terminal(program, "smtp", "check", "One")
    terminal.answer("Master password: ", "mistyped")
    terminal.answer("Master password: ", "the master password")
    assert terminal.end() == 69

    terminal = Terminal(program, "smtp", "check", "One")
    for _ in range(3):
        terminal.answer("Master password: ", "mistyped")
    assert terminal.end() == 78
    assert terminal.shown.rstrip().endswith("The master password is wrong.")


def test_a_passphrase_is_asked_for_twice_and_shows_nowhere(program, tmp_path):
    assert program("smtp", "create", "One", *OPTIONS, "--password-stdin", stdin="x").code == 0
    sealed = tmp_path / "move.sealed"
    terminal = Terminal(program, "export", "--with-secrets", str(sealed))
    terminal.answer("generated): ", "short")
    terminal.answer("generated): ", "four words that fit")
    terminal.answer("Repeat for confirmation: ", "four words that fit")
    assert terminal.end() == 0
    assert ("Too short" in terminal.shown, "that fit" in terminal.shown) == (True, False)
    assert program("smtp", "delete", "One", "--yes").code == 0
    terminal = Terminal(program, "smtp", "import", str(sealed))
    terminal.answer("Passphrase: ", "four words that fit")
    assert terminal.end() == 0
    assert program.smtp("show", "One")["has_password"]


def test_no_secret_is_asked_for_while_other_fields_are_wrong(program):
    terminal = Terminal(program, "smtp", "create", "not good", *OPTIONS)
    assert terminal.end() == 65
    assert "NAME" in terminal.shown


def test_the_step_that_runs_is_written_over_when_it_has_ended(program):
    go_on = threading.Event()

    def wait_before_greeting(peer):
        assert go_on.wait(60)
        greet(peer)
        quit_politely(peer)

    with ScriptedServer(wait_before_greeting) as server:
        options = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--no-auth", "--from", "a@b.example")
        assert program("smtp", "create", "One", *options).code == 0
        terminal = Terminal(program, "smtp", "check", "One", "--no-color")
        terminal.await_words("...      Greet")
        assert "ok       Connect " in terminal.shown
        assert "ok       Greet " not in terminal.shown
        go_on.set()
        assert terminal.end() == 0
    # Each running step stood on a line of its own, that was emptied before the next was written.
    screen = [line.rpartition("\r")[2].rstrip() for line in terminal.shown.replace("\r\n", "\n").strip().split("\n")]
    assert [line.split("  ")[0] for line in screen[:3]] == ["ok", "ok", "ok"]
    assert not [line for line in screen if "..." in line]
    assert screen[-1] == "One: 127.0.0.1 answered (no sign-in configured). Nothing was sent."


def test_a_table_fits_the_terminal_and_a_state_has_a_color(program):
    assert program("smtp", "create", "One", *OPTIONS, "--password-stdin", stdin="x").code == 0
    assert program("smtp", "check", "One").code == 69
    program.environment |= {"COLUMNS": "90", "TERM": "xterm"}
    terminal = Terminal(program, "smtp", "list")
    assert terminal.end() == 0
    assert "\x1b[31mfails" in terminal.shown
    plain = Terminal(program, "smtp", "list", "--no-color")
    assert plain.end() == 0
    assert "\x1b" not in plain.shown
    assert max(map(len, plain.shown.splitlines())) <= 90


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("smtp", "list"), "No SMTPs yet. To create one, run: smtp-desktop smtp create NAME …"),
        (("smtp", "list", "--quiet"), ""),
        (("activity", "list"), "No activities yet. To create one, run: smtp-desktop activity create NAME …"),
        (("outbox", "list"), "No messages yet."),
        (("outbox", "list", "--state", "refused"), "No message matches."),
    ],
)
def test_an_empty_list_says_so_on_a_terminal_alone(program, arguments, said):
    terminal = Terminal(program, *arguments)
    assert terminal.end() == 0
    assert terminal.shown.strip() == said
    ran = program(*arguments)
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_list_that_the_filters_leave_empty_says_so(program):
    assert program("smtp", "create", "One", *OPTIONS, "--password-stdin", stdin="x").code == 0
    terminal = Terminal(program, "smtp", "list", "--held")
    assert terminal.end() == 0
    assert terminal.shown.strip() == "No SMTP matches."


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="has no named pipes in the file system")
def test_a_keyring_that_asks_its_user_is_said_while_it_is_waited_for(program, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)  # does not wait for a reader
    program.environment |= {
        "PYTHON_KEYRING_BACKEND": "fakes.keyring_backends.PipeKeyring",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "SMTP_DESKTOP_TEST_PIPE": str(pipe),
    }
    server = ("--host", "localhost", "--from", "a@company.example", "--user", "me")
    with program.start("smtp", "create", "relay", *server, "--password-stdin") as process:
        process.stdin.write(b"secret\n")
        process.stdin.close()
        said = process.stderr.readline().decode()
        os.write(writer, b"unlocked")
        assert process.wait(60) == 0
    os.close(writer)
    assert said == "Waiting for the system keyring. It may be asking for its password in a window.\n"
