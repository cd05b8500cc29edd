"""Things in an order, found by what they hold. Made on any thread, then used by one at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, compress, islice, repeat
from operator import contains
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex

from smtp_desktop.ui.cards.card import CARD_ROLE, CARD_ROLES, DISPLAY_ROLE, Card, card_data

TYPE_CHECKING = False

if TYPE_CHECKING:
    from PySide6.QtCore import Qt


Item = TypeVar("Item")


class Shelf(Generic[Item]):
    """Holds `things` in order; each has its place, from 0 on, and a text that is searched."""

    def __init__(
        self,
        things: Iterable[Item] = (),
        *,
        order: Callable[[Item], tuple[Any, ...]],
        text: Callable[[Item], str],
    ) -> None:
        """`order` gives what things are sorted by: no two of them the same. `text` is looked at in lower case."""
        self._order, self._text = order, text
        self.things = sorted(things, key=order)
        self._texts = [text(thing).lower() for thing in self.things]

    def place_of(self, thing: Item) -> int | None:
        """Returns where it stands, or one that is sorted as it is; None if there is none."""
        place = self._fitting(thing)
        here = place < len(self.things) and self._order(self.things[place]) == self._order(thing)
        return place if here else None

    def put(self, thing: Item, before: Item | None) -> None:
        """It stands where it belongs, in the stead of what was there `before`."""
        if before is not None:
            self.remove(before)
        place = self._fitting(thing)
        self.things.insert(place, thing)
        self._texts.insert(place, self._text(thing).lower())

    def remove(self, thing: Item) -> None:
        """It is gone; so is its place."""
        place = self.place_of(thing)
        if place is not None:
            del self.things[place], self._texts[place]

    def holding(self, search: str, among: Sequence[int]) -> Sequence[int]:
        """Returns which of the places `among`, in their order, have `search` (lower case) in their text."""
        everywhere = len(among) == len(self._texts)
        texts = self._texts if everywhere else map(self._texts.__getitem__, among)
        # No step of Python's own for each text: a hundred thousand take as long as one frame.
        return list(compress(among, map(contains, texts, repeat(search))))

    def _fitting(self, thing: Item) -> int:
        return bisect_left(self.things, self._order(thing), key=self._order)


Index = QModelIndex | QPersistentModelIndex


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class CardList(QAbstractListModel, Generic[T]):
    """The things on a shelf that the search finds, as cards. A subclass says what a card shows, and calls `_arrange`
    whenever others may be shown."""

    def __init__(self, shelf: Shelf[T], parent: Any = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._search = ""
        self._shown: Sequence[int] = range(0)
        self._finds: list[tuple[str, Sequence[int]]] = [("", self._shown)]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        if not index.isValid() or role not in CARD_ROLES:
            return None
        thing = self._shelf.things[self._shown[index.row()]]
        return thing.name if role == DISPLAY_ROLE else card_data(self._card(thing), role)

    def match(
        self,
        start: Index,
        role: int,
        value: Any,
        hits: int = 1,
        flags: Qt.MatchFlag | None = None,
    ) -> list[QModelIndex]:
        """Returns the first names that begin with `value`, from `start` on and around: what typing on the grid asks."""
        # Qt's own would ask `data` a hundred thousand times.
        wanted, names = str(value).lower(), self._shelf.things
        rows: Iterable[int] = chain(range(start.row(), len(self._shown)), range(start.row()))
        found = (row for row in rows if names[self._shown[row]].name.lower().startswith(wanted))
        return [self.index(row) for row in islice(found, hits)]

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        return len(self._shelf.things)

    def refresh_times(self) -> None:
        """What the cards say of times is as of now."""
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1), [CARD_ROLE])

    def _card(self, thing: T) -> Card:
        raise NotImplementedError

    def _within(self) -> Sequence[int]:
        """Returns the places that are searched."""
        return range(self.total)

    def _at(self, index: Index) -> T | None:
        fits = index.isValid() and index.row() < len(self._shown)
        return self._shelf.things[self._shown[index.row()]] if fits else None

    def _index(self, thing: T | None) -> QModelIndex:
        """Returns where it is shown; an invalid index if it is not."""
        place = None if thing is None else self._shelf.place_of(thing)
        if place is None:
            return QModelIndex()
        row = bisect_left(self._shown, place)
        return self.index(row) if row < len(self._shown) and self._shown[row] == place else QModelIndex()

    def _touch(self, thing: T | None) -> None:
        """Its card is painted anew, where it is shown."""
        index = self._index(thing)
        if index.isValid():
            self.dataChanged.emit(index, index, [CARD_ROLE])

    def _arrange(self) -> None:
        """What is shown is what the shelf holds now."""
        self._finds = [("", self._within())]
        self._show()

    def _look_for(self, search: str) -> None:
        """Only what holds `search`, in whatever case, is shown."""
        self._search = search.strip().lower()
        self._show()

    def _show(self) -> None:
        self.beginResetModel()
        self._shown = self._found()
        self.endResetModel()

    def _found(self) -> Sequence[int]:
        # Letters that are added are looked for in what was found without them; letters that are taken back find what
        # was found before.
        while self._finds[-1][0] not in self._search:
            self._finds.pop()
        known, places = self._finds[-1]
        if known != self._search:
            places = self._shelf.holding(self._search, places)
            self._finds.append((self._search, places))
        return places
