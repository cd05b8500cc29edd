"""Templates of mails: what each kind of field may hold, and the values that may be given for placeholders. Without
Jinja, which takes 50 ms to load; `sandbox` and `prepared_template` work with it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from math import isfinite

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg

SEPARATOR = "\x1d"
"""Stands between the recipients of a rendered field. Values can't hold it."""
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DEPTH_LIMIT = 20


class Dialect(StrEnum):
    """The kind of text that a template renders to, which decides how values are checked."""

    TEXT = "text"
    HTML = "html"  # values are escaped
    RECIPIENTS = "recipients"  # values can't end a recipient or begin another one
    PATHS = "paths"  # values can't end a line


class BadTemplate(Exception):
    """The template can't be read, or can't be rendered with these values."""

    def __init__(self, message: MessageText) -> None:
        super().__init__(str(message))
        self.message = message


def plain_value(name: str, value: object) -> object:
    """Returns a copy of `value`, which is given for the placeholder `name`, made of nothing but Python's own texts,
    numbers, lists and dicts: a subclass could behave in other ways. Raises FieldErrors on `values`."""
    if type(value) is str and value.isascii():  # as nearly all are
        return value
    return _plain(name, value, _DEPTH_LIMIT)


def _plain(name: str, value: object, depth: int) -> object:
    if depth == 0:
        raise _refused(msg("The value of {name} is nested too deeply.", name=name))
    match value:
        case None | bool():
            return value
        case str():
            if _LONE_SURROGATE.search(value):
                raise _refused(
                    msg("The value of {name} contains an invalid character (often from a wrong encoding).", name=name)
                )
            # A subclass could claim to be escaped HTML.
            return str.__str__(value)
        case int():
            return int(value)
        case float():
            if not isfinite(value):
                raise _refused(msg("The value of {name} is not a number.", name=name))
            return float(value)
        case list() | tuple():
            return [_plain(name, item, depth - 1) for item in value]
        case Mapping():
            return {_key(name, key): _plain(name, item, depth - 1) for key, item in value.items()}
    raise _refused(
        msg("The value of {name} must be text, a number, true, false, or a list or object of these.", name=name)
    )


def written(value: object) -> object:
    """Returns the value as people write it: "" for None, true and false, numbers without an exponent, and what is in a
    list with commas in between. Raises ValueError for what is no number."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return _number(value)
        case list() | tuple():
            return ", ".join(str(written(item)) for item in value)
        case dict():
            return ", ".join(f"{key}: {written(item)}" for key, item in value.items())
    return value


def _number(value: float) -> str:
    if not isfinite(value):
        raise ValueError("the result is not a number")
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def _key(name: str, key: object) -> str:
    plain = _plain(name, key, 1)
    if isinstance(plain, str):
        return plain
    raise _refused(msg("The value of {name} has a key that is not text.", name=name))


def _refused(message: MessageText) -> FieldErrors:
    return FieldErrors((FieldError(field="values", message=message),))
