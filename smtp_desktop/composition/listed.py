"""What the resources hold as data: read once, when it is first asked for."""
# ruff: noqa: PLC0415 - loaded on first use, as in `parts`

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


class Once(Generic[Value]):
    """What one JSON file of the resources holds. Safe from every thread: many checks may fail at the same time."""

    def __init__(self, name: str, value_from: Callable[[Any], Value]) -> None:
        self._name = name
        self._value_from = value_from
        self._reading = threading.Lock()
        self._held: list[Value] = []

    def __call__(self) -> Value:
        """Returns it; the file is read the first time."""
        with self._reading:
            if not self._held:
                self._held.append(self._value_from(_document(self._name)))
            return self._held[0]


class Listed(Sequence[Item]):
    """What one JSON file of the resources lists."""

    def __init__(self, name: str, items_from: Callable[[Any], tuple[Item, ...]]) -> None:
        self._all = Once(name, items_from)

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _document(name: str) -> Any:
    import json

    from smtp_desktop.resources import FOLDER

    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
