"""Keyboard shortcuts of the window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

_LEFT_TO_RIGHT = "\u200e"
Key = QKeySequence.StandardKey | str
_STANDARD = QKeySequence.StandardKey
MENU_KEYS: dict[str, Key] = {
    "importAction": "Ctrl+I",
    "exportAction": "Ctrl+E",
    "settingsAction": "Ctrl+,",
    "helpAction": "F1",
    "quitAction": _STANDARD.Quit,
    "smtpPageAction": "Ctrl+1",
    "activitiesPageAction": "Ctrl+2",
    "deliveriesPageAction": "Ctrl+3",
    "datesPageAction": "Ctrl+4",
    "inboxPageAction": "Ctrl+5",
}
"""The keys that the main menu shows, by the object names of its actions."""


def add_shortcut(window: QWidget, key: Key, act: Callable[[], object]) -> None:
    """Calls `act` when `key` is pressed anywhere in the window."""
    QShortcut(QKeySequence(key), window).activated.connect(act)


def key_text(key: Key) -> str:
    """Returns the key as this system writes it, as in "Ctrl+N"; the first one where it has several."""
    keys = QKeySequence.keyBindings(key) if isinstance(key, QKeySequence.StandardKey) else [QKeySequence(key)]
    text = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
    # Among words that are read from right to left, "Ctrl+," would become ",+Ctrl".
    return f"{_LEFT_TO_RIGHT}{text}{_LEFT_TO_RIGHT}" if text and QGuiApplication.isRightToLeft() else text


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
