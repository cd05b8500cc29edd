"""A row for one step of a session: its mark, its detail, and a bar for when it ran and how long."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus
from smtp_desktop.ui.conversation.step_mark import (
    STATUS_TOKENS,
    StepMark,
    duration_words,
    heading_and_detail,
    stage_name,
    status_name,
)
from smtp_desktop.ui.theme.styled import short, styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.labels import Caption, ElidedLabel

_BAR_TOKENS = {**STATUS_TOKENS, StepStatus.DONE: "accent", StepStatus.NOT_REACHED: ""}
_HEIGHT_PX = 34
_LONGEST_DETAIL = 300  # characters, where it wraps
_MARGIN_PX, _GAP_PX, _MARK_PX, _DURATION_PX = 12, 10, 16, 56


class StepRow(QFrame):
    """Shows a step; `last` marks the lowest row, which has no line below it. In a narrow one the detail is below."""

    def __init__(self, stage: Stage, theme: Theme, *, last: bool) -> None:
        super().__init__()
        self.setProperty("area", "row")
        self.setProperty("last", last)
        self.setMinimumHeight(_HEIGHT_PX)
        self.step = Step(stage=stage, status=StepStatus.NOT_REACHED)
        self._mark = StepMark(theme)
        self._name = styled_label(stage_name(stage), "stepName")
        self._detail = ElidedLabel("muted")
        self._bar = TimeBar(theme)
        self._duration = QLabel()
        self._duration.setProperty("role", "took")
        self._duration.setFixedWidth(_DURATION_PX)
        self._duration.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._below = Caption("muted", wraps=True)
        self._below.setContentsMargins(0, 0, 0, 8)
        self._below.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(_MARGIN_PX, 0, _MARGIN_PX, 0)
        grid.setHorizontalSpacing(_GAP_PX)
        grid.setVerticalSpacing(0)
        for column, widget in enumerate((self._mark, self._name, self._detail, self._bar, self._duration)):
            grid.addWidget(widget, 0, column)
        grid.addWidget(self._below, 1, 1, 1, 4)
        grid.setRowMinimumHeight(0, _HEIGHT_PX)
        grid.setColumnStretch(2, 1)
        self.show_step(self.step)

    @property
    def min_width(self) -> int:
        """The minimum width in pixels, without heading and bar."""
        return 2 * _MARGIN_PX + 4 * _GAP_PX + _MARK_PX + self.duration_width

    @property
    def name_width(self) -> int:
        """The width in pixels that the heading needs."""
        self._name.ensurePolished()
        # A label's size hint is never below its fixed width.
        return self._name.fontMetrics().horizontalAdvance(self._name.text()) + 1

    @property
    def duration_width(self) -> int:
        """The width in pixels that the duration needs."""
        self._duration.ensurePolished()
        return max(_DURATION_PX, self._duration.fontMetrics().horizontalAdvance(self._duration.text()) + 1)

    def set_widths(self, name: int, bar: int, duration: int, *, detail_below: bool) -> None:
        """Sets the widths of heading, bar (none if it is 0) and duration, in pixels, and where the detail stands."""
        self._duration.setFixedWidth(duration)
        self._name.setFixedWidth(name)
        self._bar.setFixedWidth(bar)
        self._bar.setVisible(bar > 0)
        self._below.setVisible(detail_below and bool(self._below.text()))
        self._detail.setVisible(not detail_below)

    def show_step(self, step: Step) -> None:
        """Shows how the step went."""
        self.step = step
        self._mark.show_status(step.status)
        heading, detail = heading_and_detail(step)
        self._name.setText(heading)
        self._detail.show_words(detail)
        self._detail.setAccessibleDescription(detail)
        self._below.setText(short(detail, _LONGEST_DETAIL))
        self._duration.setText(duration_words(step))
        self.setAccessibleName(f"{heading}: {status_name(step.status)}. {detail}")
        self.setAccessibleDescription(self._duration.text())

    def draw(self, axis_ms: float, now_ms: float) -> None:
        """Draws the bar on an axis of `axis_ms`; the bar of a running step ends at `now_ms`."""
        step = self.step
        running = step.status is StepStatus.RUNNING
        end_ms = max(now_ms, step.started_ms) if running else step.started_ms + step.duration_ms
        self._bar.show_span(step.started_ms / axis_ms, end_ms / axis_ms, _BAR_TOKENS[step.status])


_THICKNESS_PX = 6
_MIN_PX = 6  # so that the shortest step is visible


class TimeBar(QWidget):
    """A track as long as the time axis, with a bar on it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._start, self._end = 0.0, 0.0
        self._token = ""
        self.setObjectName("timeBar")
        self.setFixedHeight(_THICKNESS_PX + 2)

    def show_span(self, start: float, end: float, token: str) -> None:
        """Draws the bar from `start` to `end` (0 to 1 on the axis) in the colour `token`; none if that is empty."""
        if (start, end, token) != (self._start, self._end, self._token):
            self._start, self._end, self._token = start, end, token
            self.update()

    @property
    def token(self) -> str:
        """The theme's name of the bar's colour; empty without a bar."""
        return self._token

    @property
    def filled(self) -> QRectF:
        """The rectangle of the bar in pixels, as where time goes from left to right; empty without one."""
        if not self._token:
            return QRectF()
        width = max((self._end - self._start) * self.width(), _MIN_PX)
        return QRectF(min(self._start * self.width(), self.width() - width), 1, width, _THICKNESS_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.color("line"), 1))
        painter.setBrush(self.theme.color("sunken"))
        painter.drawRoundedRect(QRectF(0.5, 1.5, self.width() - 1, _THICKNESS_PX - 1), 2.5, 2.5)
        if self._token:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color(self._token))
            bar = self.filled
            if self.isRightToLeft():
                bar.moveRight(self.width() - bar.left())
            painter.drawRoundedRect(bar, _THICKNESS_PX / 2, _THICKNESS_PX / 2)
        painter.end()
