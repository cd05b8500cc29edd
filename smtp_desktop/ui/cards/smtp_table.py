"""The model of the list of SMTPs: the same SMTPs as on the cards, a row each, sorted by any column."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.cards.card import CARD_ROLE, Card, Tone, card_data
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_words import endpoint_text

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 2
"""The role under which the model returns the SmtpRow of any cell, the only one that the list paints from."""
_MOST_KEPT = 200
_SEVERITY = {Tone.BAD: 0, Tone.WARN: 1, Tone.OK: 2, Tone.NONE: 3}
_Index = QModelIndex | QPersistentModelIndex


class SmtpColumn(IntEnum):
    """The columns of the list."""

    NAME = 0
    TYPE = 1
    FROM = 2
    HOST = 3
    STATE = 4
    LAST_CHECK = 5
    TAGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRow:
    """Everything that a row shows."""

    card: Card
    state: str
    age: str
    tags: tuple[str, ...]

    def text(self, column: int) -> str:
        """Returns what a cell says."""
        texts = {
            SmtpColumn.NAME: self.card.name,
            SmtpColumn.TYPE: self.card.chips[0],
            SmtpColumn.FROM: self.card.lead,
            SmtpColumn.HOST: self.card.detail,
            SmtpColumn.STATE: self.state,
            SmtpColumn.LAST_CHECK: self.age,
            SmtpColumn.TAGS: ", ".join(self.tags),
        }
        return texts[SmtpColumn(column)]


class SmtpTable(QAbstractTableModel):
    """The SMTPs that `cards` shows. A result that comes in repaints its row, and moves it only when the user sorts."""

    def __init__(self, cards: SmtpCards, parent: Any = None) -> None:
        super().__init__(parent)
        self._cards = cards
        self._sorted_by, self._descending = SmtpColumn.NAME, False
        self._ranks: Sequence[int] = ()
        self._ranked = -1
        self._rows: list[int] = []  # the card of each row
        self._row_of: list[int] = []  # the row of each card, made when it is asked for
        self._kept: dict[int, SmtpRow] = {}
        cards.modelReset.connect(self._rearrange)
        cards.dataChanged.connect(self._repaint)
        self._rearrange()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(SmtpColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._row(index.row()).text(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return card_data(self._row(index.row()).card, role)
        return self._row(index.row()) if role == ROW_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _titles()[section] if shown else None

    @property
    def card_rows(self) -> Sequence[int]:
        """The row among the cards of each row of the list."""
        return self._rows

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; SMTPs that are alike there are in the order of their names."""
        before = (self._sorted_by, self._descending)
        self._sorted_by, self._descending = SmtpColumn(column), order is Qt.SortOrder.DescendingOrder
        if before == (self._sorted_by, self._descending):
            return  # by nobody's click, which turns the order round: Qt asks for it while the list is set up
        self._ranked = -1
        self._rearrange()

    def card_index(self, index: _Index) -> QModelIndex:
        """Returns the index of the same SMTP among the cards."""
        return self._cards.index(self._rows[index.row()]) if index.isValid() else QModelIndex()

    def index_of_card(self, card: _Index) -> QModelIndex:
        """Returns the index of the SMTP of a card; an invalid one for an invalid one."""
        return self.index(self._row_of_card(card.row()), 0) if card.isValid() else QModelIndex()

    def _row_of_card(self, card: int) -> int:
        if not self._row_of:
            self._row_of = [0] * len(self._rows)
            for row, each in enumerate(self._rows):
                self._row_of[each] = row
        return self._row_of[card]

    def _rearrange(self) -> None:
        self.beginResetModel()
        if self._ranked != self._cards.revision:
            self._ranked, self._ranks = self._cards.revision, self._new_ranks()
        positions = self._cards.shown_positions
        self._rows = sorted(range(len(positions)), key=[self._ranks[position] for position in positions].__getitem__)
        self._row_of = []
        self._kept.clear()
        self.endResetModel()

    def _new_ranks(self) -> list[int]:
        """Returns for each SMTP, shown or not, its place in the order of the chosen column."""
        order = self._by_name(self._cards.items)
        if self._sorted_by is not SmtpColumn.NAME:
            keys = list(map(self._key(), self._cards.items))
            order.sort(key=keys.__getitem__)
        if self._descending:
            order.reverse()
        ranks = [0] * len(order)
        for rank, position in enumerate(order):
            ranks[position] = rank
        return ranks

    def _by_name(self, items: Sequence[SmtpProfile]) -> list[int]:
        # All are in the order of their names, but for the default, which is the first.
        order = list(range(len(items)))
        if items and items[0].is_default:
            place = bisect_left(order, natural_key(items[0].name), lo=1, key=lambda each: natural_key(items[each].name))
            order.insert(place - 1, order.pop(0))
        return order

    def _key(self) -> Callable[[SmtpProfile], Any]:
        cards = self._cards
        keys: dict[SmtpColumn, Callable[[SmtpProfile], Any]] = {
            SmtpColumn.NAME: lambda one: natural_key(one.name),
            SmtpColumn.TYPE: lambda one: one.type,
            SmtpColumn.FROM: lambda one: (one.from_address or one.server.user_name).lower(),
            SmtpColumn.HOST: lambda one: natural_key(endpoint_text(one)),
            SmtpColumn.STATE: lambda one: _state_key(*cards.state_of(one)),
            SmtpColumn.LAST_CHECK: lambda one: -latest.at.timestamp() if (latest := cards.latest_of(one.id)) else 0.0,
            SmtpColumn.TAGS: lambda one: (not one.tags, one.tags),
        }
        return keys[self._sorted_by]

    def _row(self, row: int) -> SmtpRow:
        kept = self._kept.get(row)
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[row] = self._made(self._cards.index(self._rows[row]))
        return kept

    def _made(self, index: QModelIndex) -> SmtpRow:
        card: Card = index.data(CARD_ROLE)
        profile = self._cards.profile_at(index)
        return SmtpRow(
            card=card,
            state=_state_words(card),
            age=self._cards.age_of(profile.id) if profile else "",
            tags=profile.tags if profile else (),
        )

    def _repaint(self, first: QModelIndex, last: QModelIndex) -> None:
        self._kept.clear()
        if first.row() == last.row():
            row = self._row_of_card(first.row())
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(SmtpColumn) - 1))
        elif self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(SmtpColumn) - 1))


def _state_words(card: Card) -> str:
    """Returns the status without its age, which has a column of its own."""
    return card.status if card.hold_chip else card.status.rpartition(" · ")[0] or card.status


def _state_key(tone: Tone, status: str) -> tuple[int, str]:
    return _SEVERITY[tone], status.rpartition(" · ")[0] or status


def _titles() -> tuple[str, ...]:
    return (
        _tr("Name"),
        _tr("Type"),
        _tr("From"),
        _tr("Host"),
        _tr("State"),
        _tr("Last check"),
        _tr("Tags"),
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpTable", source)
