"""The window as a program of its own, without a display."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PATIENCE_S = 60

pytestmark = pytest.mark.skipif(os.name == "nt", reason="ends the program with a POSIX signal")


@pytest.fixture
def starts(program, tmp_path):
    """Starts the window with these arguments; none that it started outlives the test."""
    started = []
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**program.environment, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(temporary)}

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "smtp_desktop", *arguments]
        started.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until_there(process: subprocess.Popen[bytes], folder: Path, pattern: str) -> Path:
    """Returns the file once the program has made it."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = sorted(folder.glob(pattern))
        if found:
            return found[0]
        assert process.poll() is None, process.communicate()
        with_patience = min(0.02, deadline - time.monotonic())
        # Another process makes the file and tells nobody: looking again is all there is.
        signal.sigtimedwait([], max(0.0, with_patience))
    raise AssertionError(f"no {pattern} in {folder}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order_when_it_is_asked_to(starts, program, number):
    window = starts()
    until_there(window, program.home, "smtp-desktop.sqlite3")
    window.send_signal(number)
    out, err = window.communicate(timeout=PATIENCE_S)
    assert (window.returncode, out) == (0, b""), err
    assert b"Traceback" not in err
    # Closed in order: the write-ahead log was folded into the database, the lock is free.
    assert not list(program.home.glob("*-wal"))
    assert not (program.home / "window.lock").exists()


def test_it_ends_in_order_once_its_cards_are_painted(starts, program):
    for name in ("One", "Two"):
        program.smtp("create", name, "--host", "localhost", "--no-auth", "--from", "a@b.example")
    window = starts("--exit-after-first-paint")
    out, err = window.communicate(timeout=PATIENCE_S)
    assert (window.returncode, out) == (0, b""), err
    assert b"Traceback" not in err
    assert not list(program.home.glob("*-wal"))
    assert not (program.home / "window.lock").exists()
    assert [one["name"] for one in program.smtp("list")] == ["One", "Two"]


def test_the_demo_leaves_nothing_behind(starts, program, tmp_path):
    window = starts("--demo")
    until_there(window, tmp_path / "temporary", "smtp-desktop-demo-*/smtp-desktop.sqlite3")
    window.send_signal(signal.SIGINT)
    _, err = window.communicate(timeout=PATIENCE_S)
    assert window.returncode == 0, err
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not program.home.exists()


def test_a_second_window_on_the_same_home_ends_at_once(starts, program):
    first = starts()
    until_there(first, program.home, "smtp-desktop.sqlite3")
    second = starts()
    second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 0
    assert first.poll() is None
    elsewhere = starts("--home", str(program.home / "other"))
    until_there(elsewhere, program.home / "other", "smtp-desktop.sqlite3")
    assert elsewhere.poll() is None


def test_a_damaged_database_is_told_on_the_terminal_too(starts, program):
    program.home.mkdir()
    (program.home / "smtp-desktop.sqlite3").write_bytes(b"not a database, and long enough to be read as one" * 20)
    window = starts()
    line = window.stderr.readline()
    while line.startswith(b"This plugin does not support"):
        line = window.stderr.readline()
    assert b"smtp-desktop.sqlite3" in line
    window.send_signal(signal.SIGINT)
    window.communicate(timeout=PATIENCE_S)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has no display at times")
def test_without_a_display_it_says_what_works(program):
    environment = {key: value for key, value in program.environment.items() if key != "QT_QPA_PLATFORM"}
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "smtp_desktop", "--demo"]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=PATIENCE_S)
    assert (ended.returncode, ended.stdout) == (69, b"")
    assert b"no display" in ended.stderr
    assert b"smtp-desktop smtp list" in ended.stderr
