"""Things in an order, found by what they hold. Made on any thread, then used by one at a time."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import compress, repeat
from operator import contains
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Holds `things` in order; each has its place, from 0 on, and a text that is searched."""

    def __init__(
        self,
        things: Iterable[T] = (),
        *,
        order: Callable[[T], tuple[Any, ...]],
        text: Callable[[T], str],
    ) -> None:
        """`order` gives what things are sorted by: no two of them the same. `text` is looked at in lower case."""
        self._order, self._text = order, text
        self.things = sorted(things, key=order)
        self._texts = [text(thing).lower() for thing in self.things]

    def place_of(self, thing: T) -> int | None:
        """Returns where it stands, or one that is sorted as it is; None if there is none."""
        place = self._fitting(thing)
        here = place < len(self.things) and self._order(self.things[place]) == self._order(thing)
        return place if here else None

    def put(self, thing: T, before: T | None) -> None:
        """It stands where it belongs, in the stead of what was there `before`."""
        if before is not None:
            self.remove(before)
        place = self._fitting(thing)
        self.things.insert(place, thing)
        self._texts.insert(place, self._text(thing).lower())

    def remove(self, thing: T) -> None:
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

    def _fitting(self, thing: T) -> int:
        return bisect_left(self.things, self._order(thing), key=self._order)
