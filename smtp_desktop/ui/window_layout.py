"""What the window looked like, from one start to the next."""

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow

from smtp_desktop.ui.frame import PANEL_WIDTH_KEY, WindowFrame

_SIZE = (1440, 900)
_FOLDED_KEY, _GEOMETRY_KEY = "window.folded", "window.geometry"


def restore_layout(window: QMainWindow, frame: WindowFrame, kept: Mapping[str, str]) -> None:
    """The window is where and as it was by the preferences `kept`, or of its usual size."""
    frame.entities.set_folded(kept.get(_FOLDED_KEY) == "1")
    window.resize(QSize(*_SIZE).boundedTo(window.screen().availableSize()))
    geometry = kept.get(_GEOMETRY_KEY)
    if geometry:
        window.restoreGeometry(QByteArray.fromHex(geometry.encode()))


def layout_to_keep(window: QMainWindow, frame: WindowFrame) -> dict[str, str]:
    """Returns the preferences that bring all of it back."""
    return {
        _GEOMETRY_KEY: bytes(window.saveGeometry().toHex().data()).decode(),
        _FOLDED_KEY: "1" if frame.entities.folded else "0",
        PANEL_WIDTH_KEY: str(frame.panel_width_px),
    }
