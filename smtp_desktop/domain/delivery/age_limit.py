"""The age past which an activity's mail is not sent any more, as people write it: "12h", "2d"."""

import re

from smtp_desktop.domain.message_text import MessageText, msg

_HOUR_S, _DAY_S = 3600, 86_400
_MOST_DAYS = 365
_UNREADABLE_S = -1
_TYPED = re.compile(r"(\d{1,6})\s*(h|hours?|d|days?)", re.IGNORECASE)


def age_limit_s(typed: str) -> int | None:
    """Returns hours or days, as in "12h" and "2 days", in seconds; None for nothing, which leaves it to the settings.
    For anything else it returns what `age_limit_problem` refuses."""
    if not typed.strip():
        return None
    found = _TYPED.fullmatch(typed.strip())
    return int(found[1]) * (_HOUR_S if found[2][0] in "hH" else _DAY_S) if found else _UNREADABLE_S


def age_limit_text(seconds: int) -> str:
    """Returns seconds as `age_limit_s` reads them: whole days as "2d", else hours as "36h"."""
    return f"{seconds // _DAY_S}d" if seconds % _DAY_S == 0 else f"{seconds // _HOUR_S}h"


def age_limit_problem(seconds: int | None) -> MessageText | None:
    """Returns what is wrong with an age limit; None where nothing is."""
    if seconds is None or _HOUR_S <= seconds <= _MOST_DAYS * _DAY_S:
        return None
    return msg("Enter hours or days, for example 12h or 2d: from 1 hour to {days} days.", days=_MOST_DAYS)
