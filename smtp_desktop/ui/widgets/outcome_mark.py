"""A round mark that says how something went."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.diagnosis.conversation import StepStatus
from smtp_desktop.ui.theme.theme import Theme

OUTCOME_TOKENS = {
    StepStatus.DONE: "ok",
    StepStatus.FAILED: "bad",
    StepStatus.UNKNOWN: "warn",
    StepStatus.RUNNING: "accent",
    StepStatus.NOT_REACHED: "faint",
}
"""The theme's colour of each outcome."""
_STROKES: dict[StepStatus, tuple[tuple[int, int, int, int], ...]] = {
    StepStatus.DONE: ((5, 8, 7, 10), (7, 10, 11, 6)),
    StepStatus.FAILED: ((6, 6, 10, 10), (10, 6, 6, 10)),
    StepStatus.NOT_REACHED: ((6, 8, 10, 8),),
}


class OutcomeMark(QWidget):
    """Ticked, crossed, with a question mark, with dots while it runs, or with a dash where it was not reached."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._outcome = StepStatus.NOT_REACHED
        self.setFixedSize(QSize(16, 16))

    def show_outcome(self, outcome: StepStatus) -> None:
        """The mark says this."""
        self._outcome = outcome
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color(OUTCOME_TOKENS[self._outcome]))
        painter.drawEllipse(QRectF(0, 0, 16, 16))
        pen = QPen(self.theme.color("surface"), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._outcome is StepStatus.UNKNOWN:
            font = self.font()
            font.setPixelSize(12)
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(QRectF(0, 0, 16, 16), Qt.AlignmentFlag.AlignCenter, "?")
        if self._outcome is StepStatus.RUNNING:
            painter.drawPoints([QPointF(4.5, 8), QPointF(8, 8), QPointF(11.5, 8)])
        for x1, y1, x2, y2 in _STROKES.get(self._outcome, ()):
            painter.drawLine(x1, y1, x2, y2)
        painter.end()
