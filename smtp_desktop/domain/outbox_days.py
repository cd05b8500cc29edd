"""How long the outbox tries, and keeps."""

from collections.abc import Mapping
from dataclasses import dataclass

RETENTION_KEY, RETRY_KEY = "outbox.retention_days", "outbox.retry_days"
"""The preferences that hold the days."""
_RETENTION_DAYS, _RETRY_DAYS = 90, 5
_MOST_DAYS = 36_500  # whatever is written there, dates can be reckoned with it


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxDays:
    """How long finished deliveries are kept, and how long one is tried."""

    retention: int = _RETENTION_DAYS
    retry: int = _RETRY_DAYS


def outbox_days(kept: Mapping[str, str]) -> OutboxDays:
    """Returns what the preferences say; where they say nothing that can be read, what is usual."""

    def days(key: str, usual: int) -> int:
        words = kept.get(key, "")
        return min(int(words), _MOST_DAYS) if words.isascii() and words.isdigit() else usual

    return OutboxDays(retention=days(RETENTION_KEY, _RETENTION_DAYS), retry=days(RETRY_KEY, _RETRY_DAYS))
