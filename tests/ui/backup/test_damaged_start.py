"""The start of the window on a data folder whose database is damaged, with everything real behind it."""

import sys
from contextlib import closing

import pytest
import shiboken6
from composition.restore.home_harness import Home, damage
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableView
from ui.driver import WAIT_MS

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.restoring import HomeWithoutDatabase
from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.window.app import WindowApp


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.fill()
    with home.services() as services:
        services.backups.before(BackupReason.EDIT)
    return home


@pytest.fixture
def program(home, qapp, monkeypatch):
    """The window's program, with every data folder that it opens in `opened`."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    opened = []

    def open_services(events):
        opened.append(Application(home.path, events=events, vault=home.vault))
        return opened[-1].services

    program = WindowApp(
        home.path,
        open_services,
        programs=WorkerPrograms,
        open_home=lambda events: HomeWithoutDatabase(home.path, events),
    )
    yield program
    program.end()
    if program.tasks:
        program.tasks._pool.shutdown(wait=True)
    if program.window:
        shiboken6.delete(program.window)
    if program.tasks:
        shiboken6.delete(program.tasks)
    shiboken6.delete(program)
    for application in opened:
        application.close()


def shown(qtbot, name):
    def found():
        return [one for one in QApplication.topLevelWidgets() if one.objectName() == name and one.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=WAIT_MS)
    return found()[0]


@pytest.mark.parametrize("kind", ["truncated", "overwritten pages", "missing with its log"])
def test_it_says_so_restores_a_backup_and_the_window_opens(home, program, qapp, qtbot, kind):
    damage(home.database, kind)
    program.start(qapp)
    damaged = shown(qtbot, "damagedDialog")
    assert home.database.name in damaged.findChild(QLabel, "messageText").text()
    QTest.keyClick(damaged.focusWidget(), Qt.Key.Key_Return)
    dialog = shown(qtbot, "restoreDialog")
    table = dialog.findChild(QTableView, "backupTable")
    qtbot.waitUntil(lambda: table.model().rowCount() == 1, timeout=WAIT_MS)
    assert "The damaged database is kept" in dialog.findChild(QLabel, "restoreEffect").text()
    QTest.keyClick(table, Qt.Key.Key_Return)
    message = shown(qtbot, "messageDialog")
    assert "Everything is back: 2 SMTPs, 1 activity." in message.findChild(QLabel, "messageText").text()
    QTest.keyClick(message, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.window is not None and program.window.cards.total == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: program.tasks is not None, timeout=WAIT_MS)
    assert [path.name for path in home.path.iterdir() if ".damaged-" in path.name]
    with closing(Application(home.path, vault=home.vault)) as again:
        assert {one.name for one in again.profile_store.all()} == {"Shop", "Relay"}
