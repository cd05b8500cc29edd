"""One window per home."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QProcessEnvironment
from ui.driver import WAIT_MS

from smtp_desktop.ui.runtime import single_instance
from smtp_desktop.ui.runtime.activation import activation, own_token
from smtp_desktop.ui.runtime.single_instance import SingleInstance


@pytest.fixture
def instances(qapp, tmp_path):
    made = []

    def make(home=tmp_path):
        made.append(SingleInstance(home))
        return made[-1]

    yield make
    for instance in made:
        instance.release()


def test_a_second_start_does_not_get_the_home_and_the_first_hears_of_it(instances, qtbot):
    first, second = instances(), instances()
    assert first.take()
    first.listen()
    with qtbot.waitSignal(first.raised, timeout=5000):
        assert not second.take()


def test_every_later_start_is_heard(instances, qtbot):
    first = instances()
    assert first.take()
    first.listen()
    for _ in range(3):
        with qtbot.waitSignal(first.raised, timeout=5000):
            assert not instances().take()


def test_a_second_start_hands_over_its_activation_token(instances, short_path, qtbot):
    first = instances(short_path)
    assert first.take()
    first.listen()
    command = [sys.executable, "-m", "smtp_desktop", "--home", str(short_path)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_ACTIVATION_TOKEN": "kwin-1"}
    with qtbot.waitSignal(first.raised, timeout=10 * WAIT_MS) as raised:
        second = subprocess.Popen(command, env=environment)
    assert second.wait(60) == 0
    assert raised.args == ["kwin-1"]


@pytest.mark.parametrize(
    ("environment", "token"),
    [
        ({}, ""),
        ({"XDG_ACTIVATION_TOKEN": "kwin-1", "DESKTOP_STARTUP_ID": "x11_TIME1"}, "kwin-1"),
        ({"DESKTOP_STARTUP_ID": "x11_TIME1"}, "x11_TIME1"),
        ({"XDG_ACTIVATION_TOKEN": "two words"}, ""),
        ({"XDG_ACTIVATION_TOKEN": "a" * 513}, ""),
    ],
)
def test_a_start_knows_its_token(environment, token):
    assert own_token(environment) == token


def test_qt_sees_the_token_while_the_window_is_activated_and_not_afterwards():
    def seen():
        return QProcessEnvironment.systemEnvironment().value("XDG_ACTIVATION_TOKEN")

    with activation("kwin-1"):
        assert seen() == own_token(os.environ) == "kwin-1"
    assert seen() == ""
    with activation("not a token"):
        assert seen() == ""


@pytest.mark.skipif(os.name != "posix", reason="speaks to the socket as any program could")
@pytest.mark.parametrize(("sent", "token"), [(b"\n", ""), (b"abc\n", "abc"), (b"a\x07b\n", ""), (b"\xff\n", "")])
def test_only_what_can_be_a_token_is_taken(instances, short_path, qtbot, monkeypatch, *, sent, token):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path))
    first = instances(short_path)
    assert first.take()
    first.listen()
    with socket.socket(socket.AF_UNIX) as client, qtbot.waitSignal(first.raised, timeout=WAIT_MS) as raised:
        client.connect(first._address())
        client.sendall(sent)
    assert raised.args == [token]


@pytest.mark.skipif(os.name != "posix", reason="speaks to the socket as any program could")
@pytest.mark.parametrize("sent", [b"a" * 100_000, b"", b"no line end"])
def test_whoever_sends_no_line_is_hung_up_on(instances, short_path, qtbot, monkeypatch, sent):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path))
    monkeypatch.setattr(single_instance, "_WAIT_MS", 50)  # how long a client may take
    first, asked = instances(short_path), []
    first.raised.connect(asked.append)
    assert first.take()
    first.listen()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(first._address())
        client.sendall(sent)
        client.setblocking(False)

        def hung_up():
            try:
                return client.recv(1) == b""
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True

        qtbot.waitUntil(hung_up, timeout=WAIT_MS)
    assert asked == []


@pytest.fixture
def short_path():
    """A folder with a short path: that of a socket is limited."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.skipif(os.name != "posix", reason="Windows has pipes, which only their user can make")
@pytest.mark.parametrize(
    ("runtime", "home", "mode", "place"),
    [
        ("run", "home", 0o700, "run"),
        ("", "home", 0o700, "home"),
        ("run" * 30, "home", 0o700, "home"),
        ("", "home" * 30, 0o700, "temporary"),
        ("", "home", 0o777, "temporary"),
    ],
)
def test_nobody_else_can_take_its_name(instances, short_path, monkeypatch, qtbot, *, runtime, home, mode, place):
    temporary = short_path / "t"
    for folder in (temporary, short_path / runtime, short_path / home):
        folder.mkdir(mode=0o700, exist_ok=True)
    (short_path / home).chmod(mode)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path / runtime) if runtime else "")
    first = instances(short_path / home)
    assert first.take()
    first.listen()
    (socket_file,) = (path for path in short_path.rglob("*") if path.is_socket())
    expected = temporary / f"smtp-desktop-{os.geteuid()}" if place == "temporary" else short_path / place
    assert socket_file.parent == expected
    assert socket_file.stat().st_mode & 0o077 == expected.stat().st_mode & 0o077 == 0
    with qtbot.waitSignal(first.raised, timeout=5000):
        assert not instances(short_path / home).take()


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="this system does not say whose the other end is")
def test_another_user_is_known_by_the_socket():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert single_instance.is_from_one_of(ours.fileno(), {os.geteuid()})
        assert not single_instance.is_from_one_of(ours.fileno(), {os.geteuid() + 1})


@pytest.mark.skipif(os.name != "posix", reason="permissions are inherited")
def test_its_lock_is_its_owner_s(instances, tmp_path):
    before = os.umask(0)
    try:
        assert instances().take()
    finally:
        os.umask(before)
    assert (tmp_path / "window.lock").stat().st_mode & 0o777 == 0o600


def test_another_home_has_a_window_of_its_own(instances, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    assert instances().take()
    assert instances(other).take()


def test_a_home_that_was_released_can_be_taken(instances, qtbot):
    first, second, third = instances(), instances(), instances()
    assert first.take()
    first.release()
    assert second.take()
    second.listen()
    with qtbot.waitSignal(second.raised, timeout=5000):
        assert not third.take()
