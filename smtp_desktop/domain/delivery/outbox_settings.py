"""The user's settings of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass

RETENTION_KEY, RETRY_KEY = "outbox.retention_days", "outbox.retry_days"
"""The keys of the preferences that hold the days."""
_RETENTION_DAYS, _RETRY_DAYS = 90, 5
_MAX_DAYS = 36_500  # whatever a preference says, dates can be computed with it


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSettings:
    """For how many days finished deliveries are kept, and for how many days a mail is tried."""

    retention_days: int = _RETENTION_DAYS
    retry_days: int = _RETRY_DAYS


def outbox_settings(preferences: Mapping[str, str]) -> OutboxSettings:
    """Returns the settings in `preferences`, with the default in place of one that is missing or no number."""

    def days(key: str, default: int) -> int:
        text = preferences.get(key, "")
        return min(int(text), _MAX_DAYS) if text.isascii() and text.isdigit() else default

    return OutboxSettings(retention_days=days(RETENTION_KEY, _RETENTION_DAYS), retry_days=days(RETRY_KEY, _RETRY_DAYS))
