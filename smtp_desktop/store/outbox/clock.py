"""The clock of the outbox: what was written by a clock that ran ahead is moved to the present. All functions run in a
write transaction."""

import sqlite3

_ALLOWED = 60_000_000  # microseconds: processes read the clock before they write, and clocks are corrected a little
LATEST = "SELECT latest FROM clock"
_NOTE = "UPDATE clock SET latest = max(latest, ?)"
_SET = "UPDATE clock SET latest = ?"
# What was due or over by the clock that ran ahead is so now; what waited then has as long to wait as it had.
_MOVE_DELIVERIES = """
UPDATE delivery SET
    next_try_at = CASE WHEN next_try_at > :latest THEN next_try_at - :ahead ELSE min(next_try_at, :now) END,
    lease_ends_at = CASE WHEN lease_ends_at > :latest THEN lease_ends_at - :ahead ELSE min(lease_ends_at, :now) END,
    retry_from = min(retry_from, :now)
WHERE next_try_at IS NOT NULL
"""
_MOVE_HOLDS = """
UPDATE smtp_hold SET
    until = CASE WHEN until > :latest THEN until - :ahead ELSE min(until, :now) END, since = min(since, :now)
"""
_MOVE_COUNTS = "UPDATE OR IGNORE smtp_sent SET at = at - :ahead WHERE at > :now"


def note_time(connection: sqlite3.Connection, at: int) -> None:
    """Notes that somebody wrote by a clock that showed `at`."""
    connection.execute(_NOTE, [at])


def is_set_back(latest: int, now: int) -> bool:
    """Whether the clock that shows `now` is behind one that showed `latest`, and was written by."""
    return latest - now > _ALLOWED


def keep_time(connection: sqlite3.Connection, now: int) -> None:
    """Notes the time; where the clock was set back since the last note, moves all open moments, so that none lies
    further in the future than it did then."""
    latest = connection.execute(LATEST).fetchone()[0]
    if is_set_back(latest, now):
        moved = {"now": now, "latest": latest, "ahead": latest - now}
        connection.execute(_MOVE_DELIVERIES, moved)
        connection.execute(_MOVE_HOLDS, moved)
        connection.execute(_MOVE_COUNTS, moved)
        connection.execute(_SET, [now])
    else:
        connection.execute(_NOTE, [now])
