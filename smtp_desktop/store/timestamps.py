"""Moments as the outbox keeps them: microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stored(moment: datetime) -> int:
    """Returns the aware `moment` as a number that sorts as moments do."""
    return (moment - _EPOCH) // _MICROSECOND


def stored_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else stored(moment)


@lru_cache(maxsize=256)  # a mail has the same one in several places, and so have mails of one batch
def moment_of(microseconds: int) -> datetime:
    """Returns the same moment, to the microsecond, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def moment_or_none(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment_of(microseconds)
