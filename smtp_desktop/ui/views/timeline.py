"""The steps of a conversation, as they happen."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smtp_desktop.domain.conversation import Outcome, Stage, Step
from smtp_desktop.ui.step_words import outcome_name, stage_name
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.views.elided import ElidedLabel

_TOKENS = {
    Outcome.DONE: "ok",
    Outcome.FAILED: "bad",
    Outcome.UNKNOWN: "warn",
    Outcome.RUNNING: "accent",
    Outcome.NOT_REACHED: "faint",
}
_NAME_WIDTH = 96


class _Mark(QWidget):
    """A round mark: ticked, crossed, with a question mark, running or not reached."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.outcome = Outcome.NOT_REACHED
        self.setFixedSize(QSize(16, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color(_TOKENS[self.outcome]))
        painter.drawEllipse(QRectF(0, 0, 16, 16))
        pen = QPen(self.theme.color("surface"), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self.outcome is Outcome.UNKNOWN:
            font = self.font()
            font.setPixelSize(12)
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(QRectF(0, 0, 16, 16), Qt.AlignmentFlag.AlignCenter, "?")
        for x1, y1, x2, y2 in _STROKES.get(self.outcome, ()):
            painter.drawLine(x1, y1, x2, y2)
        painter.end()


_STROKES: dict[Outcome, tuple[tuple[int, int, int, int], ...]] = {
    Outcome.DONE: ((5, 8, 7, 10), (7, 10, 11, 6)),
    Outcome.FAILED: ((6, 6, 10, 10), (10, 6, 6, 10)),
    Outcome.RUNNING: ((6, 8, 6, 8), (10, 8, 10, 8)),
    Outcome.NOT_REACHED: ((6, 8, 10, 8),),
}


class _Row(QFrame):
    def __init__(self, stage: Stage, theme: Theme, *, last: bool) -> None:
        super().__init__()
        self.setProperty("area", "row")
        self.setProperty("last", last)
        self.setFixedHeight(34)
        self._stage = stage
        self._mark = _Mark(theme)
        self.name = QLabel(stage_name(stage))
        self._detail = ElidedLabel("muted")
        self._took = QLabel()
        self._took.setProperty("role", "count")
        self._took.setFixedWidth(64)
        self._took.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(10)
        for widget in (self._mark, self.name, self._detail, self._took):
            row.addWidget(widget)
        row.setStretchFactor(self._detail, 1)

    def show_step(self, step: Step) -> None:
        self._mark.outcome = step.outcome
        self._mark.update()
        words = step.detail or (outcome_name(step.outcome) if step.outcome is not Outcome.DONE else "")
        self._detail.show_words(words)
        timed = step.outcome in {Outcome.DONE, Outcome.FAILED, Outcome.UNKNOWN}
        self._took.setText(f"{step.duration_ms:.0f} ms" if timed else "")
        self.setAccessibleName(f"{stage_name(self._stage)}: {outcome_name(step.outcome)}. {words}")


class TimelineView(QFrame):
    """One row per stage. Its `objectName` is `timeline`."""

    def __init__(self, stages: tuple[Stage, ...], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setProperty("area", "box")
        self._rows = {stage: _Row(stage, theme, last=stage is stages[-1]) for stage in stages}
        self._steps: dict[Stage, Step] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for stage, row in self._rows.items():
            row.show_step(Step(stage=stage, outcome=Outcome.NOT_REACHED))
            column.addWidget(row)
            row.name.ensurePolished()
        widest = max(row.name.sizeHint().width() for row in self._rows.values())
        for row in self._rows.values():
            row.name.setFixedWidth(max(_NAME_WIDTH, widest))

    def show_step(self, step: Step) -> None:
        """The step's row shows it."""
        row = self._rows.get(step.stage)
        if row:
            self._steps[step.stage] = step
            row.show_step(step)

    def reset(self) -> None:
        """No stage was reached yet."""
        self._steps.clear()
        for stage, row in self._rows.items():
            row.show_step(Step(stage=stage, outcome=Outcome.NOT_REACHED))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that were shown."""
        return tuple(self._steps.values())
