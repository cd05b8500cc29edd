"""Times in text and JSON."""

from datetime import UTC, datetime


def utc_text(at: datetime) -> str:
    """Returns a time for `--json`: ISO 8601 in UTC, as "2026-11-24T12:00:00Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_zone() -> str:
    """Returns the name of the local zone, for the head of a column of times."""
    return datetime.now().astimezone().tzname() or "local"


def local_text(at: datetime, *, seconds: bool = False) -> str:
    """Returns a time in the local zone, with that zone's offset, as "2026-11-24 13:00+01:00"."""
    return at.astimezone().isoformat(sep=" ", timespec="seconds" if seconds else "minutes")
