"""The marks and words of a step of a session, as several views show them."""

import re

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus
from smtp_desktop.domain.diagnosis.stages import stage_text, status_text, took_text
from smtp_desktop.domain.message_text import one_line
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown

STATUS_TOKENS = {
    StepStatus.DONE: "ok",
    StepStatus.FAILED: "bad",
    StepStatus.UNKNOWN: "warn",
    StepStatus.RUNNING: "accent",
    StepStatus.NOT_REACHED: "faint",
}
"""The theme's colour of each status."""
_STROKES: dict[StepStatus, tuple[tuple[int, int, int, int], ...]] = {
    StepStatus.DONE: ((5, 8, 7, 10), (7, 10, 11, 6)),
    StepStatus.FAILED: ((6, 6, 10, 10), (10, 6, 6, 10)),
    StepStatus.NOT_REACHED: ((6, 8, 10, 8),),
}
_TLS_VERSION = re.compile(r"(TLS \d(?:\.\d)?)(?: · )?")


def stage_name(stage: Stage) -> str:
    """Returns the name of a stage."""
    return shown(stage_text(stage))


def status_name(status: StepStatus) -> str:
    """Returns a status in a word, for users who do not see the mark."""
    return shown(status_text(status))


def heading_and_detail(step: Step) -> tuple[str, str]:
    """Returns the heading and the detail of a step.

    The version of TLS, with which the detail of a secured connection begins, becomes part of the heading:
    "Secure (TLS 1.3)".
    """
    heading, detail = stage_name(step.stage), one_line(step.detail)
    found = _TLS_VERSION.match(detail) if step.stage is Stage.SECURE and step.status is StepStatus.DONE else None
    if found:
        return f"{heading} ({found[1]})", detail[found.end() :]
    if not detail and step.status is not StepStatus.DONE:
        detail = status_name(step.status)
    return heading, detail


def duration_words(step: Step) -> str:
    """Returns how long the step took; empty while that is not known."""
    ended = step.status in {StepStatus.DONE, StepStatus.FAILED, StepStatus.UNKNOWN}
    return shown(took_text(step.duration_ms)) if ended else ""


class StepMark(QWidget):
    """A round mark: a tick, a cross, a question mark, dots while the step runs, or a dash if it was not reached."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._status = StepStatus.NOT_REACHED
        self.setFixedSize(QSize(16, 16))

    def show_status(self, status: StepStatus) -> None:
        """Shows the mark of `status`."""
        self._status = status
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color(STATUS_TOKENS[self._status]))
        painter.drawEllipse(QRectF(0, 0, 16, 16))
        pen = QPen(self.theme.color("surface"), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._status is StepStatus.UNKNOWN:
            font = self.font()
            font.setPixelSize(12)
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(QRectF(0, 0, 16, 16), Qt.AlignmentFlag.AlignCenter, "?")
        if self._status is StepStatus.RUNNING:
            painter.drawPoints([QPointF(4.5, 8), QPointF(8, 8), QPointF(11.5, 8)])
        for x1, y1, x2, y2 in _STROKES.get(self._status, ()):
            painter.drawLine(x1, y1, x2, y2)
        painter.end()
