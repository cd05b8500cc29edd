"""The part of the SMTP panel with the latest tests and checks."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.ui.checks.history.chart import ROW_PX, HistoryChart, HistoryRow
from smtp_desktop.ui.checks.history.model import RESULT_ROLE, CheckHistory
from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS
from smtp_desktop.ui.theme.theme import LIGHT, Theme
from smtp_desktop.ui.widgets.fields import Fold
from smtp_desktop.ui.widgets.labels import Caption, LinkButton

_LATEST = 5


class HistorySection(QWidget):
    """A chart of `history`, and its latest rows. Folded at first; its `objectName` is `historySection`."""

    unfolded = Signal()
    """The user unfolded it: it is taller now."""
    entry_asked = Signal(object)
    """The user opens a row. Carries its CheckResult."""
    all_asked = Signal()
    """The user wants to see the whole history."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("historySection")
        self.history = CheckHistory(self)
        self._latest = CheckHistory(self, limit=_LATEST)
        self._chart = HistoryChart(LIGHT)
        self._note = Caption("warning", wraps=True)
        self._note.setObjectName("historyNote")
        self._note.hide()
        self._none = Caption("muted", wraps=True)
        self._row = HistoryRow(LIGHT, self)
        self._rows = self._make_rows()
        self._all = LinkButton(self.tr("Show all"))
        self._all.setObjectName("showHistoryButton")
        self._all.clicked.connect(self.all_asked)
        self._fold = Fold(self.tr("History"), self._content())
        self._fold.title_button.setObjectName("historyButton")
        self._fold.title_button.toggled.connect(lambda is_open: self.unfolded.emit() if is_open else None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._fold)
        self.show_results(())

    def chain_tab_order(self, before: QWidget, after: QWidget) -> None:
        """Puts its parts between `before` and `after` in the order of Tab."""
        for one, next_one in pairwise((before, self._fold.title_button, self._rows, self._all, after)):
            QWidget.setTabOrder(one, next_one)

    def show_results(self, results: Sequence[CheckResult]) -> None:
        """Shows `results`, given the oldest first."""
        self._none.setText(self.tr("Never tested or checked."))
        self.history.show(results)
        self._latest.show(results)
        self._refresh()

    def add(self, result: CheckResult) -> None:
        """Adds `result` as the newest."""
        self.history.add(result)
        self._latest.add(result)
        self._refresh()

    def set_settings_version(self, version: int) -> None:
        """Marks the results that were made with other settings than this version of them."""
        self.history.set_settings_version(version)
        self._latest.set_settings_version(version)

    def show_problem(self, words: str) -> None:
        """Shows in place of results why there are none."""
        self.show_results(())
        self._none.setText(words)

    def show_note(self, words: str) -> None:
        """Shows `words` above the chart; empty ones take no room."""
        self._note.show_text(words)

    def set_theme(self, theme: Theme) -> None:
        """Redraws chart and rows in the colours of `theme`."""
        self._row.theme = theme
        self._chart.set_theme(theme)
        self._rows.viewport().update()

    def _make_rows(self) -> QListView:
        rows = QListView()
        rows.setProperty(ACCESSIBLE_AS, "items")
        rows.setObjectName("historyRows")
        rows.setAccessibleName(self.tr("Latest tests and checks"))
        rows.setModel(self._latest)
        rows.setItemDelegate(self._row)
        rows.setUniformItemSizes(True)
        rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows.setTabKeyNavigation(False)
        rows.activated.connect(lambda index: self.entry_asked.emit(index.data(RESULT_ROLE)))
        return rows

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        for part in (self._note, self._none, self._chart, self._rows):
            column.addWidget(part)
        foot = QHBoxLayout()
        foot.addWidget(self._all)
        foot.addStretch(1)
        column.addLayout(foot)
        return content

    def _refresh(self) -> None:
        results = self.history.results
        self._chart.show_results(results)
        self._rows.setFixedHeight(min(len(results), _LATEST) * ROW_PX + 2)
        for part in (self._chart, self._rows):
            part.setVisible(bool(results))
        self._none.setVisible(not results)
        self._all.setText(self.tr("Show all {n}").format(n=len(results)))
        self._all.setAccessibleName(self._all.text())
        self._all.setVisible(len(results) > _LATEST)
