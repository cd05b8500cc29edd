"""Attributes that are built when they are first asked for, from any thread: use cases and adapters.

Widgets, which the GUI thread alone builds, have `ui.runtime.lazy`; commands, which are imported late, `cli.lazy_group`.
"""

import threading
from functools import cached_property
from typing import Any, Self, TypeVar, overload

T = TypeVar("T")

_LOCK = threading.RLock()


class locked_cached_property(cached_property[T]):  # noqa: N801 - used as `cached_property` is
    """A `functools.cached_property` that is built once, whichever threads ask: that one has no lock since Python 3.12.

    One lock serves all of them, since building one asks for others. What builds an attribute must not block.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...

    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Self | T:
        # Only the first time: after that the attribute is found in the instance, without a way through here.
        with _LOCK:
            return super().__get__(instance, owner)
