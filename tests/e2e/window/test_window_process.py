"""The window as a program of its own, without a display."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from servers.smtp.sink import Sink

from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox

PATIENCE_S = 60
T = TypeVar("T")

pytestmark = [pytest.mark.long, pytest.mark.skipif(os.name == "nt", reason="ends the program with a POSIX signal")]


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


def until(process: subprocess.Popen[bytes], find: Callable[[], T]) -> T:
    """Returns what is found once there is something, while the program runs."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := find():
            return found
        assert process.poll() is None, process.communicate()
        # Another process does it and tells nobody: looking again is all there is.
        signal.sigtimedwait([], 0.02)
    raise AssertionError("nothing came")


def until_there(process: subprocess.Popen[bytes], folder: Path, pattern: str) -> Path:
    """Returns the file once the program has made it."""
    return until(process, lambda: sorted(folder.glob(pattern)))[0]


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Returns what the program has started and what runs still."""
    threads = Path(f"/proc/{process.pid}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_what_sends_is_started_for_a_mail_and_ends_with_the_window(starts, program):
    with Sink() as sink:
        at = ("--host", "127.0.0.1", "--port", str(sink.port), "--no-tls", "--no-auth", "--from", "a@b.example")
        program.smtp("create", "Relay", *at)
        assert (
            program("activity", "create", "Job", "--to", "c@d.example", "--subject", "Done", "--text", "Yes").code == 0
        )
        window = starts()
        until_there(window, program.home, "window.lock")
        assert children_of(window) == []
        assert program("trigger", "Job").code == 0
        with closing(Database(program.home / "smtp-desktop.sqlite3")) as database:
            # Were it not finished, the window would ask before it ends.
            until(window, SqliteOutbox(database).first_finished_at)
        assert len(sink.message_ids) == 1
        (courier,) = children_of(window)
        assert b"--rest-after" in Path(f"/proc/{courier}/cmdline").read_bytes()
        window.send_signal(signal.SIGTERM)
        _, err = window.communicate(timeout=PATIENCE_S)
    assert window.returncode == 0, err
    assert not Path(f"/proc/{courier}").exists()


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
        program.smtp("create", name, "--host", "127.0.0.1", "--no-auth", "--from", "a@b.example")
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


def test_a_damaged_database_is_reported_on_the_terminal_too(starts, program):
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
