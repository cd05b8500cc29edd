"""What couriers tell of the mails that they have. Called in a write transaction."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence

from smtp_desktop.domain.delivery.delivery import Attempt, CourierId, DeliveryId, last_reply
from smtp_desktop.domain.delivery.outbox_entry import DeliveryUpdate
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.conversation_json import timeline_to_json
from smtp_desktop.store.outbox.rows import addresses_in, states_in, storable
from smtp_desktop.store.timestamps import stored, stored_or_none

_Row = tuple[str | int | bool | None, ...]

_HAND_OVER = """
UPDATE delivery SET data_started = 1, data_started_through = :through WHERE id IN (SELECT value FROM json_each(:ids))
"""
_TAKE_BACK = """
UPDATE delivery SET data_started = 0, data_started_through = NULL WHERE id IN (SELECT value FROM json_each(:ids))
"""
# By numbers, since SQLite looks through all names for each: half the time of a batch's binding.
_LAST = """
UPDATE delivery SET
    smtp_name = ?2, by_backup = ?3, last_stage = ?4, last_kind = ?5, last_reply = ?6, data_started = 0,
    data_started_through = NULL
"""
_NOTE = f"{_LAST} WHERE id = ?1"
_FINISH = f"""{_LAST},
    state = ?7, recipients = ?8, recipient_states = ?9, next_try_at = ?10, finished_at = ?11,
    may_be_twice = may_be_twice OR ?12, courier = NULL, lease_ends_at = NULL, attempts = attempts + 1
WHERE id = ?1
"""
_MINE = "SELECT id FROM delivery WHERE courier = :courier AND id IN (SELECT value FROM json_each(:ids))"
# Counted here: a courier that was thought dead may have made an attempt of the same number.
_COUNT_ATTEMPT = "UPDATE delivery SET attempts = attempts + 1 WHERE id = ?"
# Of a mail that was deleted meanwhile, nobody can ask for the attempts.
_KEEP_ATTEMPT = """
INSERT INTO delivery_attempt (delivery_id, number, started_at, smtp_name, by_backup, state, timeline)
SELECT id, attempts, ?2, ?3, ?4, ?5, ?6 FROM delivery WHERE id = ?1
"""


def mark_data_started(
    connection: sqlite3.Connection,
    delivery_ids: Collection[DeliveryId],
    courier: CourierId,
    *,
    through: ProfileId | None,
) -> Sequence[DeliveryId]:
    """It is noted that the content of `courier`'s goes out through `through`; returns those that are `courier`'s."""
    mine = _mine(connection, courier, delivery_ids)
    connection.execute(_HAND_OVER, {"ids": json.dumps(mine), "through": through})
    return mine


def unmark_data_started(
    connection: sqlite3.Connection, courier: CourierId, delivery_ids: Collection[DeliveryId]
) -> None:
    """Those that are `courier`'s do not count as handed over."""
    connection.execute(_TAKE_BACK, {"ids": json.dumps(_mine(connection, courier, delivery_ids))})


def note(connection: sqlite3.Connection, delivery_id: DeliveryId, courier: CourierId, attempt: Attempt) -> bool:
    """The attempt is kept and, if the mail is `courier`'s, it does not count as handed over; returns whether it is."""
    mine = _mine(connection, courier, [delivery_id])
    _count(connection, [delivery_id])
    _keep_attempts(connection, {delivery_id: attempt})
    connection.executemany(_NOTE, [(each, *_last(attempt)) for each in mine])
    return bool(mine)


def finish(
    connection: sqlite3.Connection, courier: CourierId, outcomes: Mapping[DeliveryId, DeliveryUpdate]
) -> Sequence[DeliveryId]:
    """The attempts are kept and, of the mails that were `courier`'s, the outcomes; returns which these are."""
    mine = _mine(connection, courier, outcomes)
    connection.executemany(_FINISH, [_values(each, outcomes[each]) for each in mine])
    _count(connection, outcomes.keys() - mine)
    _keep_attempts(connection, {each: outcome.attempt for each, outcome in outcomes.items()})
    return mine


def _mine(
    connection: sqlite3.Connection, courier: CourierId, delivery_ids: Collection[DeliveryId]
) -> Sequence[DeliveryId]:
    """Returns those that are `courier`'s, in the same order."""
    found = connection.execute(_MINE, {"courier": courier, "ids": json.dumps([*delivery_ids])})
    mine = {row[0] for row in found}
    return [each for each in delivery_ids if each in mine]


def _values(delivery_id: DeliveryId, outcome: DeliveryUpdate) -> _Row:
    """Returns the values for _FINISH."""
    return (
        delivery_id,
        *_last(outcome.attempt),
        outcome.state,
        addresses_in(outcome.recipients),
        states_in(outcome.recipients),
        stored_or_none(outcome.next_try_at),
        stored_or_none(outcome.finished_at),
        outcome.may_be_twice,
    )


def _last(attempt: Attempt) -> _Row:
    """Returns what a delivery shows of its last attempt, as _LAST takes it."""
    failure = attempt.timeline.failure
    return (
        attempt.smtp_name,
        attempt.by_backup,
        failure.stage if failure else None,
        failure.kind if failure else None,
        storable(last_reply(attempt.timeline)),
    )


def _count(connection: sqlite3.Connection, delivery_ids: Collection[DeliveryId]) -> None:
    connection.executemany(_COUNT_ATTEMPT, [(each,) for each in delivery_ids])


def _keep_attempts(connection: sqlite3.Connection, attempts: Mapping[DeliveryId, Attempt]) -> None:
    """Each is kept under the number that was counted for it."""
    rows = [
        (
            delivery_id,
            stored(attempt.started_at),
            attempt.smtp_name,
            attempt.by_backup,
            attempt.state,
            timeline_to_json(attempt.timeline),
        )
        for delivery_id, attempt in attempts.items()
    ]
    connection.executemany(_KEEP_ATTEMPT, rows)
