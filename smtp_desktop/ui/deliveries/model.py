"""The model of the table of deliveries, which is loaded a page at a time."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from smtp_desktop.domain.delivery.delivery import NEWEST_FIRST, Delivery, DeliveryId, DeliveryOrder
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.deliveries.cells import DeliveryCells, DeliveryColumn
from smtp_desktop.ui.deliveries.words import counts_down
from smtp_desktop.ui.theme.theme import Theme

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySlice:
    """A contiguous part of the outbox, newest first, or its first part in another order.

    `rows` are all deliveries that match the filter from `before` (exclusive; None for the newest) to the last of
    `rows`, or to the end if `is_last`.
    """

    rows: tuple[Delivery, ...]
    before: DeliveryId | None
    is_last: bool


class DeliveriesModel(QAbstractTableModel):
    """The first deliveries that match the filter, as far as the user has scrolled: the newest, with larger ids above,
    or in another order."""

    more_wanted = Signal(object)
    """Older deliveries should be loaded. Carries the lowest DeliveryId that is loaded. Emitted once until `append` or
    `cancel_request` is called."""
    order_chosen = Signal(object)
    """The rows should be sorted in another way. Carries a DeliveryOrder."""

    def __init__(self, theme: Theme, now: Callable[[], datetime], parent: Any = None) -> None:
        super().__init__(parent)
        self.cells = DeliveryCells(theme, now)
        """What stands in the cells. Only this model changes it."""
        self._rows: list[Delivery] = []
        self._order = NEWEST_FIRST
        self._all_read, self._requested = True, False

    def show(self, part: DeliverySlice) -> None:
        """Shows these rows and no others."""
        self.beginResetModel()
        self._rows, self._all_read, self._requested = list(part.rows), part.is_last, False
        self.endResetModel()

    def append(self, part: DeliverySlice) -> None:
        """Adds the rows that `more_wanted` asked for."""
        self._requested = False
        self.merge(part)

    def cancel_request(self) -> None:
        """Forgets that `more_wanted` was emitted, so that it is emitted again."""
        self._requested = False

    def merge(self, part: DeliverySlice) -> None:
        """Updates the rows within the slice: adds, changes and removes. All other rows stay.

        If there is a gap between the newest rows and those of before, only the newest are shown.
        """
        if not self._is_adjacent(part):
            if part.before is None:
                self.show(part)
            return
        first = 0 if part.before is None else self._row_for(part.before, after=True)
        end = len(self._rows) if part.is_last else self._row_for(part.rows[-1].id, after=True)
        self._all_read = self._all_read or part.is_last
        wanted = {delivery.id: delivery for delivery in part.rows}
        self._remove_others(first, end, wanted)
        self._put_rows(first, part.rows)

    def merge_first(self, part: DeliverySlice) -> None:
        """Updates all rows to those of `part`, the first ones in another order than the newest first."""
        self._requested, self._all_read = False, part.is_last
        wanted = {delivery.id: delivery for delivery in part.rows}
        self._remove_others(0, len(self._rows), wanted)
        present = {delivery.id for delivery in self._rows}
        self._reorder([delivery.id for delivery in part.rows if delivery.id in present])
        self._put_rows(0, part.rows)

    def set_smtps(self, names: Mapping[ProfileId, str], default_id: ProfileId | None) -> None:
        """Sets the names of the SMTPs, and which is the default."""
        self.cells.set_smtps(names, default_id)
        self._changed(0, len(self._rows) - 1)

    def set_holds(self, holds: Mapping[ProfileId, SmtpHold]) -> None:
        """Sets what keeps mails back, by SMTP."""
        self.cells.holds = holds
        self._changed(0, len(self._rows) - 1)

    def set_theme(self, theme: Theme) -> None:
        """Paints the dots in the colours of `theme`."""
        self.cells.set_theme(theme)
        self._changed(0, len(self._rows) - 1)

    def tick(self) -> None:
        """Updates the times until the next try."""
        rows = [row for row, delivery in enumerate(self._rows) if counts_down(delivery)]
        if rows:
            self.dataChanged.emit(self.index(rows[0], DeliveryColumn.STATE), self.index(rows[-1], DeliveryColumn.STATE))

    def delivery_at(self, row: int) -> Delivery | None:
        """Returns the delivery of a row; None if there is none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, delivery_id: DeliveryId | None) -> int:
        """Returns the row of a delivery; -1 if it is not loaded."""
        if delivery_id is None:
            return -1
        if self._order != NEWEST_FIRST:
            return next((row for row, delivery in enumerate(self._rows) if delivery.id == delivery_id), -1)
        row = self._row_for(delivery_id)
        return row if row < len(self._rows) and self._rows[row].id == delivery_id else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(DeliveryColumn)

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and bool(self._rows) and not self._all_read and not self._requested

    def fetchMore(self, parent: _Index) -> None:
        if self.canFetchMore(parent):
            self._requested = True
            self.more_wanted.emit(self._rows[-1].id)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Asks for the rows in another order; the store sorts."""
        descending = order is Qt.SortOrder.DescendingOrder
        wanted = DeliveryOrder(by=DeliveryColumn(column).sort, descending=descending)
        if wanted != self._order:
            self._order = wanted
            self.order_chosen.emit(wanted)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        delivery = self.delivery_at(index.row())
        if delivery is None:
            return None
        column = DeliveryColumn(index.column())
        if role == Qt.ItemDataRole.DecorationRole:
            return self.cells.icon(delivery, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.cells.text(delivery, column)
        return self.cells.tip(delivery, column) if role == Qt.ItemDataRole.ToolTipRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.InitialSortOrderRole and section == DeliveryColumn.TIME:
            return Qt.SortOrder.DescendingOrder
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return DeliveryColumn(section).title

    def _row_for(self, delivery_id: DeliveryId, *, after: bool = False) -> int:
        """Returns the row of that id, or the row that it would have. With `after`, returns the row below it."""
        row = bisect_left(self._rows, -delivery_id, key=lambda delivery: -delivery.id)
        return row + 1 if after and row < len(self._rows) and self._rows[row].id == delivery_id else row

    def _is_adjacent(self, part: DeliverySlice) -> bool:
        if not self._rows:
            return False
        if part.before is not None:
            return part.before >= self._rows[-1].id
        return part.is_last or part.rows[-1].id <= self._rows[0].id

    def _remove_others(self, first: int, end: int, wanted: Mapping[DeliveryId, Delivery]) -> None:
        row = end - 1
        while row >= first:
            if self._rows[row].id in wanted:
                row -= 1
                continue
            last = row
            while row > first and self._rows[row - 1].id not in wanted:
                row -= 1
            self.beginRemoveRows(QModelIndex(), row, last)
            del self._rows[row : last + 1]
            self.endRemoveRows()
            row -= 1

    def _reorder(self, ids: Sequence[DeliveryId]) -> None:
        """Brings the rows, which are those of `ids`, into that order; what is selected stays selected."""
        before = [delivery.id for delivery in self._rows]
        if before == list(ids):
            return
        self.layoutAboutToBeChanged.emit()
        old, new_row = self.persistentIndexList(), {each: row for row, each in enumerate(ids)}
        moved = [self.createIndex(new_row[before[index.row()]], index.column()) for index in old]
        by_id = {delivery.id: delivery for delivery in self._rows}
        self._rows = [by_id[each] for each in ids]
        self.changePersistentIndexList(old, moved)
        self.layoutChanged.emit()

    def _put_rows(self, first: int, rows: Sequence[Delivery]) -> None:
        # The rows of the model from `first` on are a subset of `rows`, in the same order.
        number = 0
        present = {delivery.id for delivery in self._rows[first : first + len(rows)]}
        changed: list[int] = []
        while number < len(rows):
            row = first + number
            if row < len(self._rows) and self._rows[row].id == rows[number].id:
                if self._rows[row] != rows[number]:
                    self._rows[row] = rows[number]
                    changed.append(row)
                number += 1
                continue
            last = number
            while last + 1 < len(rows) and rows[last + 1].id not in present:
                last += 1
            self.beginInsertRows(QModelIndex(), row, row + last - number)
            self._rows[row:row] = rows[number : last + 1]
            self.endInsertRows()
            number = last + 1
        if changed:
            self._changed(changed[0], changed[-1])

    def _changed(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(DeliveryColumn) - 1))
