"""What couriers tell of the mails that they have. Called in a write transaction."""

import sqlite3

from smtp_desktop.domain.delivery import Attempt, CourierId, DeliveryId, last_reply
from smtp_desktop.domain.profile import ProfileId
from smtp_desktop.domain.submission import Outcome
from smtp_desktop.store.moments import stored, stored_or_none
from smtp_desktop.store.outbox_rows import addresses_in, states_in, storable
from smtp_desktop.store.timelines import timeline_to_json

_HAND_OVER = "UPDATE delivery SET handed_over = 1, handed_to = :through WHERE id = :id AND courier = :courier"
_LAST = """
UPDATE delivery SET
    smtp_name = :smtp_name, by_backup = :by_backup, last_stage = :last_stage, last_kind = :last_kind,
    last_reply = :last_reply, handed_over = 0, handed_to = NULL
"""
_NOTE = f"{_LAST} WHERE id = :id AND courier = :courier"
_FINISH = f"""{_LAST},
    state = :state, recipients = :recipients, recipient_states = :recipient_states, next_try_at = :next_try_at,
    finished_at = :finished_at, may_be_twice = may_be_twice OR :may_be_twice, courier = NULL, lease_ends_at = NULL
WHERE id = :id AND courier = :courier
"""
# Counted here: a courier that was thought dead may have made an attempt of the same number.
_COUNT_ATTEMPT = "UPDATE delivery SET attempts = attempts + 1 WHERE id = ? RETURNING attempts"
_KEEP_ATTEMPT = """
INSERT INTO delivery_attempt (delivery_id, number, started_at, smtp_name, by_backup, state, timeline)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def hand_over(
    connection: sqlite3.Connection, delivery_id: DeliveryId, courier: CourierId, *, through: ProfileId | None
) -> bool:
    """It is noted that the content goes out through `through`, if the mail is `courier`'s; returns whether it is."""
    values = {"id": delivery_id, "courier": courier, "through": through}
    return connection.execute(_HAND_OVER, values).rowcount > 0


def note(connection: sqlite3.Connection, delivery_id: DeliveryId, courier: CourierId, attempt: Attempt) -> bool:
    """The attempt is kept and, if the mail is `courier`'s, it does not count as handed over; returns whether it is."""
    _keep_attempt(connection, delivery_id, attempt)
    values = {"id": delivery_id, "courier": courier, **_last(attempt)}
    return connection.execute(_NOTE, values).rowcount > 0


def finish(connection: sqlite3.Connection, delivery_id: DeliveryId, courier: CourierId, outcome: Outcome) -> bool:
    """The attempt is kept and, if the mail was `courier`'s, the outcome; returns whether it was."""
    _keep_attempt(connection, delivery_id, outcome.attempt)
    values = {
        "id": delivery_id,
        "courier": courier,
        "state": outcome.state,
        "recipients": addresses_in(outcome.recipients),
        "recipient_states": states_in(outcome.recipients),
        "next_try_at": stored_or_none(outcome.next_try_at),
        "finished_at": stored_or_none(outcome.finished_at),
        "may_be_twice": outcome.may_be_twice,
        **_last(outcome.attempt),
    }
    return connection.execute(_FINISH, values).rowcount > 0


def _last(attempt: Attempt) -> dict[str, str | bool | None]:
    """Returns what a delivery shows of its last attempt."""
    failure = attempt.timeline.failure
    return {
        "smtp_name": attempt.smtp_name,
        "by_backup": attempt.by_backup,
        "last_stage": failure.stage if failure else None,
        "last_kind": failure.kind if failure else None,
        "last_reply": storable(last_reply(attempt.timeline)),
    }


def _keep_attempt(connection: sqlite3.Connection, delivery_id: DeliveryId, attempt: Attempt) -> None:
    counted = connection.execute(_COUNT_ATTEMPT, [delivery_id]).fetchone()
    if counted is None:
        return  # deleted meanwhile: nobody can ask for its attempts
    values = (
        delivery_id,
        counted["attempts"],
        stored(attempt.started_at),
        attempt.smtp_name,
        attempt.by_backup,
        attempt.state,
        timeline_to_json(attempt.timeline),
    )
    connection.execute(_KEEP_ATTEMPT, values)
