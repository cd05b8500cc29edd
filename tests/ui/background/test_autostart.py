"""The entry that desktops start at login."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.ui.background import autostart as module
from smtp_desktop.ui.background.autostart import XdgAutostart, autostart

HOME = '/home/ann/My $HOME `x` "q" 100% \\ ok'
COMMAND = ("/usr/bin/python3", "-m", "smtp_desktop", "--home", HOME, "--background")


def started_by(entry):
    """The command that a desktop makes of the entry: first what a string may escape, then what is in quotes."""
    (line,) = (line for line in entry.splitlines() if line.startswith("Exec="))
    as_string = re.sub(r"\\(.)", r"\1", line.removeprefix("Exec="))
    words = re.findall(r'"((?:\\.|[^"\\`$])*)"(?: |$)', as_string)
    return tuple(re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words)


def test_it_starts_exactly_that_command_and_goes_when_it_is_switched_off(tmp_path):
    folder = tmp_path / "config" / "autostart"
    starts = XdgAutostart(COMMAND, folder)
    assert not starts.is_on()
    starts.switch(False)
    starts.switch(True)
    (entry,) = folder.iterdir()
    assert entry.name == "smtp-desktop.desktop"
    assert started_by(entry.read_text()) == COMMAND
    assert starts.is_on()
    assert not XdgAutostart((*COMMAND[:-2], "/another/home", "--background"), folder).is_on()
    starts.switch(False)
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed")
def test_the_entry_is_valid(tmp_path):
    XdgAutostart(COMMAND, tmp_path).switch(True)
    command = ["desktop-file-validate", tmp_path / "smtp-desktop.desktop"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_a_desktop_has_switched_off_is_off(tmp_path, line):
    starts = XdgAutostart(COMMAND, tmp_path)
    starts.switch(True)
    entry = tmp_path / "smtp-desktop.desktop"
    entry.write_text(entry.read_text() + f"{line}\n")
    assert not starts.is_on()


def test_a_folder_that_cant_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SmtpDesktopError, match="can't be changed"):
        XdgAutostart(COMMAND, tmp_path / "file" / "autostart").switch(True)


def test_it_is_offered_where_desktops_know_such_entries(tmp_path, monkeypatch):
    # What system it is, and where it keeps its settings.
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    autostart(COMMAND).switch(True)
    assert (tmp_path / ".config" / "autostart" / "smtp-desktop.desktop").exists()
    assert autostart(()) is None
    monkeypatch.setattr(module.sys, "platform", "win32")
    assert autostart(COMMAND) is None
