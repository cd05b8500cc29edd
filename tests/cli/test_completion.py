"""smtp-desktop completion, in a real bash."""

import os
import shutil
import subprocess
import sys
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


@pytest.fixture
def press_tab(smtp_desktop, tmp_path):
    """Returns a function that types words in bash and returns what it would complete the last one to."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    smtp_desktop.create("Reports")
    smtp_desktop.create("Invoices")
    smtp_desktop.create_activity("Nightly_Report")
    script, folder = tmp_path / "script", tmp_path / "bin"
    script.write_text(smtp_desktop("completion", "bash").out)
    folder.mkdir()
    program = folder / "smtp-desktop"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m smtp_desktop "$@"\n')
    program.chmod(0o755)

    def press(*words):
        environment = {
            **os.environ,
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "SMTP_DESKTOP_HOME": str(smtp_desktop.home),
            "QT_QPA_PLATFORM": "none such",  # a window would fail
        }
        ended = subprocess.run(
            [bash, "-c", PRESS_TAB, "bash", script, "smtp-desktop", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert ended.stderr == ""
        return ended.stdout.split()

    return press


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


@pytest.mark.parametrize(("shell", "words"), [("zsh", "compdef"), ("fish", "complete --no-files")])
def test_the_other_shells_have_a_script(smtp_desktop, shell, words):
    assert words in smtp_desktop("completion", shell).out
