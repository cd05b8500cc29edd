"""One window per home."""

import os
import socket

import pytest

from smtp_desktop.ui.runtime import single_instance
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


@pytest.fixture(params=["in the runtime folder", "in the home"])
def runtime_folder(request, tmp_path, monkeypatch):
    """The user's runtime folder, or none."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    if request.param == "in the home":
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.mark.skipif(os.name != "posix", reason="Windows has pipes, which only their user can make")
def test_nobody_else_can_take_its_name(instances, tmp_path, runtime_folder, qtbot):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    first = instances(home)
    assert first.take()
    first.listen()
    places = [path for path in tmp_path.rglob("*") if path.is_socket()]
    assert [path.parent for path in places] in ([runtime_folder], [home])
    assert [path.stat().st_mode & 0o077 for path in places] == [0]
    with qtbot.waitSignal(first.raised, timeout=5000):
        assert not instances(home).take()


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
