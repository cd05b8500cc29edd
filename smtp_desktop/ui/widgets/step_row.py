"""One step of a conversation: how it went, what came of it, when it ran and how long."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.labels import ElidedLabel
from smtp_desktop.ui.widgets.outcome_mark import OUTCOME_TOKENS, OutcomeMark
from smtp_desktop.ui.widgets.step_words import headed, outcome_name, stage_name, took_words

_BAR_TOKENS = {**OUTCOME_TOKENS, StepStatus.DONE: "accent", StepStatus.NOT_REACHED: ""}
_HEIGHT_PX = 34
_MARGIN_PX, _GAP_PX, _MARK_PX, _TOOK_PX = 12, 10, 16, 56


class StepRow(QFrame):
    """Shows a step; `last` is the lowest row, which has no line below it."""

    def __init__(self, stage: Stage, theme: Theme, *, last: bool) -> None:
        super().__init__()
        self.setProperty("area", "row")
        self.setProperty("last", last)
        self.setFixedHeight(_HEIGHT_PX)
        self.step = Step(stage=stage, outcome=StepStatus.NOT_REACHED)
        self._mark = OutcomeMark(theme)
        self._name = styled_label(stage_name(stage), "stepName")
        self._detail = ElidedLabel("muted")
        self._bar = TimeBar(theme)
        self._took = QLabel()
        self._took.setProperty("role", "took")
        self._took.setFixedWidth(_TOOK_PX)
        self._took.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN_PX, 0, _MARGIN_PX, 0)
        row.setSpacing(_GAP_PX)
        for widget in (self._mark, self._name, self._detail, self._bar, self._took):
            row.addWidget(widget)
        row.setStretchFactor(self._detail, 1)
        self.show_step(self.step)

    @property
    def least_width(self) -> int:
        """How wide it is at least without its heading and bar."""
        return 2 * _MARGIN_PX + 4 * _GAP_PX + _MARK_PX + _TOOK_PX

    @property
    def name_width(self) -> int:
        """How wide its heading would like to be."""
        self._name.ensurePolished()
        # A label's size hint is never below the width that it was given.
        return self._name.fontMetrics().horizontalAdvance(self._name.text()) + 1

    def set_widths(self, name: int, bar: int) -> None:
        """The columns are so wide."""
        self._name.setFixedWidth(name)
        self._bar.setFixedWidth(bar)

    def show_step(self, step: Step) -> None:
        """The row says how the step went."""
        self.step = step
        self._mark.show_outcome(step.outcome)
        heading, detail = headed(step)
        self._name.setText(heading)
        self._detail.show_words(detail)
        self._detail.setAccessibleDescription(detail)
        self._took.setText(took_words(step))
        self.setAccessibleName(f"{heading}: {outcome_name(step.outcome)}. {detail}")
        self.setAccessibleDescription(self._took.text())

    def draw(self, axis_ms: float, now_ms: float) -> None:
        """The bar is drawn on an axis of `axis_ms`; a running step has come as far as `now_ms`."""
        step = self.step
        running = step.outcome is StepStatus.RUNNING
        end_ms = max(now_ms, step.started_ms) if running else step.started_ms + step.duration_ms
        self._bar.show_span(step.started_ms / axis_ms, end_ms / axis_ms, _BAR_TOKENS[step.outcome])


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
