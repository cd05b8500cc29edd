"""smtp-desktop completion, in a real bash, fish and zsh."""

import os
import re
import select
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# As bash calls the function of a command when Tab is pressed.
PRESS_TAB = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_smtp_desktop_completion "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
# Ctrl+X shows the line that Tab has left.
ZSH_SETUP = """
PS1='ready: '
autoload -U compinit
compinit -u -D
source "$SCRIPT"
show-line() { local line=$BUFFER; BUFFER=; zle -I; print -r -- "line<$line>" }
zle -N show-line
bindkey '^X' show-line
"""


class Shell:
    """A shell of that name, with the program's script, on a home with two SMTPs and an activity."""

    def __init__(self, name, smtp_desktop, folder):
        self.path = shutil.which(name)
        if self.path is None:
            pytest.skip(f"there is no {name} here")
        smtp_desktop.create("Reports")
        smtp_desktop.create("Invoices")
        smtp_desktop.create_activity("Nightly_Report")
        self.script, programs = folder / "script", folder / "bin"
        self.script.write_text(smtp_desktop("completion", name).out)
        programs.mkdir()
        program = programs / "smtp-desktop"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m smtp_desktop "$@"\n')
        program.chmod(0o755)
        self.environment = {
            **os.environ,
            "HOME": str(folder),  # where zsh and fish keep what they found
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "SCRIPT": str(self.script),
            "SMTP_DESKTOP_HOME": str(smtp_desktop.home),
            "TERM": "xterm",
            "QT_QPA_PLATFORM": "none such",  # a window would fail
        }

    def run(self, *arguments):
        """Returns the lines that the shell prints."""
        ended = subprocess.run(
            [self.path, *arguments], env=self.environment, capture_output=True, text=True, check=True, timeout=60
        )
        assert ended.stderr == ""
        return [line for line in ended.stdout.splitlines() if line]


@pytest.fixture
def press_tab(smtp_desktop, tmp_path):
    """Returns a function that types words in bash and returns what it would complete the last one to."""
    bash = Shell("bash", smtp_desktop, tmp_path)
    return lambda *words: bash.run("-c", PRESS_TAB, "bash", bash.script, "smtp-desktop", *words)


def test_bash_completes_commands(press_tab):
    assert {"smtp", "activity", "outbox", "help"} <= set(press_tab(""))
    assert press_tab("smtp", "lis") == ["list"]


def test_bash_completes_no_former_or_hidden_command(press_tab):
    assert press_tab("deliv") == []
    assert press_tab("bulk") == []


def test_bash_completes_options_before_and_after_the_command(press_tab):
    assert press_tab("smtp", "list", "--js") == ["--json"]
    assert press_tab("--js") == ["--json"]


def test_bash_completes_the_names_of_smtps_and_activities(press_tab):
    assert press_tab("smtp", "show", "rep") == ["Reports"]
    assert press_tab("trigger", "N") == ["Nightly_Report"]
    assert press_tab("activity", "show", "") == ["Nightly_Report"]
    assert press_tab("send", "--smtp", "Inv") == ["Invoices"]


def test_a_data_folder_that_can_not_be_read_completes_nothing(press_tab, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "smtp-desktop.sqlite3").write_text("no database" * 100)
    assert press_tab("--home", str(broken), "smtp", "show", "R") == []


def test_fish_completes_commands_options_and_names(smtp_desktop, tmp_path):
    fish = Shell("fish", smtp_desktop, tmp_path)

    def press(line):
        script = 'source "$SCRIPT"; complete --do-complete $argv[1]'
        return [choice.partition("\t")[0] for choice in fish.run("--no-config", "-c", script, line)]

    assert press("smtp-desktop smtp lis") == ["list"]
    assert press("smtp-desktop smtp list --js") == ["--json"]
    assert press("smtp-desktop smtp show Rep") == ["Reports"]
    assert press("smtp-desktop trigger N") == ["Nightly_Report"]
    assert press("smtp-desktop deliv") == []


class Zsh:
    """An interactive zsh on a terminal of its own."""

    def __init__(self, shell):
        pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals of this kind")
        self._screen, inside = pty.openpty()
        self._process = subprocess.Popen(
            [shell.path, "-f", "-i"],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=shell.environment,
            start_new_session=True,
        )
        os.close(inside)
        self._shown = ""
        for line in ZSH_SETUP.strip().splitlines():
            self._type(f"{line}\n")
        self._type("print set''up\n")  # not to be mistaken for what is typed here
        self._await("setup")

    def press_tab(self, line):
        """Returns the line after Tab."""
        self._shown = ""
        self._type(f"{line}\t\x18")
        (left,) = self._await("line<(.*)>").groups()
        return left

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._screen)

    def _type(self, keys):
        os.write(self._screen, keys.encode())

    def _await(self, pattern):
        while not (found := re.search(pattern, self._shown)):
            assert select.select([self._screen], [], [], 60)[0], self._shown
            self._shown += os.read(self._screen, 4096).decode()
        return found


def test_zsh_completes_commands_options_and_names(smtp_desktop, tmp_path):
    with closing(Zsh(Shell("zsh", smtp_desktop, tmp_path))) as zsh:
        assert zsh.press_tab("smtp-desktop smtp lis") == "smtp-desktop smtp list "
        assert zsh.press_tab("smtp-desktop smtp list --js") == "smtp-desktop smtp list --json "
        assert zsh.press_tab("smtp-desktop smtp show rep") == "smtp-desktop smtp show Reports "
        assert zsh.press_tab("smtp-desktop trigger N") == "smtp-desktop trigger Nightly_Report "
