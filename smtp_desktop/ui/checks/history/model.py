"""The results of one SMTP's tests and checks as a table model, the newest first."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from smtp_desktop.domain.checks.health import CheckResult, TestKind, TestOutcome, outcome_of
from smtp_desktop.ui.cards.smtp_words import failure_word
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip, time_text

RESULT_ROLE = Qt.ItemDataRole.UserRole + 1
SORT_ROLE = RESULT_ROLE + 1
STALE_ROLE = RESULT_ROLE + 2
"""Whether the result was made with other settings than those that are stored."""
KEPT = 200
_Index = QModelIndex | QPersistentModelIndex
_TEXT_ROLES = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole})


class HistoryColumn(IntEnum):
    TIME = 0
    KIND = 1
    OUTCOME = 2
    DURATION = 3
    REPLY = 4


class CheckHistory(QAbstractTableModel):
    """A row for each result. RESULT_ROLE gives the CheckResult of the row, in every column; by SORT_ROLE a column can
    be sorted."""

    def __init__(self, parent: Any = None, *, limit: int = KEPT) -> None:
        """Keeps the newest `limit` results."""
        super().__init__(parent)
        self._limit = limit
        self._results: list[CheckResult] = []
        self._settings_version = 0

    def set_settings_version(self, version: int) -> None:
        """Marks the results that were made before the settings had this version."""
        if version != self._settings_version:
            self._settings_version = version
            if self._results:
                last = self.index(len(self._results) - 1, len(HistoryColumn) - 1)
                self.dataChanged.emit(self.index(0, 0), last)

    @property
    def results(self) -> Sequence[CheckResult]:
        """The results, the newest first."""
        return self._results

    def show(self, results: Sequence[CheckResult]) -> None:
        """Replaces the rows by `results`, the oldest first. Emits nothing where they are the same."""
        newest_first = list(results)[::-1][: self._limit]
        if newest_first != self._results:
            self.beginResetModel()
            self._results = newest_first
            self.endResetModel()

    def add(self, result: CheckResult) -> None:
        """Adds `result` as the newest, unless it is there already."""
        if result in self._results:
            return
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._results.insert(0, result)
        self.endInsertRows()
        if len(self._results) > self._limit:
            self.beginRemoveRows(QModelIndex(), self._limit, len(self._results) - 1)
            del self._results[self._limit :]
            self.endRemoveRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._results)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(HistoryColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        result = self._results[index.row()]
        stale = result.settings_version < self._settings_version
        if role not in _TEXT_ROLES:
            values = {RESULT_ROLE: result, STALE_ROLE: stale}
            return _sort_key(result, HistoryColumn(index.column())) if role == SORT_ROLE else values.get(role)
        if index.column() == HistoryColumn.TIME and role != Qt.ItemDataRole.DisplayRole:
            # A screen reader reads the first cell for the whole row.
            before = _tr("before the change") if stale else ""
            whole = "\n".join(part for part in (spoken(result), before, result.reply) if part)
            return plain_tip(whole) if role == Qt.ItemDataRole.ToolTipRole else one_line(whole)
        cell = _cell(result, HistoryColumn(index.column()))
        if stale and index.column() == HistoryColumn.OUTCOME:
            cell = before_change(cell)
        return plain_tip(cell) if role == Qt.ItemDataRole.ToolTipRole else one_line(cell)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (_tr("When"), _tr("What"), _tr("Outcome"), _tr("Duration"), _tr("The server said"))[section]


def outcome_words(result: CheckResult) -> str:
    """Returns how the test or check ended, in a few words."""
    match outcome_of(result):
        case TestOutcome.WORKS:
            return _tr("Works")
        case TestOutcome.WORKS_BUT:
            return _tr("Works, but")
        case _:
            return failure_word(result)


def before_change(words: str) -> str:
    """Returns `words` of a result that was made with other settings."""
    return _tr("{words}, before the change").format(words=words)


def test_kind_word(result: CheckResult) -> str:
    """Returns whether it was a test or a check."""
    return _tr("Test") if result.test_kind is TestKind.TEST else _tr("Check")


def took_words(result: CheckResult) -> str:
    """Returns how long the test or check took."""
    return _tr("{n} ms").format(n=f"{result.duration_ms:,.0f}")


def spoken(result: CheckResult) -> str:
    """Returns the whole result in one line, without the server's reply."""
    return f"{time_text(result.at)}: {test_kind_word(result)}, {outcome_words(result)}, {took_words(result)}"


def _cell(result: CheckResult, column: HistoryColumn) -> str:
    match column:
        case HistoryColumn.TIME:
            return time_text(result.at)
        case HistoryColumn.KIND:
            return test_kind_word(result)
        case HistoryColumn.OUTCOME:
            return outcome_words(result)
        case HistoryColumn.DURATION:
            return took_words(result)
        case HistoryColumn.REPLY:
            return result.reply


def _sort_key(result: CheckResult, column: HistoryColumn) -> float | str:
    if column is HistoryColumn.TIME:
        return result.at.timestamp()
    return result.duration_ms if column is HistoryColumn.DURATION else _cell(result, column).lower()


def _tr(source: str) -> str:
    return QCoreApplication.translate("CheckHistory", source)
