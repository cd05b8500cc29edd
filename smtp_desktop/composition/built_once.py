"""Attributes that are built when they are first asked for."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Built:
    """Has attributes that are `built_once`. Any thread may ask for any of them."""

    def __init__(self) -> None:
        self.building = threading.RLock()

    def is_built(self, name: str) -> bool:
        """Whether that attribute was asked for. While `building` is held this does not change."""
        return name in self.__dict__


class built_once(Generic[Value]):  # noqa: N801 - used as `property` is
    """An attribute of something Built that is made when it is first asked for, and once, whichever threads ask."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: Built, _type: type) -> Value:
        with owner.building:
            if self._name not in owner.__dict__:
                # From now on the attribute is found there, without a way through here.
                owner.__dict__[self._name] = self._make(owner)
            value: Value = owner.__dict__[self._name]
            return value
