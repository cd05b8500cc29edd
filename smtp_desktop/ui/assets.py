"""The window's only door to `resources/`."""

import importlib.util
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

_ICON_SIDE = 24


@cache
def resources() -> Path:
    """Returns the folder that holds the resources: in an installed package, or beside it in a checkout."""
    spec = importlib.util.find_spec("smtp_desktop.resources")
    if spec and spec.origin:
        return Path(spec.origin).parent
    return Path(__file__).resolve().parents[2] / "resources"


def icon(name: str, color: QColor, side: int = _ICON_SIDE, ratio: float = 2.0) -> QIcon:
    """Returns the icon `name` drawn in `color`, `side` pixels wide, sharp up to a device pixel ratio of `ratio`."""
    return QIcon(pixmap(name, color, side, ratio))


def pixmap(name: str, color: QColor, side: int = _ICON_SIDE, ratio: float = 2.0) -> QPixmap:
    """The same as a pixmap."""
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415 - 10 ms that only a window pays

    source = (resources() / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", color.name())
    image = QPixmap(QSize(side, side) * ratio)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
