"""Points in time as the database keeps them: microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Damage can leave any number. What lies outside is read as the end that is nearer: Python's own limits are too far out,
# since times there can't be moved into another time zone.
_EARLIEST = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LATEST = (datetime(9000, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def to_microseconds(at: datetime) -> int:
    """Returns the aware `at` as a number; numbers sort as the times do."""
    return (at - _EPOCH) // _MICROSECOND


def to_microseconds_or_none(at: datetime | None) -> int | None:
    """As `to_microseconds`, with None for None."""
    return None if at is None else to_microseconds(at)


@lru_cache(maxsize=256)  # a mail holds the same time in several columns, and mails of one batch share it
def from_microseconds(microseconds: int) -> datetime:
    """Returns the time that `to_microseconds` was given, in UTC."""
    return _EPOCH + timedelta(microseconds=min(max(microseconds, _EARLIEST), _LATEST))


def from_microseconds_or_none(microseconds: int | None) -> datetime | None:
    """As `from_microseconds`, with None for None."""
    return None if microseconds is None else from_microseconds(microseconds)
