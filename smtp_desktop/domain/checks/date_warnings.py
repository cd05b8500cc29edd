"""Warnings ahead of end dates: each of them once, and those that come together as one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.checks.end_date import EndDate, EndDateKind

WARNED_KEY = "dates.warned"
"""The preference that keeps which warnings were shown."""

# Not those of servers, which most renew in time by themselves, nor of sign-ins, which a card shows as they end.
_WARNED_OF = frozenset({EndDateKind.CLIENT_SECRET, EndDateKind.APP_CERTIFICATE, EndDateKind.PASSWORD_SIGN_IN})


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWarnings:
    """The end dates to warn of now, the soonest first, and what to keep so that none is warned of twice."""

    due: tuple[EndDate, ...]
    kept: str


def due_warnings(found: Iterable[EndDate], kept: str, now: datetime) -> DateWarnings:
    """Returns what to warn of: what reached 60, 30, 14 or 7 days, or its end, since the warning before. `found` are all
    end dates, the soonest first; `kept` is as it was returned the last time, or empty; `now` is as in `EndDate`."""
    before = _warned(kept)
    due: list[EndDate] = []
    after: dict[str, int] = {}
    for end_date in found:
        days = end_date.warning_days(now)
        if end_date.kind not in _WARNED_OF or days is None:
            continue
        key = f"{end_date.kind} {end_date.ends_on} {end_date.what}"
        if days < before.get(key, days + 1):
            due.append(end_date)
        after[key] = days
    return DateWarnings(due=tuple(due), kept=json.dumps(after, sort_keys=True) if after else "")


def _warned(kept: str) -> Mapping[str, int]:
    try:
        warned = json.loads(kept) if kept else {}
    except ValueError:
        return {}
    known = warned if isinstance(warned, dict) else {}
    return {key: days for key, days in known.items() if isinstance(days, int)}
