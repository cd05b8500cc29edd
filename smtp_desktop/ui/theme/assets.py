"""Icons, drawn in a colour of the theme."""

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from smtp_desktop.resources import FOLDER

_ICON_SIDE = 24


def icon(name: str, color: QColor, side: int = _ICON_SIDE, ratio: float = 2.0) -> QIcon:
    """Returns the icon `name` drawn in `color`, `side` pixels wide, sharp up to a device pixel ratio of `ratio`."""
    return QIcon(pixmap(name, color, side, ratio))


def pixmap(name: str, color: QColor, side: int = _ICON_SIDE, ratio: float = 2.0) -> QPixmap:
    """The same as a pixmap."""
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - 10 ms that only a window pays

    source = (FOLDER / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", color.name())
    image = QPixmap(QSize(side, side) * ratio)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
