"""Notifications, looked at on a real D-Bus session of the test's own."""

import shutil
import sys
from collections.abc import Iterator

import pytest

if not (sys.platform.startswith("linux") and shutil.which("dbus-daemon")):
    pytest.skip("needs dbus-daemon", allow_module_level=True)

import shiboken6
from PySide6.QtCore import QObject
from servers.desktop.dbus import DBusSession
from servers.desktop.notification_server import NotificationServer

from smtp_desktop.ui.runtime.desktop_bus import DesktopBus, NoDesktopBus
from smtp_desktop.ui.runtime.notifications import DesktopNotifications, Notice
from smtp_desktop.ui.runtime.tasks import Tasks

WAIT_S = 10


@pytest.fixture
def session(tmp_path, monkeypatch) -> Iterator[DBusSession]:
    it = DBusSession(tmp_path)
    with it as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        it.address = address
        yield it


@pytest.fixture
def server(session) -> Iterator[NotificationServer]:
    with NotificationServer(session.address) as it:
        yield it


@pytest.fixture
def notifications(qapp) -> Iterator[DesktopNotifications]:
    owner, tasks = QObject(), Tasks()
    it = DesktopNotifications(owner, tasks)
    yield it
    it.close()
    tasks.close()
    tasks._pool.shutdown(wait=True)
    shiboken6.delete(owner)
    shiboken6.delete(tasks)


def test_the_desktop_gets_it_as_the_specification_has_it(server, notifications):
    notifications.notify(Notice(title="A & B stopped", words="<b>A</b> & B"), lambda: None)
    shown = server.shown.get(timeout=WAIT_S)
    assert shown.signature == "susssasa{sv}i"
    name, replaces, icon, title, words, actions, hints, timeout = shown.body
    assert (name, replaces, icon, timeout) == ("SMTP Desktop", 0, "", -1)
    assert (title, words) == ("A & B stopped", "&lt;b&gt;A&lt;/b&gt; &amp; B")
    assert actions[0] == "default"
    assert hints["desktop-entry"] == ("s", "smtp-desktop")


def test_a_click_on_it_is_heard_on_the_gui_thread(qtbot, qapp, server, notifications):
    clicked = []
    for name in ("first", "second"):
        notifications.notify(
            Notice(title=name), lambda name=name: clicked.append((name, qapp.thread().isCurrentThread()))
        )
    by_title = {}
    for _ in range(2):
        shown = server.shown.get(timeout=WAIT_S)
        by_title[shown.body[3]] = shown
    server.click(by_title["second"], action="something else")
    server.click(by_title["second"])
    qtbot.waitUntil(lambda: bool(clicked), timeout=WAIT_S * 1000)
    server.click(by_title["first"])
    qtbot.waitUntil(lambda: len(clicked) == 2, timeout=WAIT_S * 1000)
    assert clicked == [("second", True), ("first", True)]


def test_all_come_by_one_connection(server):
    bus = DesktopBus(lambda clicked: clicked())
    for number in range(3):
        bus.show(f"{number}", "", lambda: None)
    assert len({server.shown.get(timeout=WAIT_S).sender for _ in range(3)}) == 1
    bus.close()


def test_without_anybody_who_shows_them_it_says_so(session):
    bus = DesktopBus(lambda clicked: clicked())
    with pytest.raises(NoDesktopBus):
        bus.show("a", "b", lambda: None)
    bus.close()


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "nonsense"])
def test_without_a_bus_it_says_so(monkeypatch, address):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(NoDesktopBus):
        DesktopBus(lambda clicked: clicked()).show("a", "b", lambda: None)


def test_a_bus_that_went_away_is_found_again(session, tmp_path, monkeypatch):
    bus = DesktopBus(lambda clicked: clicked())
    with NotificationServer(session.address) as server:
        bus.show("a", "", lambda: None)
        assert server.shown.get(timeout=WAIT_S).body[3] == "a"
    session.end()
    with pytest.raises(NoDesktopBus):
        bus.show("b", "", lambda: None)
    folder = tmp_path / "again"
    folder.mkdir()
    with DBusSession(folder) as address, NotificationServer(address) as server:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        bus.show("c", "", lambda: None)
        assert server.shown.get(timeout=WAIT_S).body[3] == "c"
        bus.close()
