"""The eye that shows a secret while it is typed."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QWidget

_GRID = 24  # units of the drawing, as of every icon
_STROKE = 1.8
_ICON_PX = 16
_CORNER_PX = 6


def _eye() -> QPainterPath:
    path = QPainterPath(QPointF(2, 12))
    path.cubicTo(6, 4.5, 18, 4.5, 22, 12)
    path.cubicTo(18, 19.5, 6, 19.5, 2, 12)
    path.addEllipse(QPointF(12, 12), 3, 3)
    return path


class EyeButton(QToolButton):
    """A toggle with an eye, crossed out while the text is shown. Drawn in the text's colour at any scale."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setProperty("kind", "eye")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), _CORNER_PX, _CORNER_PX)
        scale = _ICON_PX / _GRID
        painter.translate((self.width() - _ICON_PX) / 2, (self.height() - _ICON_PX) / 2)
        painter.scale(scale, scale)
        painter.setPen(QPen(self.palette().buttonText().color(), _STROKE))
        painter.drawPath(_eye())
        if self.isChecked():
            painter.drawLine(QPointF(4, 20), QPointF(20, 4))
        painter.end()
