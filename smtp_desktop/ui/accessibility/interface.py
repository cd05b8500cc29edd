"""The base of our accessible interfaces: an object with a name, a place and actions."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface, QColor
from PySide6.QtWidgets import QWidget
from shiboken6 import VoidPtr

Absent = Any
"""What may be None, which PySide's stubs leave out, or a pointer."""
NO_POINTER = VoidPtr(0)
"""What `interface_cast` returns for an interface that there is none of: PySide crashes on None."""
_Cast = QAccessible.InterfaceType
Press, ShowMenu, Toggle = (
    QAccessibleActionInterface.pressAction(),
    QAccessibleActionInterface.showMenuAction(),
    QAccessibleActionInterface.toggleAction(),
)


class Actions(QAccessibleActionInterface):
    """Actions by name. They are done when the caller, a process that waits for the answer, has it."""

    def __init__(self, owner: QObject, acts: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._owner, self._acts = owner, acts

    def actionNames(self) -> list[str]:
        return list(self._acts)

    def doAction(self, name: str) -> None:
        act = self._acts.get(name)
        if act:
            QTimer.singleShot(0, self._owner, act)

    def keyBindingsForAction(self, name: str) -> list[str]:
        return []


class Interface(QAccessibleInterface):
    """What all of ours have in common. Qt calls it, and must get no exception.

    Of what PySide offers, nothing is derived but this class: it destroys objects with several bases twice. What Qt made
    itself is never kept: PySide takes what is made later at the same address for it.
    """

    def __init__(self, actions: Actions | None) -> None:
        super().__init__()
        self._actions = actions

    def object(self) -> Absent:
        return None

    def window(self) -> Absent:
        return None

    def setText(self, t: QAccessible.Text, text: str) -> None:
        pass

    def child(self, index: int) -> Absent:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def childAt(self, x: int, y: int) -> Absent:
        return None

    def focusChild(self) -> Absent:
        return None

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()

    def relations(
        self, match: QAccessible.RelationFlag = QAccessible.RelationFlag.Label
    ) -> list[tuple[QAccessibleInterface, QAccessible.RelationFlag]]:
        return []

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Absent:
        return self._actions if self._actions and kind is _Cast.ActionInterface else NO_POINTER


def on_screen(widget: QWidget, rect: QRect) -> QRect:
    """Returns a rectangle of a widget in the coordinates of the screen."""
    return QRect(widget.mapToGlobal(rect.topLeft()), rect.size())
