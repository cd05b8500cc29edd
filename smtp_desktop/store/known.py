"""Values of closed lists as the database keeps them: damage, or a version to come, may have left others."""

from datetime import date
from enum import StrEnum
from typing import TypeVar

SHAPE_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""All that reading damaged JSON is known to raise: it may be no JSON, or JSON of another shape."""

_Known = TypeVar("_Known", bound=StrEnum)


def known(kind: type[_Known], value: str | None) -> _Known | None:
    """Returns the member of `kind` that `value` stands for; None where there is none."""
    try:
        return kind(value) if value else None
    except ValueError:
        return None


def known_date(value: str | None) -> date | None:
    """Returns the day that `value` stands for; None where there is none."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
