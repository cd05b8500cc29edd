"""The parts of right-to-left mirroring that Qt leaves out: margins, and widgets that are placed by hand."""

from PySide6.QtCore import QMargins, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget


def margins(beginning: int, top: int, end: int, bottom: int) -> QMargins:
    """Returns margins whose first one is at the side where lines begin."""
    if QGuiApplication.isRightToLeft():
        beginning, end = end, beginning
    return QMargins(beginning, top, end, bottom)


def mirrored(within: QWidget, there: QRect) -> QRect:
    """Returns where the part `there` of a widget is, which is laid out from left to right."""
    return in_direction(within.layoutDirection(), within.rect(), there)


def in_direction(direction: Qt.LayoutDirection, within: QRect, there: QRect) -> QRect:
    """Returns where the part `there` of a rectangle is, which is laid out from left to right."""
    # As QStyle.visualRect, but for that PySide would make the class QStyle, which takes a while of the start.
    if direction is Qt.LayoutDirection.LeftToRight:
        return there
    return there.translated(within.left() + within.right() - there.left() - there.right(), 0)
