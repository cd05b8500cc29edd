"""The timeline of a session: its steps on a common time axis, as they happen, and its transcript."""

from collections.abc import Iterable

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus, TranscriptLine
from smtp_desktop.services.checks.report_text import TRANSCRIPT_KEY, transcript_line
from smtp_desktop.ui.conversation.step_row import StepRow
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.text_view import bounded

_REPAINT_MS = 50
_FIRST_AXIS_MS = 250.0
_WIDE_PX = 520
_NAME_PX, _WIDE_NAME_PX = 96, 150
_BAR_PX, _WIDE_BAR_PX = 36, 150
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class TimelineView(QFrame):
    """A row for each stage. Its `objectName` is `timeline`.

    While the session lasts, the axis is longer than the time that has passed, and is doubled when that is used up: bars
    that shrink all the time can't be compared. At the end, the axis becomes as long as the session was.
    """

    def __init__(self, stages: tuple[Stage, ...], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setProperty("area", "box")
        self._theme = theme
        self._rows: dict[Stage, StepRow] = {}
        self._over = False
        self._axis_ms = _FIRST_AXIS_MS
        self._running: StepRow | None = None
        self._since_running = QElapsedTimer()
        self._repaint = QTimer(self)
        self._repaint.setInterval(_REPAINT_MS)
        self._repaint.timeout.connect(self._draw)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self.set_stages(stages)

    def set_stages(self, stages: tuple[Stage, ...]) -> None:
        """Shows a row for each of these stages, none of them reached."""
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {stage: StepRow(stage, self._theme, last=stage is stages[-1]) for stage in stages}
        self._running = None
        for row in self._rows.values():
            self._column.addWidget(row)
        self._fit()

    def show_step(self, step: Step) -> None:
        """Shows a step of a session that goes on."""
        self._over = False
        self._show(step)
        self._update_view()

    def show_all(self, steps: Iterable[Step]) -> None:
        """Shows the steps of a session that has ended."""
        self._over = True
        for step in steps:
            self._show(step)
        self._update_view()

    def reset(self) -> None:
        """Shows every stage as not reached yet."""
        self._over = False
        for stage in self._rows:
            self._show(Step(stage=stage, status=StepStatus.NOT_REACHED))
        self._update_view()

    @property
    def axis_ms(self) -> float:
        """The length of the time axis, in milliseconds."""
        return self._axis_ms

    def minimumSizeHint(self) -> QSize:
        # That of a narrow panel, whatever width the columns have now.
        narrow = max(row.min_width for row in self._rows.values()) + self._widest + 2
        return QSize(narrow, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update_view()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._repaint.stop()

    def _show(self, step: Step) -> None:
        row = self._rows.get(step.stage)
        if row is None:
            return
        if step.status is StepStatus.RUNNING:
            self._running = row
            self._since_running.start()
        elif row is self._running:
            self._running = None
        row.show_step(step)

    def _update_view(self) -> None:
        """Fits columns and bars to the rows, and repaints at intervals while a step runs and is visible."""
        self._fit()
        self.updateGeometry()
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
        name = max(_WIDE_NAME_PX if wide else _NAME_PX, widest)
        duration = max(row.duration_width for row in self._rows.values())
        left = self.width() - 2 - name - max(row.min_width for row in self._rows.values())
        # With long words there may be no room for bars.
        bar = _WIDE_BAR_PX if wide else min(left, _WIDE_BAR_PX) if left >= _BAR_PX else 0
        for row in self._rows.values():
            row.set_widths(name, bar, duration, detail_below=not wide)


class TranscriptButton(QPushButton):
    """Shows and hides a transcript, and says which of both. Its `objectName` is `showTranscriptButton`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("showTranscriptButton")
        self.setAutoDefault(False)
        self.setCheckable(True)
        self.toggled.connect(self._name)
        self._name(is_shown=False)

    def _name(self, is_shown: bool) -> None:
        words = self.tr("Hide transcript") if is_shown else self.tr("Show transcript")
        self.setText(words)
        self.setAccessibleName(words)


class TranscriptView(QFrame):
    """A transcript whose lines can be selected and copied, below a key to its speakers.

    The field's `objectName` is `transcript`.
    """

    def __init__(self, *, height_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = QPlainTextEdit()
        self._field.setObjectName("transcript")
        self._field.setAccessibleName(self.tr("Transcript"))
        self._field.setAccessibleDescription(shown(TRANSCRIPT_KEY))
        self._field.setReadOnly(True)
        self._field.setTextInteractionFlags(_SELECTABLE)
        self._field.setTabChangesFocus(True)
        self._field.setProperty("mono", True)
        self._field.setMinimumHeight(height_px)
        # Times and speakers stay in columns; long lines scroll.
        self._field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(styled_label(shown(TRANSCRIPT_KEY), "hint", wrap=True))
        column.addWidget(self._field)

    def show_lines(self, lines: Iterable[TranscriptLine]) -> None:
        """Shows `lines`, scrolled to the first."""
        self._field.setPlainText(bounded("\n".join(transcript_line(line) for line in lines)))
