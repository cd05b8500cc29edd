"""All that a person can get to see of a conversation."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from smtp_desktop.domain.conversation import Timeline
from smtp_desktop.domain.text import Text


def everything_shown(timeline: Timeline) -> str:
    """Returns every text in `timeline`, whatever field it is in, one below the other; a reply also as one line, and a
    message filled in. What is made of a timeline (a report, say) can be added here, and all fuzzing covers it."""
    return "\n".join(_texts(timeline))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str | Text):
        yield str(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif is_dataclass(value):
        if type(value).__str__ is not object.__str__:
            yield str(value)
        for field in fields(value):
            # A status is the protocol's own number.
            if field.name != "code":
                yield from _texts(getattr(value, field.name))
