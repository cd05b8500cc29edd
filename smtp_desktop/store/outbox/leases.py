"""Leases: which courier has which mail. All functions but `next_due_at` run in a write transaction, so that any number
of processes may call them."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.outbox.rows import delivery_of, recipients_of, states_in
from smtp_desktop.store.timestamps import from_microseconds_or_none, to_microseconds

# The index has each queue in order: the mails of a held or busy SMTP are skipped without reading them.
_NEXT_QUEUE = """
SELECT min(queue) FROM delivery WHERE courier IS NULL AND next_try_at IS NOT NULL AND queue > ?
"""
_IN_QUEUE = """
SELECT next_try_at, id FROM delivery WHERE courier IS NULL AND next_try_at IS NOT NULL AND queue = ?
"""
_DUE = f"{_IN_QUEUE} AND next_try_at <= ? ORDER BY next_try_at, id LIMIT ?"
_FIRST_IN_QUEUE = f"{_IN_QUEUE} ORDER BY next_try_at, id LIMIT 1"
_SMTPS_WITHOUT_HOLD = "SELECT id, is_default FROM smtp WHERE id NOT IN (SELECT profile_id FROM smtp_hold)"
_CLAIM = """
UPDATE delivery SET
    may_be_twice = may_be_twice OR state = 'unknown', state = 'sending', courier = :courier,
    lease_ends_at = :lease_ends_at
WHERE id IN (SELECT value FROM json_each(:ids))
"""
_CLAIMED = "SELECT * FROM delivery WHERE id IN (SELECT value FROM json_each(?)) ORDER BY next_try_at, id"
_EXTEND = "UPDATE delivery SET lease_ends_at = ? WHERE courier = ?"
_RELEASE = """
UPDATE delivery SET state = 'waiting', courier = NULL, lease_ends_at = NULL
WHERE courier = ? AND data_started = 0 AND id IN (SELECT value FROM json_each(?))
"""
_RELEASE_EXPIRED = """
UPDATE delivery SET state = 'waiting', courier = NULL, lease_ends_at = NULL
WHERE courier IS NOT NULL AND lease_ends_at <= ? AND data_started = 0
"""
# Where the courier did not say through which SMTP, it is the one that the mail is bound to.
_EXPIRED_WITH_DATA_STARTED = """
SELECT id, recipients, recipient_states, ifnull((
    SELECT type FROM smtp WHERE id = coalesce(data_started_through, smtp_id, (SELECT id FROM smtp WHERE is_default = 1))
), '') AS type
FROM delivery WHERE courier IS NOT NULL AND lease_ends_at <= ? AND data_started = 1
"""
_MAKE_UNKNOWN = """
UPDATE delivery SET
    state = 'unknown', recipient_states = :recipient_states, next_try_at = :next_try_at, finished_at = :finished_at,
    may_be_twice = 1, courier = NULL, lease_ends_at = NULL, data_started = 0, data_started_through = NULL
WHERE id = :id
"""
_FIRST_LEASE_END = "SELECT min(lease_ends_at) FROM delivery WHERE courier IS NOT NULL"


def claim(
    connection: sqlite3.Connection,
    courier: CourierId,
    *,
    now: datetime,
    lease_ends_at: datetime,
    limit: int,
    excluding: Collection[ProfileId],
) -> Sequence[Delivery]:
    """Gives `courier` up to `limit` due mails, the longest due first."""
    due: list[tuple[int, int]] = []  # next_try_at and id
    for queue in _open_queues(connection, excluding):
        found = connection.execute(_DUE, [queue, to_microseconds(now), limit])
        due.extend((row["next_try_at"], row["id"]) for row in found)
    ids = json.dumps([delivery_id for _, delivery_id in sorted(due)[:limit]])
    connection.execute(_CLAIM, {"courier": courier, "lease_ends_at": to_microseconds(lease_ends_at), "ids": ids})
    return [delivery_of(row) for row in connection.execute(_CLAIMED, [ids])]


def next_due_at(connection: sqlite3.Connection) -> datetime | None:
    """Returns when the next mail that may be sent is due, or the next lease ends, whichever is sooner."""
    times: list[int | None] = [
        connection.execute(_FIRST_IN_QUEUE, [queue]).fetchone()["next_try_at"]
        for queue in _open_queues(connection, excluding=())
    ]
    times.append(connection.execute(_FIRST_LEASE_END).fetchone()[0])
    return from_microseconds_or_none(min((time for time in times if time is not None), default=None))


def _open_queues(connection: sqlite3.Connection, excluding: Collection[ProfileId]) -> Sequence[str]:
    """Returns the queues whose mails may be sent now."""
    queues = list(_queues(connection))
    if not queues:
        return ()  # mostly so; saves reading the SMTPs, which may be thousands
    smtps = connection.execute(_SMTPS_WITHOUT_HOLD).fetchall()
    ready = {row["id"] for row in smtps}
    default_id = next((row["id"] for row in smtps if row["is_default"]), "")
    left_out = {"", *excluding}
    return [queue for queue in queues if _route(queue, ready, default_id) not in left_out]


def _route(queue: str, ready: Collection[str], default_id: str) -> str:
    """Returns the SMTP that the mails of `queue` would go through now, "" where there is none."""
    smtp_id, _, backup_id = queue.partition("\n")
    return next((candidate for candidate in (smtp_id or default_id, backup_id) if candidate in ready), "")


def _queues(connection: sqlite3.Connection) -> Iterator[str]:
    """Yields every queue that has an open mail, with one look-up in the index for each."""
    queue: str | None = ""
    while (queue := connection.execute(_NEXT_QUEUE, [queue]).fetchone()[0]) is not None:
        yield queue


def extend(connection: sqlite3.Connection, courier: CourierId, *, lease_ends_at: datetime) -> None:
    """Extends all leases of `courier` until `lease_ends_at`."""
    connection.execute(
        "UPDATE delivery SET lease_ends_at = ? WHERE courier = ?", [to_microseconds(lease_ends_at), courier]
    )


def release_lease(connection: sqlite3.Connection, courier: CourierId, delivery_ids: Sequence[DeliveryId]) -> None:
    """Makes those of `courier` wait again whose data has not started. They have kept the time when they were due."""
    connection.execute(_RELEASE, [courier, json.dumps(delivery_ids)])


def reclaim_expired(connection: sqlite3.Connection, *, now: datetime, retry_at: datetime) -> int:
    """Ends the leases that have expired; returns how many."""
    data_started = connection.execute(_EXPIRED_WITH_DATA_STARTED, [to_microseconds(now)]).fetchall()
    for row in data_started:
        retried = row["type"] == "generic"
        values = {
            "id": row["id"],
            "recipient_states": states_in(
                _waiting_as_unknown(recipients_of(row["recipients"], row["recipient_states"]))
            ),
            "next_try_at": to_microseconds(retry_at) if retried else None,
            "finished_at": None if retried else to_microseconds(now),
        }
        connection.execute(_MAKE_UNKNOWN, values)
    return len(data_started) + connection.execute(_RELEASE_EXPIRED, [to_microseconds(now)]).rowcount


def _waiting_as_unknown(recipients: Sequence[RecipientState]) -> Sequence[RecipientState]:
    return [
        replace(recipient, state=DeliveryState.UNKNOWN) if recipient.state is DeliveryState.WAITING else recipient
        for recipient in recipients
    ]
