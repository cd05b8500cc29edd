"""The user's settings of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass

RETENTION_KEY, RETRY_KEY, CONTENT_KEY = "outbox.retention_days", "outbox.retry_days", "outbox.content_days"
"""The keys of the preferences that hold the days."""
ASK_AT_CLOSE_KEY = "close.ask"
"""The key of the preference for the question about mails that wait when the window closes."""
MOST_RETENTION_DAYS, MOST_RETRY_DAYS, MOST_CONTENT_DAYS = 3650, 30, 3650
"""What may be set."""
_RETENTION_DAYS, _RETRY_DAYS, _CONTENT_DAYS = 90, 5, 7
_MAX_DAYS = 36_500  # whatever a preference says, dates can be computed with it


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSettings:
    """For how many days finished deliveries are kept, for how many days a mail is tried, and for how many days the
    content of a mail that was sent is kept, with 0 until the next clearing."""

    retention_days: int = _RETENTION_DAYS
    retry_days: int = _RETRY_DAYS
    content_days: int = _CONTENT_DAYS


def outbox_settings(preferences: Mapping[str, str]) -> OutboxSettings:
    """Returns the settings in `preferences`, with the default in place of one that is missing or no number."""

    def days(key: str, default: int) -> int:
        text = preferences.get(key, "")
        return min(int(text), _MAX_DAYS) if text.isascii() and text.isdigit() else default

    return OutboxSettings(
        retention_days=days(RETENTION_KEY, _RETENTION_DAYS),
        retry_days=days(RETRY_KEY, _RETRY_DAYS),
        content_days=days(CONTENT_KEY, _CONTENT_DAYS),
    )


def asks_at_close(preferences: Mapping[str, str]) -> bool:
    """Whether the window asks about mails that wait before it closes: yes, unless the user switched that off."""
    return preferences.get(ASK_AT_CLOSE_KEY) != "off"
