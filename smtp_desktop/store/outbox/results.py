"""Results of attempts, as couriers report them. All functions run in a write transaction."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate, last_reply
from smtp_desktop.domain.delivery.delivery import CourierId, DeliveryId, DeliveryState
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.conversation_json import timeline_to_json
from smtp_desktop.store.outbox.rows import addresses_in, states_in, storable
from smtp_desktop.store.outbox.sent_counts import count_sent
from smtp_desktop.store.timestamps import to_microseconds, to_microseconds_or_none

_Row = tuple[str | int | bool | None, ...]

_MARK_DATA_STARTED = """
UPDATE delivery SET data_started = 1, data_started_through = :through WHERE id IN (SELECT value FROM json_each(:ids))
"""
_UNMARK_DATA_STARTED = """
UPDATE delivery SET data_started = 0, data_started_through = NULL WHERE id IN (SELECT value FROM json_each(:ids))
"""
# Numbered parameters: SQLite searches all names for each named one, which takes half the time of binding a batch.
_SET_LAST_ATTEMPT = """
UPDATE delivery SET
    smtp_name = ?2, by_backup = ?3, last_stage = ?4, last_kind = ?5, last_cause = ?6, last_reply = ?7,
    recipient_states = ?8, data_started = 0, data_started_through = NULL,
    attempts = min(attempts, 1000000) + 1 -- also where damage left the largest number
"""
_NOTE = f"{_SET_LAST_ATTEMPT} WHERE id = ?1"
_FINISH = f"""{_SET_LAST_ATTEMPT},
    state = ?9, recipients = ?10, next_try_at = ?11, finished_at = ?12, may_be_twice = may_be_twice OR ?13,
    unknown_tries = min(unknown_tries, 1000000) + (?9 = 'unknown'), courier = NULL, lease_ends_at = NULL
WHERE id = ?1
"""
_OWNED = "SELECT id FROM delivery WHERE courier = :courier AND id IN (SELECT value FROM json_each(:ids))"
_FORGET_REFUSALS = "DELETE FROM smtp_refusal WHERE profile_id = ?"
# Counted by the database: a courier that seemed dead may have made an attempt of the same number.
_COUNT_ATTEMPT = "UPDATE delivery SET attempts = min(attempts, 1000000) + 1 WHERE id = ?"
# The attempts of a mail that was deleted meanwhile are dropped. One of the same number is there where the mail's count
# was damaged.
_INSERT_ATTEMPT = """
INSERT OR REPLACE INTO delivery_attempt (delivery_id, number, started_at, smtp_name, by_backup, state, timeline, cause)
SELECT id, attempts, ?2, ?3, ?4, ?5, ?6, ?7 FROM delivery WHERE id = ?1
"""


def mark_data_started(
    connection: sqlite3.Connection,
    delivery_ids: Collection[DeliveryId],
    courier: CourierId,
    *,
    through: ProfileId | None,
    counted_at: datetime | None = None,
) -> Sequence[DeliveryId]:
    """Notes that the content of those that `courier` owns goes out through `through`, where they are counted if
    `counted_at` is given; returns these."""
    owned = _owned(connection, courier, delivery_ids)
    connection.execute(_MARK_DATA_STARTED, {"ids": json.dumps(owned), "through": through})
    if through and counted_at and owned:
        count_sent(connection, through, len(owned), now=to_microseconds(counted_at))
    return owned


def unmark_data_started(
    connection: sqlite3.Connection, courier: CourierId, delivery_ids: Collection[DeliveryId]
) -> None:
    """Notes that no data went out of those that `courier` owns."""
    owned = _owned(connection, courier, delivery_ids)
    connection.execute(_UNMARK_DATA_STARTED, {"ids": json.dumps(owned)})


def note(connection: sqlite3.Connection, delivery_id: DeliveryId, courier: CourierId, update: DeliveryUpdate) -> bool:
    """Keeps the attempt and, where `courier` owns the mail, how far it is for each recipient, and unmarks its data as
    started; returns whether it does."""
    owned = _owned(connection, courier, [delivery_id])
    connection.executemany(_NOTE, [(each, *_last_attempt(update)) for each in owned])
    _count_attempts(connection, {delivery_id} - set(owned))
    _insert_attempts(connection, {delivery_id: update.attempt})
    return bool(owned)


def finish(
    connection: sqlite3.Connection,
    courier: CourierId,
    updates: Mapping[DeliveryId, DeliveryUpdate],
    *,
    through: ProfileId | None = None,
) -> Sequence[DeliveryId]:
    """Keeps all attempts, applies the updates to the mails that `courier` owns, and ends its leases on them; returns
    these mails. What was sent `through` an SMTP ends its row of refusals."""
    owned = _owned(connection, courier, updates)
    connection.executemany(_FINISH, [_finish_values(each, updates[each]) for each in owned])
    _count_attempts(connection, updates.keys() - owned)
    _insert_attempts(connection, {each: update.attempt for each, update in updates.items()})
    if through and any(update.state is DeliveryState.SENT for update in updates.values()):
        connection.execute(_FORGET_REFUSALS, [through])
    return owned


def _owned(
    connection: sqlite3.Connection, courier: CourierId, delivery_ids: Collection[DeliveryId]
) -> Sequence[DeliveryId]:
    """Returns those that `courier` has a lease on, in the same order."""
    found = connection.execute(_OWNED, {"courier": courier, "ids": json.dumps([*delivery_ids])})
    owned = {row[0] for row in found}
    return [each for each in delivery_ids if each in owned]


def _finish_values(delivery_id: DeliveryId, update: DeliveryUpdate) -> _Row:
    return (
        delivery_id,
        *_last_attempt(update),
        update.state,
        addresses_in(update.recipients),
        to_microseconds_or_none(update.next_try_at),
        to_microseconds_or_none(update.finished_at),
        update.may_be_twice,
    )


def _last_attempt(update: DeliveryUpdate) -> _Row:
    """Returns what a delivery shows of its last attempt: the values of _SET_LAST_ATTEMPT from ?2 on."""
    attempt = update.attempt
    failure = attempt.timeline.failure
    return (
        attempt.smtp_name,
        attempt.by_backup,
        failure.stage if failure else None,
        failure.kind if failure else None,
        attempt.cause,
        storable(update.reply or last_reply(attempt.timeline)),
        states_in(update.recipients),
    )


def _count_attempts(connection: sqlite3.Connection, delivery_ids: Collection[DeliveryId]) -> None:
    connection.executemany(_COUNT_ATTEMPT, [(each,) for each in delivery_ids])


def _insert_attempts(connection: sqlite3.Connection, attempts: Mapping[DeliveryId, Attempt]) -> None:
    """Inserts each attempt under the number that was counted for it."""
    rows = [
        (
            delivery_id,
            to_microseconds(attempt.started_at),
            attempt.smtp_name,
            attempt.by_backup,
            attempt.state,
            timeline_to_json(attempt.timeline),
            attempt.cause,
        )
        for delivery_id, attempt in attempts.items()
    ]
    connection.executemany(_INSERT_ATTEMPT, rows)
