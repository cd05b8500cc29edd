"""The program's own icon: of its windows and in the tray."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from smtp_desktop.ui.theme.theme import LIGHT, pixmap

_SIDES = (16, 22, 24, 32, 48, 64, 128, 256)
_MARK, _RING = 0.5, 0.06  # of the icon's side: the mark that something fails, and the line around it


def program_icon(*, failing: bool = False) -> QIcon:
    """Returns the icon, drawn for every size that desktops ask for; with a red mark where something is `failing`."""
    icon = QIcon()
    for side in _SIDES:
        drawn = pixmap("smtp-desktop", QColor(), side, 1.0)
        if failing:
            _mark(drawn)
        icon.addPixmap(drawn)
    return icon


def _mark(drawn: QPixmap) -> None:
    side = drawn.width()
    ring = max(1.0, side * _RING)
    size = side * _MARK
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for color, inset in ((LIGHT.color("surface"), 0.0), (LIGHT.color("bad"), ring)):
        painter.setBrush(color)
        painter.drawEllipse(QRectF(side - size, side - size, size, size).adjusted(inset, inset, -inset, -inset))
    painter.end()
