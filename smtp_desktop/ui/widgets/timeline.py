"""The steps of a conversation, as they happen, on a common time axis."""

from collections.abc import Iterable

from PySide6.QtCore import QElapsedTimer, QSize, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.step_row import StepRow

_REPAINT_MS = 50
_FIRST_AXIS_MS = 250.0
_WIDE_PX = 520
_NAME_PX, _WIDE_NAME_PX = 96, 150
_BAR_PX, _WIDE_BAR_PX = 36, 150


class TimelineView(QFrame):
    """One row per stage. Its `objectName` is `timeline`.

    While the conversation lasts the axis is longer than what has passed, and doubles when that is used up: bars that
    shrank all the time could not be compared. Once it is over the axis is as long as the conversation was.
    """

    def __init__(self, stages: tuple[Stage, ...], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setProperty("area", "box")
        self._rows = {stage: StepRow(stage, theme, last=stage is stages[-1]) for stage in stages}
        self._over = False
        self._axis_ms = _FIRST_AXIS_MS
        self._running: StepRow | None = None
        self._since_running = QElapsedTimer()
        self._repaint = QTimer(self)
        self._repaint.setInterval(_REPAINT_MS)
        self._repaint.timeout.connect(self._draw)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for row in self._rows.values():
            column.addWidget(row)
        self._fit()

    def show_step(self, step: Step) -> None:
        """The step's row shows it; the conversation goes on."""
        self._over = False
        self._show(step)
        self._settle()

    def show_all(self, steps: Iterable[Step]) -> None:
        """The rows show `steps`, and the conversation is over."""
        self._over = True
        for step in steps:
            self._show(step)
        self._settle()

    def reset(self) -> None:
        """No stage was reached yet."""
        self._over = False
        for stage in self._rows:
            self._show(Step(stage=stage, outcome=StepStatus.NOT_REACHED))
        self._settle()

    @property
    def axis_ms(self) -> float:
        """How long the time axis is that the bars stand on."""
        return self._axis_ms

    def minimumSizeHint(self) -> QSize:
        # That of a narrow panel, whatever the columns are now.
        narrow = max(row.least_width for row in self._rows.values()) + max(_NAME_PX, self._widest) + _BAR_PX
        return QSize(narrow, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._repaint.stop()

    def _show(self, step: Step) -> None:
        row = self._rows.get(step.stage)
        if row is None:
            return
        if step.outcome is StepStatus.RUNNING:
            self._running = row
            self._since_running.start()
        elif row is self._running:
            self._running = None
        row.show_step(step)

    def _settle(self) -> None:
        """Columns and bars fit what the rows say, and time goes on where a step runs and is seen."""
        self._fit()
        self._draw()
        if self._running is None or self._over:
            self._repaint.stop()
        elif self.isVisible() and not self._repaint.isActive():
            self._repaint.start()

    @property
    def _now_ms(self) -> float:
        return self._running.step.started_ms + self._since_running.elapsed() if self._running else 0.0

    def _draw(self) -> None:
        now_ms = self._now_ms
        self._axis_ms = self._axis_until(now_ms)
        for row in self._rows.values():
            row.draw(self._axis_ms, now_ms)

    def _axis_until(self, now_ms: float) -> float:
        steps = [row.step for row in self._rows.values()]
        end_ms = max(now_ms, *(step.started_ms + step.duration_ms for step in steps))
        if self._over:
            return max(end_ms, 1.0)
        axis_ms = _FIRST_AXIS_MS
        while axis_ms < end_ms:
            axis_ms *= 2
        return axis_ms

    @property
    def _widest(self) -> int:
        return max(row.name_width for row in self._rows.values())

    def _fit(self) -> None:
        wide = self.width() >= _WIDE_PX
        widest = self._widest
        # A narrow panel has to leave room for what came of the steps.
        narrow_bar = min(max(round((self.width() - 262) * 0.45), _BAR_PX), _WIDE_BAR_PX)
        for row in self._rows.values():
            row.set_widths(max(_WIDE_NAME_PX if wide else _NAME_PX, widest), _WIDE_BAR_PX if wide else narrow_bar)
