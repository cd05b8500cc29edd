"""The accessible tree of a window, as it would be told to a screen reader: each part with its role, name and states."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QScrollBar,
    QWidget,
)

_INSIDE = (QComboBox, QAbstractSpinBox, QAbstractItemView)
"""Widgets whose parts are told by themselves."""
_MARKUP = ("<span", "<b>", "</")
CONTROLS = frozenset(
    {
        QAccessible.Role.Button,
        QAccessible.Role.ButtonMenu,
        QAccessible.Role.CheckBox,
        QAccessible.Role.ComboBox,
        QAccessible.Role.EditableText,
        QAccessible.Role.List,
        QAccessible.Role.PageTab,
        QAccessible.Role.PageTabList,
        QAccessible.Role.ProgressBar,
        QAccessible.Role.RadioButton,
        QAccessible.Role.SpinBox,
        QAccessible.Role.Table,
        QAccessible.Role.Tree,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A widget as it is told; `depth` is how many are around it, `rect` where it is in the window."""

    widget: QWidget
    depth: int
    role: QAccessible.Role
    name: str
    description: str
    focusable: bool
    checked: bool
    selected: bool
    rect: QRect

    def __str__(self) -> str:
        return f"{self.role.name} {self.name!r}"


def tree_of(window: QWidget) -> list[Part]:
    """Returns all visible parts, in the order in which they are told.

    Read from the widgets, not from interface to interface: PySide would keep each of those that it returns.
    """
    return list(_walk(window, window, 0))


def _walk(widget: QWidget, window: QWidget, depth: int) -> Iterator[Part]:
    told = QAccessible.queryAccessibleInterface(widget)
    state, text = told.state(), QAccessible.Text
    yield Part(
        widget=widget,
        depth=depth,
        role=told.role(),
        name=told.text(text.Name),
        description=told.text(text.Description),
        focusable=bool(state.focusable),
        checked=bool(state.checked),
        selected=bool(state.selected),
        rect=QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()),
    )
    if not isinstance(widget, _INSIDE):
        for child in _children(widget):
            yield from _walk(child, window, depth + 1)


def _children(widget: QWidget) -> list[QWidget]:
    shown = (part for part in widget.children() if isinstance(part, QWidget) and part.isVisible())
    return [part for part in shown if not part.isWindow() and not isinstance(part, QScrollBar | QHeaderView)]


def faults_of(window: QWidget) -> list[str]:
    """Returns what a user of a screen reader would stumble over."""
    parts, faults = tree_of(window), []
    for part in parts:
        where = f"{part} ({part.widget.objectName() or type(part.widget).__name__})"
        if (part.focusable or part.role in CONTROLS) and not _named(part):
            faults.append(f"without a name: {where}")
        if part.role is QAccessible.Role.NoRole:
            faults.append(f"without a role: {where}")
        if any(mark in words for mark in _MARKUP for words in (part.name, part.description)):
            faults.append(f"read with its markup: {where}: {part.description}")
    return faults + _out_of_order(window)


def _named(part: Part) -> bool:
    # The name of a combo box is what it shows; its label is a relation.
    if isinstance(part.widget, QComboBox):
        return bool(part.widget.accessibleName())
    return bool(part.name.strip())


def _out_of_order(window: QWidget) -> list[str]:
    """Returns what is read after something that it stands above, among the parts of one widget."""
    faults = []
    for widget in (window, *window.findChildren(QWidget)):
        if not widget.isVisible() or isinstance(widget, _INSIDE):
            continue
        before: list[QRect] = []
        for child in _children(widget):
            here = child.geometry()
            if any(_is_above(here, other) for other in before):
                faults.append(f"read too late: {child.objectName() or type(child).__name__} of {widget.objectName()}")
            before.append(here)
    return faults


def _is_above(one: QRect, other: QRect) -> bool:
    beside = one.right() < other.left() or other.right() < one.left()
    return not one.isEmpty() and not other.isEmpty() and one.bottom() < other.top() and not beside


LEAST_PX = 24
"""WCAG 2.2, 2.5.8: the least width and height of what is clicked."""


def too_small(window: QWidget) -> list[str]:
    """Returns what is too small to be hit by everybody."""
    clicked = QAbstractButton, QComboBox, QAbstractSpinBox
    found = [part for part in tree_of(window) if isinstance(part.widget, clicked)]
    return [
        f"{part} ({part.widget.objectName()}): {part.rect.width()} x {part.rect.height()}"
        for part in found
        if min(part.rect.width(), part.rect.height()) < LEAST_PX
    ]


def nameless(root: QWidget) -> list[tuple[str, str]]:
    """Returns the controls that the keyboard reaches and a screen reader has no name for."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible() or widget.focusPolicy() is Qt.FocusPolicy.NoFocus or isinstance(widget, QLabel):
            continue
        if widget.isWindow() or widget.focusProxy():
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        if spoken is None or not spoken.text(QAccessible.Text.Name).strip():
            found.append((type(widget).__name__, widget.objectName()))
    return found
