"""What is made when it is first needed: most pages and panels are not looked at in a day."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Calling it returns what `make` makes, at the first call. It hears what it was told before that; of what was told
    about the same thing, the last."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._told: dict[str, Callable[[T], object]] = {}

    @property
    def is_made(self) -> bool:
        return bool(self._made)

    def __call__(self) -> T:
        if not self._made:
            self._made.append(self._make())
            told, self._told = self._told, {}
            for act in told.values():
                act(self._made[0])
        return self._made[0]

    def tell(self, about: str, act: Callable[[T], object]) -> None:
        """`act` is called with it: now, or as soon as it is made."""
        if self._made:
            act(self._made[0])
        else:
            self._told[about] = act
