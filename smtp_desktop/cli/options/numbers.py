"""Numbers in options, with limits that are named in words: click's own says "0 is not in the range x>=1"."""

from math import isnan
from typing import Any

import click


class _Number(click.ParamType[float]):
    def __init__(self, kind: click.ParamType[Any], least: float, most: float | None) -> None:
        self.name = kind.name
        self._kind = kind
        self._least = least
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the number. Raises BadParameter for one beyond the limits."""
        number = self._kind.convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        if number < self._least:
            self.fail(f"{value} is too small: enter at least {self._least}.", param, ctx)
        if self._most is not None and number > self._most:
            self.fail(f"{value} is too large: enter at most {self._most}.", param, ctx)
        return number


def whole_number(least: int, most: int | None = None) -> click.ParamType[Any]:
    """Returns the type of whole numbers from `least` to `most`, without an upper limit for None."""
    return _Number(click.INT, least, most)


def any_number(least: float, most: float | None = None) -> click.ParamType[Any]:
    """Returns the type of numbers with a fraction, otherwise as `whole_number`."""
    return _Number(click.FLOAT, least, most)
