"""Commands of the user on deliveries. All functions run in a write transaction."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from smtp_desktop.domain.delivery.delivery import DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.expiry import state_when_too_old, too_old
from smtp_desktop.store.known import known
from smtp_desktop.store.outbox.rows import fetched, recipients_of, states_in
from smtp_desktop.store.timestamps import to_microseconds

_SELECTED = "SELECT id, state, recipients, recipient_states FROM delivery WHERE id IN (SELECT value FROM json_each(?))"
_RESENDABLE = f"""
{_SELECTED} AND state IN ('sent', 'refused', 'unknown', 'cancelled', 'expired') AND content_dropped = 0
"""
_CANCELLABLE = f"{_SELECTED} AND courier IS NULL AND next_try_at IS NOT NULL"
_RESEND = """
UPDATE delivery SET
    may_be_twice = may_be_twice OR state = 'unknown', state = 'waiting', recipient_states = :recipient_states,
    next_try_at = :now, retry_from = :now, finished_at = NULL, unknown_tries = 0
WHERE id = :id
"""
_END = """
UPDATE delivery SET state = :state, recipient_states = :recipient_states, next_try_at = NULL, finished_at = :now
WHERE id = :id
"""
_SEND_NOW = """
UPDATE delivery SET next_try_at = min(next_try_at, ?)
WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?))
"""
_TOO_OLD = """
SELECT id, state, recipients, recipient_states FROM delivery
WHERE courier IS NULL AND next_try_at IS NOT NULL AND retry_from + ifnull(expire_after_s * 1000000, ?) <= ?
"""


def resend(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
    """Makes those that are not on their way wait again, unless their content was dropped; returns how many."""
    rows = fetched(connection, _RESENDABLE, [json.dumps(delivery_ids)])
    changes = [
        {"id": row["id"], "now": to_microseconds(now), "recipient_states": states_in(_waiting_again(row))}
        for row in rows
    ]
    connection.executemany(_RESEND, changes)
    return len(changes)


def _waiting_again(row: sqlite3.Row) -> Sequence[RecipientState]:
    """Returns the recipients of a mail that is sent again: those that did not get it are WAITING, and all of them where
    it was sent."""
    recipients = recipients_of(row["recipients"], row["recipient_states"])
    if row["state"] == DeliveryState.SENT:
        return [RecipientState(address=recipient.address) for recipient in recipients]
    return [
        recipient if recipient.state is DeliveryState.SENT else RecipientState(address=recipient.address)
        for recipient in recipients
    ]


def send_now(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
    """Makes those that wait due at once; returns how many."""
    return connection.execute(_SEND_NOW, [to_microseconds(now), json.dumps(delivery_ids)]).rowcount


def cancel(connection: sqlite3.Connection, delivery_ids: Sequence[DeliveryId], *, now: datetime) -> int:
    """Ends those that are open and that no courier has; returns how many."""
    rows = fetched(connection, _CANCELLABLE, [json.dumps(delivery_ids)])
    return _end(connection, rows, now, state_after=_state_when_cancelled, recipient_after=_cancelled)


def _end(
    connection: sqlite3.Connection,
    rows: Sequence[sqlite3.Row],
    now: datetime,
    *,
    state_after: Callable[[DeliveryState, Sequence[RecipientState]], DeliveryState],
    recipient_after: Callable[[RecipientState], RecipientState],
) -> int:
    """Finishes the deliveries in `rows`; returns how many."""
    changes = []
    for row in rows:
        recipients = recipients_of(row["recipients"], row["recipient_states"])
        changes.append(
            {
                "id": row["id"],
                "now": to_microseconds(now),
                "state": state_after(known(DeliveryState, row["state"]) or DeliveryState.UNKNOWN, recipients),
                "recipient_states": states_in([recipient_after(recipient) for recipient in recipients]),
            }
        )
    connection.executemany(_END, changes)
    return len(changes)


def _state_when_cancelled(state: DeliveryState, recipients: Sequence[RecipientState]) -> DeliveryState:
    """Returns CANCELLED, or UNKNOWN for a mail that may have been sent."""
    in_doubt = state is DeliveryState.UNKNOWN or any(one.state is DeliveryState.UNKNOWN for one in recipients)
    return DeliveryState.UNKNOWN if in_doubt else DeliveryState.CANCELLED


def _cancelled(recipient: RecipientState) -> RecipientState:
    waits = recipient.state is DeliveryState.WAITING
    return replace(recipient, state=DeliveryState.CANCELLED) if waits else recipient


def expire(connection: sqlite3.Connection, *, now: datetime, after: timedelta) -> int:
    """Ends those that are open, that no courier has, and that are too old to be sent; returns how many. Those that may
    have been sent stay UNKNOWN."""
    rows = fetched(connection, _TOO_OLD, [after // timedelta(microseconds=1), to_microseconds(now)])
    return _end(connection, rows, now, state_after=state_when_too_old, recipient_after=too_old)
