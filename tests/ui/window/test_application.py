"""The start of the window, a second start, and what a bug looks like."""

import logging
import sys

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from ui.driver import WAIT_MS

from smtp_desktop.domain.errors import StoreTooNew
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.settings import BACKGROUND_KEY
from smtp_desktop.ui.background import background
from smtp_desktop.ui.cards.card_painter import CardPainter
from smtp_desktop.ui.runtime.single_instance import SingleInstance
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.theme import system
from smtp_desktop.ui.theme.theme import DARK, LIGHT, MORE_LIGHT
from smtp_desktop.ui.window import app
from smtp_desktop.ui.window.app import WindowApp
from smtp_desktop.ui.window.crash import Crashes
from smtp_desktop.ui.window.main_window import MainWindow

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def crashes(gui, monkeypatch):
    """The window hears of mistakes in the program."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    catcher = Crashes(lambda: gui.window, gui.home / "window.log")
    catcher.install()
    yield catcher
    shiboken6.delete(catcher)


def test_a_mistake_in_the_program_is_reported_and_loses_no_form(gui, crashes, caplog):
    gui.have("Relay")
    gui.transport.failure = ZeroDivisionError("a bug")
    gui.open()
    gui.open_card("Relay")
    gui.enter("hostNameField", "typed.example")
    gui.enter("passwordField", "typed s3cret")
    with caplog.at_level(logging.CRITICAL):
        gui.click("checkAllButton")
        dialog = gui.dialog("messageDialog")
    said = gui.words(dialog)
    assert "ZeroDivisionError" in said
    assert str(gui.home / "window.log") in said
    assert "a bug" in caplog.text
    assert "s3cret" not in caplog.text
    gui.click("okButton", dialog)
    gui.no_dialog("messageDialog")
    assert gui.typed("hostNameField") == "typed.example"
    assert gui.typed("passwordField") == "typed s3cret"


def test_many_mistakes_open_one_message_at_a_time(gui, crashes):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    gui.transport.failure = ZeroDivisionError("a bug")
    gui.open()
    gui.click("checkAllButton")
    gui.dialog("messageDialog")
    gui.finish_work()
    # One and no other: `dialog` asserts it.
    gui.click("okButton", gui.dialog("messageDialog"))
    gui.no_dialog("messageDialog")


@pytest.fixture
def application(gui, monkeypatch):
    """Makes the program on a data folder; its window exists once it is started."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = []

    def make(open_services=lambda _: gui.services, **options):
        made.append(WindowApp(gui.home, open_services, programs=WorkerPrograms, **options))
        made[-1].start(gui.app)
        return made[-1]

    yield make
    for one in made:
        one.end()
        if one.tasks:
            one.tasks._pool.shutdown(wait=True)
        if one.window:
            shiboken6.delete(one.window)
        if one.tasks:
            shiboken6.delete(one.tasks)
        shiboken6.delete(one)


def test_the_window_opens_in_the_kept_theme(gui, application, qtbot):
    gui.have("Relay")
    gui.preferences.put("theme", "dark")
    program = application()
    qtbot.waitUntil(lambda: program.window is not None and program.window.isVisible(), timeout=WAIT_MS)
    assert program.window.cards.total == 1
    assert gui.app.palette().color(QPalette.ColorRole.Window) == DARK.color("bg")


def test_in_the_background_it_works_without_its_window_until_a_second_start(gui, application, qtbot, monkeypatch):
    monkeypatch.setattr(background, "has_tray", lambda: True)  # the offscreen platform has none
    gui.preferences.put(BACKGROUND_KEY, "on")
    program = application(background=True)
    assert program.instance.take()
    qtbot.waitUntil(lambda: program.window.is_attached, timeout=WAIT_MS)
    program.window.show_without_tray()
    assert not program.window.isVisible()
    assert program.window.sections.background.tray.icon.isVisible()
    assert not SingleInstance(gui.home).take()
    qtbot.waitUntil(program.window.isVisible, timeout=WAIT_MS)


def test_started_for_the_background_it_shows_its_window_where_there_is_no_tray(gui, application, qtbot, monkeypatch):
    monkeypatch.setattr(app, "_TRAY_MS", 1_500)  # no test waits for half a minute
    gui.preferences.put(BACKGROUND_KEY, "on")
    program = application(background=True)
    qtbot.waitUntil(program.window.isVisible, timeout=WAIT_MS)


def test_started_for_the_background_it_shows_its_window_where_that_is_off_by_now(gui, application, qtbot):
    program = application(background=True)
    qtbot.waitUntil(program.window.isVisible, timeout=WAIT_MS)


class Wishes(QObject):
    """The wishes of the system's user, which a test can't set."""

    contrastPreferenceChanged = Signal(object)  # noqa: N815 - as Qt calls it
    wanted = Qt.ContrastPreference.HighContrast

    def contrastPreference(self):  # noqa: N802 - as Qt calls it
        return self.wanted


def test_the_window_follows_the_systems_wish_for_contrast(gui, application, qtbot, monkeypatch):
    wishes = Wishes()
    # The real ones come from the desktop.
    monkeypatch.setattr(system, "contrast_wishes", lambda _: wishes)
    gui.preferences.put("theme", "system")
    program = application()
    qtbot.waitUntil(lambda: program.window is not None and program.window.is_attached, timeout=WAIT_MS)
    assert gui.app.palette().color(QPalette.ColorRole.Window) == MORE_LIGHT.color("bg")
    wishes.wanted = Qt.ContrastPreference.NoPreference
    wishes.contrastPreferenceChanged.emit(wishes.wanted)
    assert gui.app.palette().color(QPalette.ColorRole.Window) == LIGHT.color("bg")


def test_cards_are_painted_before_all_else_is_there(gui, application, qtbot, monkeypatch):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    painted = []
    paint = CardPainter.paint

    def note(self, painter, ink, cell, card, **how):
        painted.append((card.name, program.window.is_attached))
        paint(self, painter, ink, cell, card, **how)

    monkeypatch.setattr(CardPainter, "paint", note)
    program = application()
    qtbot.waitUntil(lambda: program.window is not None and program.window.is_attached, timeout=WAIT_MS)
    assert {name for name, complete in painted if not complete} == {"Alpha", "Beta", "Gamma"}
    assert program.window.entities._counts["smtp"].text() == "3"


def test_what_is_clicked_while_all_else_is_loaded_is_done_then(gui, application, qtbot, monkeypatch):
    gui.have("Alpha")
    attach = MainWindow.attach

    def click_and_attach(window, **given):
        # As the system brings it while the window is busy: into Qt's queue.
        grid = window.page.grid
        at = grid.visualRect(grid.model().index(0, 0)).center()
        for kind, held in ((QEvent.Type.MouseButtonPress, LEFT), (QEvent.Type.MouseButtonRelease, NONE)):
            event = QMouseEvent(kind, QPointF(at), QPointF(grid.viewport().mapToGlobal(at)), LEFT, held, NO_KEYS)
            QApplication.postEvent(grid.viewport(), event)
        attach(window, **given)

    monkeypatch.setattr(MainWindow, "attach", click_and_attach)
    program = application()
    qtbot.waitUntil(lambda: program.window is not None and program.window.frame.shows_panel, timeout=WAIT_MS)
    assert program.window.smtps.panel.profile_id == gui.stored("Alpha").id


def test_nothing_acts_on_a_part_of_the_smtps(gui):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    window = gui.window = MainWindow(theme=LIGHT, kept={})
    gui.tasks = Tasks()
    window.show_first(gui.services.read_overview(count=1, results=14), {})
    gui.attach(window, LIGHT)
    window.show()
    assert (window.cards.total, window.cards.rowCount(), window.entities._counts["smtp"].text()) == (1, 1, "3")
    # What is asked for before all of them are there is done with all of them.
    window.bar.search.setText("amm")
    window.bar.check_all_button.click()
    assert (window.cards.rowCount(), gui.transport.conversations) == (1, [])
    gui.until(lambda: window.smtps.is_loaded)
    assert [window.cards.profile_at(window.cards.index(row)).name for row in range(window.cards.rowCount())] == [
        "Gamma"
    ]
    gui.until(lambda: len(gui.health.latest(1)) == 3)


def test_its_windows_bear_the_program_s_icon(gui, application, qtbot):
    started = application()
    qtbot.waitUntil(lambda: started.window.is_attached, timeout=WAIT_MS)
    sides = {size.width() for size in started.window.windowIcon().availableSizes()}
    assert {16, 32, 48, 128} <= sides


def test_a_second_start_shows_the_first_window(gui, application, qtbot):
    program = application()
    assert program.instance.take()
    qtbot.waitUntil(lambda: program.window is not None and program.window.is_attached, timeout=WAIT_MS)
    program.window.showMinimized()
    second = SingleInstance(gui.home)
    assert not second.take()
    qtbot.waitUntil(lambda: program.window.isVisible() and not program.window.isMinimized(), timeout=WAIT_MS)


def test_a_database_that_cant_be_opened_is_reported_in_place_of_the_window(gui, application, qtbot, capsys):
    def refuse(bus):
        raise StoreTooNew(msg("A newer version wrote it. Install the newer version."))

    program = application(refuse)

    def message():
        tops = [w for w in QApplication.topLevelWidgets() if w.objectName() == "messageDialog" and w.isVisible()]
        return tops[0] if tops else None

    qtbot.waitUntil(lambda: message() is not None, timeout=WAIT_MS)
    dialog = message()
    assert "A newer version wrote it. Install the newer version." in dialog.findChild(QLabel, "messageText").text()
    assert "A newer version wrote it." in capsys.readouterr().err
    assert program.window is None
    # Its Ok would end this test run's application.
    shiboken6.delete(dialog)
