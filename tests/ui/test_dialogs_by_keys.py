"""Every dialog by keys alone: Tab reaches each of its buttons, and Enter there does what that one says."""

import importlib
import inspect
import pkgutil

import pytest
import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget
from ui.dialog_cases import CASES

import smtp_desktop.ui
from smtp_desktop.ui.theme.theme import LIGHT, put_on
from smtp_desktop.ui.widgets.dialog import Dialog

pytestmark = pytest.mark.long

FRAME_PX = 44  # what the system draws around a dialog
FEW = 40  # more than any dialog has stops for Tab


def every_dialog(base=Dialog):
    for kind in base.__subclasses__():
        yield kind
        yield from every_dialog(kind)


def test_every_dialog_of_the_program_is_in_the_table():
    for module in pkgutil.walk_packages(smtp_desktop.ui.__path__, "smtp_desktop.ui."):
        importlib.import_module(module.name)
    # One that others are made from is never opened itself.
    opened = [kind for kind in every_dialog() if not kind.__subclasses__()]
    wanted = {kind.__name__ for kind in opened if kind.__module__.startswith("smtp_desktop.")}
    assert wanted == {case.kind.__name__ for case in CASES}


class Shown:
    """A dialog in front of a window, which notes what happens."""

    def __init__(self, qtbot, qapp, case):
        self.window = QWidget()
        self.window.resize(900, 700)
        self.window.show()
        self.dialog = case.make(self.window)
        self.happened = []
        qapp.clipboard().clear()
        signals = {
            name
            for kind in type(self.dialog).__mro__
            if kind.__module__.startswith("smtp_desktop.")
            for name, value in vars(kind).items()
            if isinstance(value, Signal)
        }
        for name in (*signals, "accepted", "rejected"):
            getattr(self.dialog, name).connect(lambda *_, name=name: self.happened.append(name))
        self.dialog.show()
        self.dialog.activateWindow()
        qtbot.waitUntil(self.dialog.isActiveWindow)
        self.app = qapp
        self.qtbot = qtbot

    def end(self):
        """Leaves nothing open."""
        shiboken6.delete(self.window)
        self.app.processEvents()

    def focus(self):
        return self.dialog.focusWidget().objectName()

    def buttons(self):
        """Returns the buttons that can be pressed, by object name."""
        return {
            button.objectName(): button
            for kind in (QPushButton, QToolButton)
            for button in self.dialog.findChildren(kind)
            if button.isVisible() and button.isEnabled() and button.focusPolicy() & Qt.FocusPolicy.TabFocus
        }

    def enter(self, name):
        """Presses Enter on the button once Tab has come to it, and returns what happens, in the order of names."""
        for _ in range(FEW):
            if self.focus() == name:
                break
            QTest.keyClick(self.app.focusWidget(), Qt.Key.Key_Tab)
        button = self.dialog.focusWidget()
        assert button.objectName() == name
        assert isinstance(button, QAbstractButton)
        was_checked = button.isChecked()
        QTest.keyClick(button, Qt.Key.Key_Return)
        if self.dialog.isVisible():
            opened = [one.objectName() for one in self.dialog.findChildren(Dialog) if one.isVisible()]
            toggled = ["toggled"] if button.isChecked() is not was_checked else []
            self.happened += opened + toggled
        if self.app.clipboard().text():
            self.happened.append("copied")
        return tuple(sorted(self.happened))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_enter_presses_the_button_that_tab_came_to(qtbot, qapp, case):
    names = set(case.buttons)
    for name, effects in case.buttons.items():
        shown = Shown(qtbot, qapp, case)
        assert set(shown.buttons()) == names
        assert shown.focus() == case.first
        assert shown.enter(name) == tuple(sorted(effects)), name
        shown.end()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_button_that_goes_on_is_last_and_cancel_stands_beside_it_at_the_right(qtbot, qapp, case):
    shown = Shown(qtbot, qapp, case)
    footer = shown.dialog.footer
    widgets = [footer.itemAt(number).widget() for number in range(footer.count())]
    names = [each.objectName() if each else "stretch" for each in widgets if each is None or each.isVisible()]
    if "okButton" in names and "againButton" not in names:
        assert names[-1] == "okButton"
    if "cancelButton" in names:
        assert names.index("cancelButton") > names.index("stretch")
    shown.end()


@pytest.mark.parametrize("case", [case for case in CASES if case.destroys], ids=lambda case: case.id)
def test_enter_alone_destroys_nothing_and_the_button_says_what_it_does(qtbot, qapp, case):
    shown = Shown(qtbot, qapp, case)
    ok = shown.buttons()["okButton"]
    assert not ok.isDefault()
    assert inspect.cleandoc(ok.accessibleName()) != ""
    QTest.keyClick(qapp.focusWidget(), Qt.Key.Key_Return)
    assert shown.happened == ["rejected"]
    shown.end()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_dialog_is_as_high_as_its_content_unless_the_screen_is_too_low(qtbot, qapp, case):
    put_on(qapp, LIGHT)  # before, all sizes are others
    shown = Shown(qtbot, qapp, case)
    dialog = shown.dialog
    body = dialog._around_body
    scrolls = body is not None and body.verticalScrollBar().maximum() > 0
    assert not scrolls or dialog.frameGeometry().height() >= dialog.screen().availableGeometry().height() - FRAME_PX
    shown.end()
