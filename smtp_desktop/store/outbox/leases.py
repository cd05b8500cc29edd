"""Which courier has which mail. Called in a write transaction, so that any number of processes may."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.outbox.rows import delivery_of, recipients_of, states_in
from smtp_desktop.store.timestamps import moment_or_none, stored

# The index has each queue in order, so neither a held SMTP's mails nor those of a busy one are ever walked through.
_NEXT_QUEUE = """
SELECT min(queue) FROM delivery WHERE courier IS NULL AND next_try_at IS NOT NULL AND queue > ?
"""
_IN_QUEUE = """
SELECT next_try_at, id FROM delivery WHERE courier IS NULL AND next_try_at IS NOT NULL AND queue = ?
"""
_DUE = f"{_IN_QUEUE} AND next_try_at <= ? ORDER BY next_try_at, id LIMIT ?"
_FIRST = f"{_IN_QUEUE} ORDER BY next_try_at, id LIMIT 1"
_READY = "SELECT id, is_default FROM smtp WHERE id NOT IN (SELECT profile_id FROM smtp_hold)"
_CLAIM = """
UPDATE delivery SET
    may_be_twice = may_be_twice OR state = 'unknown', state = 'sending', courier = :courier,
    lease_ends_at = :lease_ends_at
WHERE id IN (SELECT value FROM json_each(:ids))
"""
_CLAIMED = "SELECT * FROM delivery WHERE id IN (SELECT value FROM json_each(?)) ORDER BY next_try_at, id"
_GIVE_BACK = """
UPDATE delivery SET state = 'waiting', courier = NULL, lease_ends_at = NULL
WHERE courier = ? AND data_started = 0 AND id IN (SELECT value FROM json_each(?))
"""
_RELEASE_DEAD = """
UPDATE delivery SET state = 'waiting', courier = NULL, lease_ends_at = NULL
WHERE courier IS NOT NULL AND lease_ends_at <= ? AND data_started = 0
"""
# Without word of which SMTP it was handed to, it is the one that it is for.
_DATA_STARTED = """
SELECT id, recipients, recipient_states, ifnull((
    SELECT type FROM smtp WHERE id = coalesce(data_started_through, smtp_id, (SELECT id FROM smtp WHERE is_default = 1))
), '') AS type
FROM delivery WHERE courier IS NOT NULL AND lease_ends_at <= ? AND data_started = 1
"""
_LEAVE_UNKNOWN = """
UPDATE delivery SET
    state = 'unknown', recipient_states = :recipient_states, next_try_at = :next_try_at, finished_at = :finished_at,
    may_be_twice = 1, courier = NULL, lease_ends_at = NULL, data_started = 0, data_started_through = NULL
WHERE id = :id
"""
_FIRST_LEASE = "SELECT min(lease_ends_at) FROM delivery WHERE courier IS NOT NULL"


def claim(
    connection: sqlite3.Connection,
    courier: CourierId,
    *,
    now: datetime,
    lease_ends_at: datetime,
    limit: int,
    excluding: Collection[ProfileId],
) -> Sequence[Delivery]:
    """`courier` has up to `limit` due mails, the longest due first."""
    due: list[tuple[int, int]] = []
    for queue in _open_queues(connection, excluding):
        found = connection.execute(_DUE, [queue, stored(now), limit])
        due.extend((row["next_try_at"], row["id"]) for row in found)
    ids = json.dumps([delivery_id for _, delivery_id in sorted(due)[:limit]])
    connection.execute(_CLAIM, {"courier": courier, "lease_ends_at": stored(lease_ends_at), "ids": ids})
    return [delivery_of(row) for row in connection.execute(_CLAIMED, [ids])]


def next_due_at(connection: sqlite3.Connection) -> datetime | None:
    """Returns when the next mail is due that may be sent, or the next lease ends."""
    moments: list[int | None] = [
        connection.execute(_FIRST, [queue]).fetchone()["next_try_at"]
        for queue in _open_queues(connection, excluding=())
    ]
    moments.append(connection.execute(_FIRST_LEASE).fetchone()[0])
    return moment_or_none(min((moment for moment in moments if moment is not None), default=None))


def _open_queues(connection: sqlite3.Connection, excluding: Collection[ProfileId]) -> Sequence[str]:
    """Returns the queues whose mails may be sent now."""
    queues = list(_queues(connection))
    if not queues:
        return ()  # most of the time, and there may be many SMTPs
    smtps = connection.execute(_READY).fetchall()
    ready = {row["id"] for row in smtps}
    default_id = next((row["id"] for row in smtps if row["is_default"]), "")
    left_out = {"", *excluding}
    return [queue for queue in queues if _route(queue, ready, default_id) not in left_out]


def _route(queue: str, ready: Collection[str], default_id: str) -> str:
    """Returns the SMTP that the mails of `queue` would go through now, or nothing."""
    smtp_id, _, backup_id = queue.partition("\n")
    return next((candidate for candidate in (smtp_id or default_id, backup_id) if candidate in ready), "")


def _queues(connection: sqlite3.Connection) -> Iterator[str]:
    """Yields every queue that has a mail, by as many looks into the index."""
    queue: str | None = ""
    while (queue := connection.execute(_NEXT_QUEUE, [queue]).fetchone()[0]) is not None:
        yield queue


def extend(connection: sqlite3.Connection, courier: CourierId, *, lease_ends_at: datetime) -> None:
    """All that `courier` has is its own until `lease_ends_at`."""
    connection.execute("UPDATE delivery SET lease_ends_at = ? WHERE courier = ?", [stored(lease_ends_at), courier])


def release_lease(connection: sqlite3.Connection, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
    """Those that are `courier`'s and were not handed over wait again. They kept the moment when they were due."""
    connection.execute(_GIVE_BACK, [courier, json.dumps(delivery_ids)])


def reclaim_expired(connection: sqlite3.Connection, *, now: datetime, retry_at: datetime) -> int:
    """Mails whose lease has ended are nobody's; returns how many."""
    data_started = connection.execute(_DATA_STARTED, [stored(now)]).fetchall()
    for row in data_started:
        retried = row["type"] == "generic"
        values = {
            "id": row["id"],
            "recipient_states": states_in(_in_doubt(recipients_of(row["recipients"], row["recipient_states"]))),
            "next_try_at": stored(retry_at) if retried else None,
            "finished_at": None if retried else stored(now),
        }
        connection.execute(_LEAVE_UNKNOWN, values)
    return len(data_started) + connection.execute(_RELEASE_DEAD, [stored(now)]).rowcount


def _in_doubt(recipients: Sequence[RecipientState]) -> Sequence[RecipientState]:
    return [
        replace(recipient, state=DeliveryState.UNKNOWN) if recipient.state is DeliveryState.WAITING else recipient
        for recipient in recipients
    ]
