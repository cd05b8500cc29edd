"""Warnings ahead of end dates, and the memory of those that were shown."""

from collections.abc import Sequence
from datetime import datetime

from smtp_desktop.domain.checks.date_warnings import WARNED_KEY, due_warnings
from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.services.ports import Preferences


class EndDateWarnings:
    """Says what to warn of. May block on the disk: never call it on the GUI thread."""

    def __init__(self, *, preferences: Preferences) -> None:
        self._preferences = preferences

    def take(self, found: Sequence[EndDate], now: datetime) -> tuple[EndDate, ...]:
        """Returns what to warn of now, the soonest first, and remembers that it was. `found` are all end dates; `now`
        is aware, in this computer's zone. Raises StoreError."""
        kept = self._preferences.all().get(WARNED_KEY, "")
        warnings = due_warnings(found, kept, now)
        if warnings.kept != kept:
            self._preferences.put(WARNED_KEY, warnings.kept)
        return warnings.due
