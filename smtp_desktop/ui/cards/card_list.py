"""A sorted list that can be searched, and the model that shows its items as cards."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, compress, islice, repeat
from operator import contains
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from smtp_desktop.ui.cards.card import CARD_ROLE, CARD_ROLES, Card, card_data

Item = TypeVar("Item")


class SearchableList(Generic[Item]):
    """Items in sorted order, each with a text that is searched.

    May be made on any thread, but is not safe for use by several at once.
    """

    def __init__(
        self,
        items: Iterable[Item] = (),
        *,
        order: Callable[[Item], tuple[Any, ...]],
        text: Callable[[Item], str],
    ) -> None:
        """`order` returns the sort key, which must be unique. `text` is searched ignoring case."""
        self._order, self._text = order, text
        self.items = sorted(items, key=order)
        self._texts = [text(item).lower() for item in self.items]

    def position_of(self, item: Item) -> int | None:
        """Returns the position of the item with the same sort key; None if there is none."""
        position = self._insert_position(item)
        found = position < len(self.items) and self._order(self.items[position]) == self._order(item)
        return position if found else None

    def put(self, item: Item, before: Item | None) -> None:
        """Adds the item at its position, in place of its former value `before`."""
        if before is not None:
            self.remove(before)
        position = self._insert_position(item)
        self.items.insert(position, item)
        self._texts.insert(position, self._text(item).lower())

    def remove(self, item: Item) -> None:
        """Removes the item, if it is in the list."""
        position = self.position_of(item)
        if position is not None:
            del self.items[position], self._texts[position]

    def matching(self, search: str, among: Sequence[int]) -> Sequence[int]:
        """Returns those of the positions `among`, in their order, whose text contains `search` (lower case)."""
        everywhere = len(among) == len(self._texts)
        texts = self._texts if everywhere else map(self._texts.__getitem__, among)
        # Without a Python step for each text: searching a hundred thousand takes no longer than one frame.
        return list(compress(among, map(contains, texts, repeat(search))))

    def _insert_position(self, item: Item) -> int:
        return bisect_left(self.items, self._order(item), key=self._order)


Index = QModelIndex | QPersistentModelIndex


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class CardList(QAbstractListModel, Generic[T]):
    """A model of those items of a SearchableList that match the search, as cards.

    A subclass implements `_card`, and calls `_rearrange` whenever other items may match.
    """

    def __init__(self, items: SearchableList[T], parent: Any = None) -> None:
        super().__init__(parent)
        self._list = items
        self._search = ""
        self._shown: Sequence[int] = range(0)
        self._searches: list[tuple[str, Sequence[int]]] = [("", self._shown)]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in CARD_ROLES:
            return None
        item = self._list.items[self._shown[index.row()]]
        return item.name if role == Qt.ItemDataRole.DisplayRole else card_data(self._card(item), role)

    def match(
        self,
        start: Index,
        role: int,
        value: Any,
        hits: int = 1,
        flags: Qt.MatchFlag | None = None,
    ) -> list[QModelIndex]:
        """Returns the first names that begin with `value`, from `start` on and around: for typing on the grid."""
        # Qt's own implementation would call `data` a hundred thousand times.
        wanted, items = str(value).lower(), self._list.items
        rows: Iterable[int] = chain(range(start.row(), len(self._shown)), range(start.row()))
        found = (row for row in rows if items[self._shown[row]].name.lower().startswith(wanted))
        return [self.index(row) for row in islice(found, hits)]

    @property
    def total(self) -> int:
        """The number of items, shown or not."""
        return len(self._list.items)

    @property
    def items(self) -> Sequence[T]:
        """All items, shown or not, in their order."""
        return self._list.items

    def shown_at(self, row: int) -> T:
        """Returns the item of a row. Raises IndexError."""
        return self._list.items[self._shown[row]]

    @property
    def shown_positions(self) -> Sequence[int]:
        """The positions of the shown items among all."""
        return self._shown

    @property
    def is_searched(self) -> bool:
        """Whether only items that match a search are shown."""
        return bool(self._search)

    def refresh_times(self) -> None:
        """Repaints the cards, so that what they say of times is up to date."""
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1), [CARD_ROLE])

    def _card(self, item: T) -> Card:
        raise NotImplementedError

    def _candidates(self) -> Sequence[int]:
        """Returns the positions that are searched."""
        return range(self.total)

    def _item_at(self, index: Index) -> T | None:
        fits = index.isValid() and index.row() < len(self._shown)
        return self._list.items[self._shown[index.row()]] if fits else None

    def _index(self, item: T | None) -> QModelIndex:
        """Returns the index of an item; an invalid one if it is not shown."""
        position = None if item is None else self._list.position_of(item)
        if position is None:
            return QModelIndex()
        row = bisect_left(self._shown, position)
        return self.index(row) if row < len(self._shown) and self._shown[row] == position else QModelIndex()

    def _repaint(self, item: T | None) -> None:
        """Repaints the item's card, if it is shown."""
        index = self._index(item)
        if index.isValid():
            self.dataChanged.emit(index, index, [CARD_ROLE])

    def _rearrange(self) -> None:
        """Resets the model to the items that the list holds and that match the search now."""
        self._searches = [("", self._candidates())]
        self._show()

    def _set_search(self, search: str) -> None:
        """Shows only items whose text contains `search`, ignoring case."""
        self._search = search.strip().lower()
        self._show()

    def _show(self) -> None:
        self.beginResetModel()
        self._shown = self._found()
        self.endResetModel()

    def _found(self) -> Sequence[int]:
        # Added characters are searched for only in what was found without them; removed ones return to what was found
        # before.
        while self._searches[-1][0] not in self._search:
            self._searches.pop()
        known, positions = self._searches[-1]
        if known != self._search:
            positions = self._list.matching(self._search, positions)
            self._searches.append((self._search, positions))
        return positions
