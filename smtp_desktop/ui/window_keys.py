"""What keys do, wherever in the window the cursor is."""

from collections.abc import Callable, Mapping

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

Key = QKeySequence.StandardKey | str


def bind(window: QWidget, acts: Mapping[Key, Callable[[], object]]) -> None:
    """Each key does its act from now on."""
    for key, act in acts.items():
        QShortcut(QKeySequence(key), window).activated.connect(act)


class OnPage:
    """What one key does on each page, by the page's name; on any other page nothing."""

    def __init__(self, current: Callable[[], str], **acts: Callable[[], object]) -> None:
        self._current = current
        self._acts = acts

    def __call__(self) -> None:
        act = self._acts.get(self._current())
        if act:
            act()
