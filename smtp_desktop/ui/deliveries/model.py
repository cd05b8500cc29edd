"""The outbox as a table that is loaded a page at a time."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.deliveries.words import counts_down, smtp_text, state_text, tone_of
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip, time_text

_Index = QModelIndex | QPersistentModelIndex
_DOT_PX, _DOT_BOX_PX = 8, 12
DOT_SIZE = QSize(_DOT_BOX_PX, _DOT_BOX_PX)


class Column(IntEnum):
    TIME = 0
    ACTIVITY = 1
    SMTP = 2
    SUBJECT = 3
    TO = 4
    STATE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of the outbox as it is now: all that fit the filter between `before` (None: from the newest) and the
    last of `rows`, or the end where `is_last`. Newest first."""

    rows: tuple[Delivery, ...]
    before: DeliveryId | None
    is_last: bool


class Deliveries(QAbstractTableModel):
    """The newest deliveries that fit the filter, as far as somebody has scrolled. Larger ids stand above."""

    more_wanted = Signal(object)
    """Those before this DeliveryId should be loaded. Not asked again until `add` or `stop`."""

    def __init__(self, theme: Theme, now: Callable[[], datetime], parent: Any = None) -> None:
        super().__init__(parent)
        self._now = now
        self._rows: list[Delivery] = []
        self._whole, self._asked = True, False
        self._names: Mapping[ProfileId, str] = {}
        self._default_name = ""
        self._dots = _dots(theme)

    def show(self, window: Window) -> None:
        """The table holds these and nothing else."""
        self.beginResetModel()
        self._rows, self._whole, self._asked = list(window.rows), window.is_last, False
        self.endResetModel()

    def add(self, window: Window) -> None:
        """These follow what was there."""
        self._asked = False
        self.merge(window)

    def stop(self) -> None:
        """What was asked for does not come; it may be asked for again."""
        self._asked = False

    def merge(self, window: Window) -> None:
        """This stretch is as `window` says: what is new is there, what is gone is not. All other rows stay as and where
        they are; but where so many are new that nothing joins them to what was there, only the new ones are shown."""
        if not self._joins(window):
            if window.before is None:
                self.show(window)
            return
        first = 0 if window.before is None else self._place(window.before, after=True)
        end = len(self._rows) if window.is_last else self._place(window.rows[-1].id, after=True)
        self._whole = self._whole or window.is_last
        wanted = {delivery.id: delivery for delivery in window.rows}
        self._take_away(first, end, wanted)
        self._put(first, window.rows)

    def set_smtps(self, names: Mapping[ProfileId, str], default_name: str) -> None:
        """These SMTPs are known by these names."""
        self._names, self._default_name = names, default_name
        self._changed(0, len(self._rows) - 1)

    def set_theme(self, theme: Theme) -> None:
        """The dots have the colours of `theme`."""
        self._dots = _dots(theme)
        self._changed(0, len(self._rows) - 1)

    def tick(self) -> None:
        """The times until the next try are those of now."""
        rows = [row for row, delivery in enumerate(self._rows) if counts_down(delivery)]
        if rows:
            self.dataChanged.emit(self.index(rows[0], Column.STATE), self.index(rows[-1], Column.STATE))

    def delivery_at(self, row: int) -> Delivery | None:
        """Returns the delivery of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, delivery_id: DeliveryId | None) -> int:
        """Returns its row, or -1 where it is not loaded."""
        if delivery_id is None:
            return -1
        row = self._place(delivery_id)
        return row if row < len(self._rows) and self._rows[row].id == delivery_id else -1

    def smtp_words(self, delivery: Delivery) -> str:
        """Returns which SMTP it goes or went through."""
        return smtp_text(delivery, self._names, self._default_name)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(Column)

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and bool(self._rows) and not self._whole and not self._asked

    def fetchMore(self, parent: _Index) -> None:
        if self.canFetchMore(parent):
            self._asked = True
            self.more_wanted.emit(self._rows[-1].id)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        delivery = self.delivery_at(index.row())
        if delivery is None:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            return self._dots[tone_of(delivery)] if index.column() == Column.STATE else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._cell(delivery, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._cell(delivery, Column(index.column())))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        names = {
            Column.TIME: self.tr("Time"),
            Column.ACTIVITY: self.tr("Activity"),
            Column.SMTP: self.tr("SMTP"),
            Column.SUBJECT: self.tr("Subject"),
            Column.TO: self.tr("To"),
            Column.STATE: self.tr("State"),
        }
        return names[Column(section)]

    def _cell(self, delivery: Delivery, column: Column) -> str:
        match column:
            case Column.TIME:
                return time_text(delivery.created_at)
            case Column.ACTIVITY:
                return delivery.activity_name or "–"
            case Column.SMTP:
                return self.smtp_words(delivery)
            case Column.SUBJECT:
                return one_line(delivery.subject) or self.tr("(no subject)")
            case Column.TO:
                return one_line(delivery.to)
            case Column.STATE:
                return state_text(delivery, self._now())

    def _place(self, delivery_id: DeliveryId, *, after: bool = False) -> int:
        """Returns the row of that id, or the one that it would have; the one below if `after`."""
        row = bisect_left(self._rows, -delivery_id, key=lambda delivery: -delivery.id)
        return row + 1 if after and row < len(self._rows) and self._rows[row].id == delivery_id else row

    def _joins(self, window: Window) -> bool:
        if not self._rows:
            return False
        if window.before is not None:
            return window.before >= self._rows[-1].id
        return window.is_last or window.rows[-1].id <= self._rows[0].id

    def _take_away(self, first: int, end: int, wanted: Mapping[DeliveryId, Delivery]) -> None:
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

    def _put(self, first: int, rows: Sequence[Delivery]) -> None:
        # What stands from `first` on is a part of `rows`, in the same order.
        number = 0
        changed: list[int] = []
        while number < len(rows):
            row = first + number
            if row < len(self._rows) and self._rows[row].id == rows[number].id:
                if self._rows[row] != rows[number]:
                    self._rows[row] = rows[number]
                    changed.append(row)
                number += 1
                continue
            next_id = self._rows[row].id if row < len(self._rows) else 0
            last = number
            while last + 1 < len(rows) and rows[last + 1].id > next_id:
                last += 1
            self.beginInsertRows(QModelIndex(), row, row + last - number)
            self._rows[row:row] = rows[number : last + 1]
            self.endInsertRows()
            number = last + 1
        if changed:
            self._changed(changed[0], changed[-1])

    def _changed(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))


def _dots(theme: Theme) -> dict[Tone, QIcon]:
    return {tone: _dot(theme, tone) for tone in Tone}


def _dot(theme: Theme, tone: Tone) -> QIcon:
    picture = QPixmap(2 * _DOT_BOX_PX, 2 * _DOT_BOX_PX)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(tone.value))
    painter.drawEllipse(QRectF(0, (_DOT_BOX_PX - _DOT_PX) / 2, _DOT_PX, _DOT_PX))
    painter.end()
    dot = QIcon(picture)
    # By itself Qt would tint the dot of a selected row.
    dot.addPixmap(picture, QIcon.Mode.Selected)
    return dot
