"""Keyboard shortcuts of the window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

Key = QKeySequence.StandardKey | str
_STANDARD = QKeySequence.StandardKey
_KEYS: tuple[Key, ...] = (
    *(_STANDARD.New, _STANDARD.Find, _STANDARD.Save, _STANDARD.Quit),
    *("Ctrl+T", "Ctrl+D", "Ctrl+P", "F5", "Shift+F5", "Esc", "Ctrl+,", "Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4"),
)


def shortcuts_of(window: QWidget) -> dict[Key, QShortcut]:
    """Creates the shortcuts of the window and returns them by key."""
    return {key: QShortcut(QKeySequence(key), window) for key in _KEYS}


def on_delete(grid: QWidget, act: Callable[[], object]) -> None:
    """Calls `act` when Del is pressed while `grid` has the focus; in a field it deletes text."""
    shortcut = QShortcut(QKeySequence(_STANDARD.Delete), grid)
    shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
    shortcut.activated.connect(act)


class OnPage:
    """The action of one key on each page, by the name of the page; on other pages it does nothing."""

    def __init__(self, current: Callable[[], str], **acts: Callable[[], object]) -> None:
        self._current = current
        self._acts = acts

    def __call__(self) -> None:
        act = self._acts.get(self._current())
        if act:
            act()
