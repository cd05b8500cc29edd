"""The history of an SMTP's tests and checks: in the panel, and whole in a dialog."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView, QWidget

from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, ProfileSaved, ResultRecorded
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.last_failure import LastFailures, ResultInDetail
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.ui.checks.history.model import KEPT, RESULT_ROLE, SORT_ROLE, CheckHistory, HistoryColumn
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_dialog import show_error
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.row_table import row_table, widest_time_px
from smtp_desktop.ui.widgets.table_columns import ColumnKeeper, TableColumns

if TYPE_CHECKING:
    from smtp_desktop.ui.checks.history.section import HistorySection
    from smtp_desktop.ui.smtps.panel import SmtpPanel


_LEAST_PX, _SIZE_PX = 480, (760, 480)
_ROW_PX, _CELL_PADDING_PX = 32, 22
_WIDTHS_PX: dict[int, int] = {
    HistoryColumn.KIND: 70,
    HistoryColumn.OUTCOME: 150,
    HistoryColumn.DURATION: 90,
}


class HistoryDialog(Dialog):
    """A table of `history`, which is kept up to date while the dialog is open, and can be sorted."""

    entry_asked = Signal(object)
    """The user opens a row. Carries its CheckResult."""

    def __init__(self, parent: QWidget, *, name: str, history: CheckHistory, columns: ColumnKeeper) -> None:
        """`name` is that of the SMTP. `columns` remembers how the user set up the columns."""
        title = self.tr("History of {name}").format(name=name)
        super().__init__(parent, name="historyDialog", title=title, width=_LEAST_PX)
        self.resize(*_SIZE_PX)
        rows = QSortFilterProxyModel(self)
        rows.setSourceModel(history)
        rows.setSortRole(SORT_ROLE)
        table = row_table("historyTable", title, rows, row_px=_ROW_PX)
        self._set_up(table, columns)
        table.selectionModel().setCurrentIndex(
            rows.index(0, 0),
            QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
        )
        table.activated.connect(lambda index: self.entry_asked.emit(index.data(RESULT_ROLE)))
        self.body.addWidget(table, 1)
        self.footer.addStretch(1)
        self.add_ok(self.tr("Close")).clicked.connect(self.accept)
        table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in the table, which leaves the key to the dialog, opens the row.
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (is_enter and isinstance(self.focusWidget(), QTableView)):
            super().keyPressEvent(event)

    def _set_up(self, table: QTableView, columns: ColumnKeeper) -> None:
        table.horizontalHeader().setSortIndicator(HistoryColumn.TIME, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        table.resize(*_SIZE_PX)
        its = TableColumns(table, [column.name.lower() for column in HistoryColumn], stretched=HistoryColumn.REPLY)
        its.set_usual({**_WIDTHS_PX, HistoryColumn.TIME: widest_time_px(table) + _CELL_PADDING_PX})
        columns.keep("history", its)


class History(QObject):
    """Fills the history in the panel."""

    def __init__(
        self,
        *,
        window: QWidget,
        panel: Lazy[SmtpPanel],
        tester: Tester,
        last_failures: LastFailures,
        tasks: Tasks,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._last_failures = last_failures
        self.theme = theme
        self._window = window
        self._tester = tester
        self._tasks = tasks
        self._panel = panel
        self._profile: SmtpProfile | None = None
        self._paused: frozenset[ProfileId] = frozenset()
        self._results_seen = 0
        self.columns = ColumnKeeper({}, lambda _key, _value: None)
        """Remembers the columns of the dialog; the window puts its own here."""
        panel.apply("history", self._connect_panel)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.stored_changed.connect(self._turn_to)
        panel.history.all_asked.connect(self._show_all)
        panel.history.entry_asked.connect(self.open_entry)

    @property
    def _section(self) -> HistorySection:
        return self._panel().history

    def on_event(self, event: Event) -> None:
        """Adds a result that was just recorded."""
        match event:
            case ResultRecorded(result=result) if self._is_of(result.profile_id):
                self._results_seen += 1
                self._section.add(result)
            case ProfileSaved(profile=profile):
                self.refresh(profile)
            case _:
                pass

    def set_paused(self, paused: frozenset[ProfileId]) -> None:
        """Takes the SMTPs that are not checked by themselves for now."""
        self._paused = paused
        self._show_pause()

    def reload(self) -> None:
        """Reads the rows from the store, on a worker: another process may have recorded some."""
        profile = self._profile
        if profile is None:
            return

        results_seen = self._results_seen

        def show(results: Sequence[CheckResult]) -> None:
            if not self._is_of(profile.id):
                return
            if results_seen == self._results_seen:
                self._section.show_results(results)
            else:
                self.reload()  # a result that was recorded meanwhile may be missing from these

        self._tasks.run(self, lambda: self._tester.history_of(profile.id, KEPT), show, self._fail)

    def _turn_to(self, profile: SmtpProfile | None) -> None:
        other = profile is None or not self._is_of(profile.id)
        self._profile = profile
        self._section.setVisible(profile is not None)
        self._section.set_settings_version(profile.settings_version if profile else 0)
        if other:
            self._section.show_results(())
        self._show_pause()
        self.reload()

    def _show_pause(self) -> None:
        paused = self._profile is not None and self._profile.id in self._paused
        words = self.tr(
            "Automatic checks are paused because the server refused the sign-in, and another attempt might "
            "lock the account. They resume after a check or test gets further, or after you change the "
            "sign-in."
        )
        note = words if paused else ""
        self._panel.apply("pause", lambda panel: panel.history.show_note(note))

    def refresh(self, profile: SmtpProfile) -> None:
        """Takes over the SMTP in the panel as it is stored by now: older results may be of other settings."""
        if self._is_of(profile.id):
            self._profile = profile
            self._section.set_settings_version(profile.settings_version)

    def _is_of(self, profile_id: ProfileId) -> bool:
        return self._profile is not None and self._profile.id == profile_id

    def _fail(self, error: SmtpDesktopError) -> None:
        self._section.show_problem(shown(error.message))

    def _show_all(self) -> None:
        if self._profile:
            name, history = self._profile.name, self._section.history
            dialog = HistoryDialog(self._window, name=name, history=history, columns=self.columns)
            dialog.entry_asked.connect(lambda result: self._open_entry(result, dialog))
            dialog.open()

    def open_entry(self, result: CheckResult) -> None:
        """Opens a result of the SMTP in the panel, with its steps and its transcript."""
        self._open_entry(result, self._window)

    def _open_entry(self, result: CheckResult, parent: QWidget) -> None:
        profile = self._profile
        if profile is None or profile.id != result.profile_id:
            return

        def show(entry: ResultInDetail) -> None:
            from smtp_desktop.ui.checks.history.entry import HistoryEntryDialog

            HistoryEntryDialog(parent, profile=profile, entry=entry, theme=self.theme).open()

        def fail(error: SmtpDesktopError) -> None:
            show_error(parent, error)

        self._tasks.run(parent, lambda: self._last_failures.in_detail(result, profile), show, fail)
