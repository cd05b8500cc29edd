"""All that a person can get to see of a conversation."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

from cli.told import everything_told
from services.reports import passed

from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.message_text import MessageText


def everything_shown(timeline: Timeline) -> str:
    """Returns every text in `timeline`, whatever field it is in, one below the other; a reply also as one line, and a
    message filled in. Then all that is made of it: the report for a ticket, and what the command line tells."""
    return "\n".join((*_texts(timeline), everything_told(replace(passed(), timeline=_timeless(timeline)))))


def _timeless(timeline: Timeline) -> Timeline:
    """Returns `timeline` without its numbers: any could be a secret of one digit."""
    return replace(
        timeline,
        steps=tuple(replace(step, started_ms=0.0, duration_ms=0.0) for step in timeline.steps),
        transcript=tuple(replace(line, at_ms=0.0) for line in timeline.transcript),
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str | MessageText):
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
