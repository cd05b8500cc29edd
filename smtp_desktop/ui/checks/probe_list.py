"""The probes of a search for settings, as they happen: a row for each."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.checks.suggestion import Probe, probe_text
from smtp_desktop.ui.checks.suggestion import heading, outcome_of
from smtp_desktop.ui.conversation.step_mark import StepMark, status_name
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.labels import ElidedLabel
from smtp_desktop.ui.widgets.message_text import one_line, shown

_ROW_PX = 30
_ROWS_SEEN = 9  # of at most 13; the others are scrolled to
_FRAME_PX = 2
_NAME_PART, _WORDS_PART = 3, 5


class _Row(QFrame):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("area", "row")
        self.setFixedHeight(_ROW_PX)
        self._mark = StepMark(theme)
        self._name, self._words = ElidedLabel(""), ElidedLabel("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(self._mark)
        row.addWidget(self._name, _NAME_PART)
        row.addWidget(self._words, _WORDS_PART)

    def show_probe(self, probe: Probe) -> None:
        outcome, words = outcome_of(probe), one_line(shown(probe_text(probe)))
        self._mark.show_status(outcome)
        self._name.show_words(heading(probe))
        self._words.show_words(words)
        reason = shown(probe.candidate.reason)
        self.setAccessibleName(f"{heading(probe)}: {status_name(outcome)}. {words}")
        self.setAccessibleDescription(reason)


class ProbeList(QScrollArea):
    """A row for each probe, in the order in which they began. Its `objectName` is `probeList`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("probeList")
        self._theme = theme
        self._rows: list[tuple[Candidate, bool, _Row]] = []
        self.setProperty("area", "box")
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        # Or it would cover the round corners behind it.
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("What was tried"))

    def show_probe(self, probe: Probe) -> None:
        """Shows how a probe goes, in its row, and scrolls to it."""
        row = self._row(probe)
        row.show_probe(probe)
        self.ensureWidgetVisible(row, 0, 0)

    def _row(self, probe: Probe) -> _Row:
        for candidate, with_password, row in self._rows:
            if with_password == probe.with_password and candidate == probe.candidate:
                return row
        row = _Row(self._theme)
        self._rows.append((probe.candidate, probe.with_password, row))
        self._column.addWidget(row)
        for _, _, each in self._rows:
            each.setProperty("last", each is row)
            each.style().polish(each)
        self.setFixedHeight(min(len(self._rows), _ROWS_SEEN) * _ROW_PX + 2 * _FRAME_PX)
        return row
