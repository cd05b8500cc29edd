"""The steps of a conversation, as they happen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smtp_desktop.domain.conversation import Outcome, Stage, Step
from smtp_desktop.ui.step_words import outcome_name, stage_name
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.views.elided import ElidedLabel
from smtp_desktop.ui.views.outcome_mark import OutcomeMark

_NAME_WIDTH = 96


class _Row(QFrame):
    def __init__(self, stage: Stage, theme: Theme, *, last: bool) -> None:
        super().__init__()
        self.setProperty("area", "row")
        self.setProperty("last", last)
        self.setFixedHeight(34)
        self._stage = stage
        self._mark = OutcomeMark(theme)
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
        self._mark.show_outcome(step.outcome)
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
