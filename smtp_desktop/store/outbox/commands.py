"""What the admin orders for mails in the outbox, and its clearing out."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import DeliveryId, DeliveryState, RecipientState
from smtp_desktop.store.outbox.contents import delete_deliveries
from smtp_desktop.store.outbox.rows import recipients_of, states_in
from smtp_desktop.store.timestamps import moment_or_none, stored

_CHOSEN = "SELECT id, state, recipients, recipient_states FROM delivery WHERE id IN (SELECT value FROM json_each(?))"
_RESENDABLE = f"{_CHOSEN} AND state IN ('sent', 'refused', 'unknown', 'cancelled')"
_CANCELLABLE = f"{_CHOSEN} AND courier IS NULL AND next_try_at IS NOT NULL"
_WAIT_AGAIN = """
UPDATE delivery SET
    may_be_twice = may_be_twice OR state = 'unknown', state = 'waiting', recipient_states = :recipient_states,
    next_try_at = :now, retry_from = :now, finished_at = NULL
WHERE id = :id
"""
_CANCEL = """
UPDATE delivery SET state = :state, recipient_states = :recipient_states, next_try_at = NULL, finished_at = :now
WHERE id = :id
"""
_HURRY = """
UPDATE delivery SET next_try_at = min(next_try_at, ?)
WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?))
"""
_OLDEST_FINISHED = "SELECT id FROM delivery WHERE finished_at < ? ORDER BY finished_at LIMIT ?"
_FIRST_FINISHED = "SELECT min(finished_at) FROM delivery WHERE finished_at IS NOT NULL"


def resend(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
    """Those that are not on their way wait again; returns how many."""
    rows = connection.execute(_RESENDABLE, [json.dumps(delivery_ids)]).fetchall()
    changes = [
        {"id": row["id"], "now": stored(now), "recipient_states": states_in(_waiting_again(row))} for row in rows
    ]
    connection.executemany(_WAIT_AGAIN, changes)
    return len(changes)


def _waiting_again(row: sqlite3.Row) -> Sequence[RecipientState]:
    """Returns the recipients, WAITING where they did not get it; all of them where nothing is left to do but that."""
    recipients = recipients_of(row["recipients"], row["recipient_states"])
    if row["state"] == DeliveryState.SENT:
        return [RecipientState(address=recipient.address) for recipient in recipients]
    return [
        recipient if recipient.state is DeliveryState.SENT else RecipientState(address=recipient.address)
        for recipient in recipients
    ]


def send_now(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
    """Those that wait are due at once; returns how many."""
    return connection.execute(_HURRY, [stored(now), json.dumps(delivery_ids)]).rowcount


def cancel(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
    """Nothing more is tried for those that are open and in nobody's hands; returns how many."""
    rows = connection.execute(_CANCELLABLE, [json.dumps(delivery_ids)]).fetchall()
    changes = []
    for row in rows:
        recipients = recipients_of(row["recipients"], row["recipient_states"])
        changes.append(
            {
                "id": row["id"],
                "now": stored(now),
                "state": _state_when_cancelled(row["state"], recipients),
                "recipient_states": states_in([_cancelled(recipient) for recipient in recipients]),
            }
        )
    connection.executemany(_CANCEL, changes)
    return len(changes)


def _state_when_cancelled(state: str, recipients: Sequence[RecipientState]) -> DeliveryState:
    """Returns CANCELLED, but never for a mail that may have been sent."""
    in_doubt = state == DeliveryState.UNKNOWN or any(one.state is DeliveryState.UNKNOWN for one in recipients)
    return DeliveryState.UNKNOWN if in_doubt else DeliveryState.CANCELLED


def _cancelled(recipient: RecipientState) -> RecipientState:
    waits = recipient.state is DeliveryState.WAITING
    return replace(recipient, state=DeliveryState.CANCELLED) if waits else recipient


def prune(connection: sqlite3.Connection, *, finished_before: datetime, limit: int) -> int:
    """At most `limit` that were finished before then are gone with all that belongs to them; returns how many."""
    rows = connection.execute(_OLDEST_FINISHED, [stored(finished_before), limit])
    ids = [DeliveryId(row["id"]) for row in rows]
    delete_deliveries(connection, ids)
    return len(ids)


def first_finished_at(connection: sqlite3.Connection) -> datetime | None:
    """Returns when the one that is finished for the longest time was."""
    return moment_or_none(connection.execute(_FIRST_FINISHED).fetchone()[0])
