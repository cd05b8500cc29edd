"""Menus and combo boxes: what pops up has round corners, and looks the same."""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QMenu, QStyledItemDelegate, QStyleOptionMenuItem, QWidget

_RADIUS = 10
_PADDING_PX = 10  # of an entry, in the style sheet
_DANGER = "danger"


class Menu(QMenu):
    """A menu with keys at its right edge. What destroys something is red."""

    def __init__(self, parent: QWidget, name: str, title: str) -> None:
        """`name` is the object name, `title` what screen readers call it."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setTitle(title)
        self._painting = False

    def add(self, name: str, words: str, key: str = "", *, danger: bool = False) -> QAction:
        """Adds an entry of that object name. `key` is only shown: the window handles it."""
        action = self.addAction(f"{words}\t{key}" if key else words)
        action.setObjectName(name)
        action.setProperty(_DANGER, danger)
        return action

    def initStyleOption(self, option: QStyleOptionMenuItem, action: QAction) -> None:
        super().initStyleOption(option, action)
        if self._painting:  # for its size it has all
            option.text = "" if action.property(_DANGER) else option.text.partition("\t")[0]

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painting = True
        super().paintEvent(event)
        self._painting = False
        painter = QPainter(self)
        for action in self.actions():
            words, _, key = action.text().partition("\t")
            room = self.actionGeometry(action).adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
            # The painter mirrors both where the menu is read from right to left.
            left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
            if action.property(_DANGER):
                painter.setPen(self.palette().color(QPalette.ColorRole.BrightText))
                painter.drawText(room, left | Qt.AlignmentFlag.AlignVCenter, words)
            if key:
                painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
                painter.drawText(room, right | Qt.AlignmentFlag.AlignVCenter, key)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _round(self)


class ComboBox(QComboBox):
    """A combo box whose list looks like a menu. The wheel changes nothing in it."""

    def __init__(self) -> None:
        super().__init__()
        # Qt's own draws the list in the system's manner, whatever the style sheet says.
        self.setItemDelegate(QStyledItemDelegate(self))

    def showPopup(self) -> None:
        super().showPopup()
        _round(self.view().window())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leaves the wheel to what is around it and scrolls: passing over the box must not change the choice."""
        event.ignore()


def _round(popup: QWidget) -> None:
    """Cuts the corners off, which would be squares: a window of X11 may have no other way to be round."""
    if QGuiApplication.platformName() != "xcb":
        return
    path = QPainterPath(QPoint(0, 0))
    path.addRoundedRect(QRectF(popup.rect()), _RADIUS, _RADIUS)
    popup.setMask(QRegion(path.toFillPolygon().toPolygon()))
