"""When a step ran, on the time axis of its conversation."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.theme import Theme

_THICK_PX = 6
_LEAST_PX = 6  # the shortest step can still be seen


class TimeBar(QWidget):
    """A track as long as the axis, and on it a bar from `start` to `end`, which are shares of the axis."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._start, self._end = 0.0, 0.0
        self._token = ""
        self.setObjectName("timeBar")
        self.setFixedHeight(_THICK_PX + 2)

    def show_span(self, start: float, end: float, token: str) -> None:
        """The bar has the theme's colour `token`; there is none where that is empty."""
        if (start, end, token) != (self._start, self._end, self._token):
            self._start, self._end, self._token = start, end, token
            self.update()

    @property
    def token(self) -> str:
        """The name of the bar's colour; empty without a bar."""
        return self._token

    @property
    def filled(self) -> QRectF:
        """Where the bar is, in pixels; empty without one."""
        if not self._token:
            return QRectF()
        width = max((self._end - self._start) * self.width(), _LEAST_PX)
        return QRectF(min(self._start * self.width(), self.width() - width), 1, width, _THICK_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.color("line"), 1))
        painter.setBrush(self.theme.color("sunken"))
        painter.drawRoundedRect(QRectF(0.5, 1.5, self.width() - 1, _THICK_PX - 1), 2.5, 2.5)
        if self._token:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color(self._token))
            painter.drawRoundedRect(self.filled, _THICK_PX / 2, _THICK_PX / 2)
        painter.end()
