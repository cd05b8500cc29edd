"""Widgets that are made when they are first shown: most pages and panels are not looked at in a day."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Calling it returns what `make` makes, at the first call. For the GUI thread alone."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._pending: dict[str, Callable[[T], object]] = {}

    @property
    def is_made(self) -> bool:
        return bool(self._made)

    def __call__(self) -> T:
        if not self._made:
            self._made.append(self._make())
            pending, self._pending = self._pending, {}
            for act in pending.values():
                act(self._made[0])
        return self._made[0]

    def apply(self, about: str, act: Callable[[T], object]) -> None:
        """Calls `act` with it: now, or as soon as it is made; of what is `about` the same thing, the last alone."""
        if self._made:
            act(self._made[0])
        else:
            self._pending[about] = act
