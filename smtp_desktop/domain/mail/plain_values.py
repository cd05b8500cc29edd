"""What may be given for a placeholder."""

import re
from collections.abc import Mapping

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DEPTH_LIMIT = 20


def plain_value(name: str, value: object) -> object:
    """Returns `value` made of nothing but plain texts, numbers, lists and dicts, which have no tricks of their own.
    Raises FieldErrors on `values`."""
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
                    msg("The value of {name} holds a character that is broken, as a wrong encoding leaves.", name=name)
                )
            # A subclass could say of itself that it is HTML already.
            return str.__str__(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case list() | tuple():
            return [_plain(name, item, depth - 1) for item in value]
        case Mapping():
            return {_key(name, key): _plain(name, item, depth - 1) for key, item in value.items()}
    raise _refused(
        msg("The value of {name} must be a text, a number, true, false, or a list or an object of these.", name=name)
    )


def _key(name: str, key: object) -> str:
    plain = _plain(name, key, 1)
    if isinstance(plain, str):
        return plain
    raise _refused(msg("The value of {name} has a key that is not a text.", name=name))


def _refused(message: MessageText) -> FieldErrors:
    return FieldErrors((FieldError(field="values", message=message),))
