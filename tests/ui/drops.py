"""Files that are dragged onto a widget and dropped there."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(widget: QWidget, urls: Sequence[QUrl], at: QPoint = QPoint(50, 50)) -> bool:  # noqa: B008 - never changed
    """Drops what the URLs name, and returns whether the widget took it."""
    data = QMimeData()
    data.setUrls(list(urls))
    entered = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, _LEFT, _NONE)
    QApplication.sendEvent(widget, entered)
    if not entered.isAccepted():
        return False
    dropped = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, _LEFT, _NONE)
    QApplication.sendEvent(widget, dropped)
    return dropped.isAccepted()
