"""What every driver of a window does: finds widgets by name, waits for them, acts by mouse and keys."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction, QKeySequence, QTextDocument
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from smtp_desktop.ui.widgets.segments import Segments

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
WAIT_MS = 5000


def tip_as_read(tip: str) -> str:
    """Returns what a user reads of a tool tip: Qt takes it for HTML if it looks so."""
    if not GuiQt.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def cells(model: QAbstractItemModel, column: int, role: int = Qt.ItemDataRole.DisplayRole) -> list[Any]:
    """Returns a column of a list or table, from top to bottom."""
    return [model.index(row, column).data(role) for row in range(model.rowCount())]


class Driver:
    """A user at `window`, in which `panel` holds the form."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot

    @property
    def window(self) -> QWidget:
        raise NotImplementedError

    @property
    def panel(self) -> QWidget:
        raise NotImplementedError

    # Reading what is shown

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=WAIT_MS)

    def part(self, name: str, within: QWidget | None = None) -> Any:
        """Returns the one visible widget of that name; in a dialog if `within` is one."""
        found = [p for p in (within or self.window).findChildren(QWidget, name) if p.isVisible()]
        assert len(found) == 1, (name, found)
        return found[0]

    def visible(self, name: str, within: QWidget | None = None) -> bool:
        return any(p.isVisible() for p in (within or self.window).findChildren(QWidget, name))

    def dialog(self, name: str) -> Any:
        """Returns the dialog of that name as soon as it is open."""
        self.until(lambda: self.visible(name))
        dialog = self.part(name)
        self.until(dialog.isActiveWindow)
        return dialog

    def no_dialog(self, name: str) -> None:
        self.until(lambda: not self.visible(name))

    def menu(self, name: str = "moreActionsMenu") -> QMenu:
        """Returns the menu of that name as soon as it is open."""
        self.until(lambda: self.visible(name))
        return self.part(name)

    def field(self, name: str) -> Any:
        """Returns a widget of the panel."""
        return self.part(name, self.panel)

    def errors(self) -> dict[str, str]:
        """Returns the visible errors of the panel, by field."""
        return {
            label.objectName().removesuffix("Error"): label.text()
            for label in self.panel.findChildren(QLabel)
            if label.objectName().endswith("Error") and label.isVisible()
        }

    # Acting

    def switch_to(self, window: QWidget) -> None:
        """Gives a window the focus, as a desktop does with the one below that which was closed."""
        window.activateWindow()
        self.until(window.isActiveWindow)

    def click(self, name: str | QWidget, within: QWidget | None = None) -> None:
        widget = self.part(name, within) if isinstance(name, str) else name
        assert widget.isVisible()
        assert widget.isEnabled()
        self.qtbot.mouseClick(widget, LEFT)

    def click_entry(self, menu: QMenu, name: str) -> None:
        entry = menu.findChild(QAction, name)
        assert entry is not None
        assert entry.isEnabled()
        self.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())

    def press(self, keys: str) -> None:
        """A key or combination, as "Ctrl+N", goes to where the focus is."""
        QTest.keySequence(QApplication.focusWidget() or self.window, QKeySequence(keys))

    def enter(self, name: str, text: str, within: QWidget | None = None) -> None:
        """Types `text` into a field, in place of its content."""
        field = self.part(name, within or self.panel)
        self.qtbot.mouseClick(field, LEFT)
        self.qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClick(field, Qt.Key.Key_Backspace)
        self.qtbot.keyClicks(field, text)

    def pick(self, name: str, label: str) -> None:
        """Chooses an entry of a list by keys, or presses one of several buttons that stand for it."""
        box = self.field(name)
        if isinstance(box, Segments):
            self.click(next(button for button in box.stops if button.accessibleName() == label))
            return
        assert isinstance(box, QComboBox)
        assert box.findText(label) >= 0, [box.itemText(row) for row in range(box.count())]
        step = Qt.Key.Key_Down if box.findText(label) > box.currentIndex() else Qt.Key.Key_Up
        while box.currentText() != label:
            self.qtbot.keyClick(box, step)
