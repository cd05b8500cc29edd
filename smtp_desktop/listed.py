"""What the resources hold as data: read once, when it is first asked for."""
# ruff: noqa: PLC0415 - loaded on first use, as in `parts`

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Item = TypeVar("Item")


class Listed(Sequence[Item]):
    """What one JSON file of the resources lists. Safe from every thread: many checks may fail at the same time."""

    def __init__(self, name: str, items_from: Callable[[Any], tuple[Item, ...]]) -> None:
        self._name = name
        self._items_from = items_from
        self._reading = threading.Lock()
        self._items: tuple[Item, ...] | None = None

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> tuple[Item, ...]:
        with self._reading:
            if self._items is None:
                self._items = self._items_from(document(self._name))
            return self._items


def document(name: str) -> Any:
    """Returns a JSON file of the resources, parsed."""
    import json

    return json.loads(_resource(name).read_text(encoding="utf-8"))


def _resource(name: str) -> "Traversable":
    """Returns a file of the installed package's resources, or of the folder beside it in a checkout."""
    from importlib.resources import files
    from importlib.util import find_spec
    from pathlib import Path

    if find_spec("smtp_desktop.resources"):
        return files("smtp_desktop.resources") / name
    return Path(__file__).parent.parent / "resources" / name
