"""Messages that waited when a backup was made: nobody knows whether they were sent since, so nobody sends them by
itself."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import DeliveryState, RecipientState
from smtp_desktop.store.outbox.arrivals import promote
from smtp_desktop.store.outbox.rows import fetched, recipients_of, states_in
from smtp_desktop.store.timestamps import to_microseconds

_REASON = "It waited when the backup was made, and may have been sent after that. Send it again if it was not."
_AT_ONCE = 1000
_OPEN = """
SELECT id, recipients, recipient_states FROM delivery WHERE next_try_at IS NOT NULL AND id > ? ORDER BY id LIMIT ?
"""
_MAKE_UNKNOWN = """
UPDATE delivery SET
    state = 'unknown', recipient_states = :recipient_states, next_try_at = NULL, finished_at = :at, may_be_twice = 1,
    last_cause = 'outcome_unknown', last_reply = :reason, courier = NULL, lease_ends_at = NULL, data_started = 0,
    data_started_through = NULL
WHERE id = :id
"""


def make_open_unknown(connection: sqlite3.Connection, at: datetime) -> int:
    """Ends all messages that wait, or were being sent, as unknown, in a transaction of the caller's. Returns how many
    there are."""
    promote(connection)
    count = 0
    for rows in _batches(connection):
        values = [
            {
                "id": row["id"],
                "recipient_states": states_in(_unknown(recipients_of(row["recipients"], row["recipient_states"]))),
                "at": to_microseconds(at),
                "reason": _REASON,
            }
            for row in rows
        ]
        connection.executemany(_MAKE_UNKNOWN, values)
        count += len(rows)
    return count


def _batches(connection: sqlite3.Connection) -> Iterator[Sequence[sqlite3.Row]]:
    last = -1
    while rows := fetched(connection, _OPEN, [last, _AT_ONCE]):
        yield rows
        last = rows[-1]["id"]


def _unknown(recipients: Sequence[RecipientState]) -> list[RecipientState]:
    return [
        replace(one, state=DeliveryState.UNKNOWN) if one.state is DeliveryState.WAITING else one for one in recipients
    ]
