"""Clearing of the outbox: contents of mails that were sent, and records of finished ones. All functions but `first_*`
run in a write transaction."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import DeliveryId
from smtp_desktop.store.outbox.contents import delete_contents, delete_deliveries
from smtp_desktop.store.timestamps import from_microseconds_or_none, to_microseconds

_OLDEST_FINISHED = "SELECT id FROM delivery WHERE finished_at < ? ORDER BY finished_at LIMIT ?"
_FINISHED = "SELECT id FROM delivery WHERE id IN (SELECT value FROM json_each(?)) AND finished_at < ?"
_FIRST_FINISHED = "SELECT min(finished_at) FROM delivery WHERE finished_at IS NOT NULL"
_UNTIL = "SELECT contents_until FROM clearing"
_FIRST_NOT_CLEARED = """
SELECT min(finished_at) FROM delivery WHERE finished_at >= (SELECT contents_until FROM clearing)
"""
_NEXT_FINISHED = """
SELECT finished_at FROM delivery WHERE finished_at >= ? AND finished_at < ? ORDER BY finished_at LIMIT ?
"""
# One that somebody was refused may still be wanted: it is sent again to those.
_SENT = """
SELECT id FROM delivery
WHERE finished_at >= ? AND finished_at < ? AND state = 'sent' AND recipient_states NOT LIKE '%["refused"%'
"""
_MARK_DROPPED = "UPDATE delivery SET content_dropped = 1 WHERE id IN (SELECT value FROM json_each(?))"


def prune(connection: sqlite3.Connection, *, finished_before: datetime, limit: int) -> int:
    """Deletes at most `limit` deliveries that were finished before then, the oldest first, with all that belongs to
    them; returns how many."""
    rows = connection.execute(_OLDEST_FINISHED, [to_microseconds(finished_before), limit])
    ids = [DeliveryId(row["id"]) for row in rows]
    delete_deliveries(connection, ids)
    return len(ids)


def delete_finished(
    connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId], *, finished_before: datetime
) -> int:
    """Deletes those of these deliveries that were finished before then, with all that belongs to them; returns how
    many."""
    rows = connection.execute(_FINISHED, [json.dumps(delivery_ids), to_microseconds(finished_before)])
    ids = [DeliveryId(row["id"]) for row in rows]
    delete_deliveries(connection, ids)
    return len(ids)


def first_finished_at(connection: sqlite3.Connection) -> datetime | None:
    """Returns when the first of the finished deliveries was finished, None where there is none."""
    return from_microseconds_or_none(connection.execute(_FIRST_FINISHED).fetchone()[0])


def first_content_at(connection: sqlite3.Connection) -> datetime | None:
    """Returns when the first of those was finished whose content nobody has looked at yet to drop it; None where there
    is none."""
    return from_microseconds_or_none(connection.execute(_FIRST_NOT_CLEARED).fetchone()[0])


def drop_contents(connection: sqlite3.Connection, *, finished_before: datetime, now: datetime, limit: int) -> bool:
    """Drops the contents of those that were sent to all their recipients before then, the oldest first, looking at some
    `limit` finished ones; returns whether there may be more."""
    begin, end = connection.execute(_UNTIL).fetchone()[0], to_microseconds(finished_before)
    if begin > to_microseconds(now):
        begin = 0  # noted by a clock that ran ahead
    if begin >= end:
        return False
    moments = [row[0] for row in connection.execute(_NEXT_FINISHED, [begin, end, limit])]
    more = len(moments) == limit
    # With all others of the last moment, since the next time begins after it.
    until = moments[-1] + 1 if more else end
    ids = [DeliveryId(row["id"]) for row in connection.execute(_SENT, [begin, until])]
    if ids:
        delete_contents(connection, ids)
        connection.execute(_MARK_DROPPED, [json.dumps(ids)])
    connection.execute("UPDATE clearing SET contents_until = ?", [until])
    return more
