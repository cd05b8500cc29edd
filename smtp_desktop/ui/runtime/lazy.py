"""A value that is built when it is first needed: most pages and panels are never opened in a session."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Returns the result of `make` when called; the first call makes it. For the GUI thread only."""

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
        """Calls `act` with the value: now, or when it is made. Of several pending calls with the same `about`, only the
        last is made."""
        if self._made:
            act(self._made[0])
        else:
            self._pending[about] = act
