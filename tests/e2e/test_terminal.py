"""A person at a terminal is asked for secrets, which are not shown."""

import os
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals of this kind")

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

    def answer(self, question, typed):
        """Waits until the question stands there, then types."""
        while question not in self.shown[self._answered :]:
            more = self._read()
            assert more, self.shown
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
    terminal.answer("Master password: ", "offen")
    terminal.answer("Repeat for confirmation: ", "anders")
    terminal.answer("Master password: ", "offen")
    terminal.answer("Repeat for confirmation: ", "offen")
    assert terminal.end() == 0
    assert "geheim" not in terminal.shown
    assert "offen" not in terminal.shown
    program.environment["SMTP_DESKTOP_VAULT_PASSWORD"] = "offen"
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


def test_no_secret_is_asked_for_while_other_fields_are_wrong(program):
    terminal = Terminal(program, "smtp", "create", "not good", *OPTIONS)
    assert terminal.end() == 65
    assert "NAME" in terminal.shown
