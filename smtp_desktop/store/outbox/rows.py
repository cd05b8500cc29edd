"""Rows of deliveries and attempts, and the values that they stand for.

A row may be damaged, or written by a version to come. Reading it fails for no other row's sake: what can't be read of
it is left out, and a mail of which nobody knows any more who got it is refused for all.
"""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.store.conversation_json import timeline_from_json
from smtp_desktop.store.known import SHAPE_ERRORS, known
from smtp_desktop.store.timestamps import from_microseconds, from_microseconds_or_none

_DAMAGED = "The outbox record is damaged: whether this recipient got the message is unknown."
_LONGEST_S = 3650 * 24 * 3600


def fetched(connection: sqlite3.Connection, query: str, values: Sequence[object]) -> list[sqlite3.Row]:
    """Returns all rows of `query`. Text that is not UTF-8, as damage leaves it, has replacement characters."""
    try:
        return connection.execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if not is_undecodable(error):
            raise
    connection.text_factory = _decoded
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.text_factory = str


def is_undecodable(error: sqlite3.OperationalError) -> bool:
    """Whether a text is not UTF-8: the one error of its kind that is not SQLite's own, but of Python's module."""
    return not hasattr(error, "sqlite_errorcode")


def _decoded(text: bytes) -> str:
    return text.decode(errors="replace")


def storable(text: str) -> str:
    """Returns `text` with a question mark for each lone surrogate, which SQLite can't store."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def delivery_of(row: sqlite3.Row) -> Delivery:
    """Returns the delivery in `row`, which has every column."""
    return Delivery(
        id=DeliveryId(row["id"]),
        created_at=from_microseconds(row["created_at"]),
        retry_from=from_microseconds(row["retry_from"]),
        state=known(DeliveryState, row["state"]) or DeliveryState.UNKNOWN,
        subject=row["subject"],
        recipients=recipients_of(row["recipients"], row["recipient_states"]),
        message_id=row["message_id"],
        size_bytes=row["size_bytes"],
        activity_id=row["activity_id"],
        activity_name=row["activity_name"],
        smtp_id=row["smtp_id"],
        backup_id=row["backup_id"],
        smtp_name=row["smtp_name"],
        by_backup=bool(row["by_backup"]),
        attempts=max(row["attempts"], 0),
        next_try_at=from_microseconds_or_none(row["next_try_at"]),
        finished_at=from_microseconds_or_none(row["finished_at"]),
        last_stage=known(Stage, row["last_stage"]),
        last_kind=known(FailureKind, row["last_kind"]),
        last_cause=known(Cause, row["last_cause"]),
        last_reply=row["last_reply"],
        may_be_twice=bool(row["may_be_twice"]),
        unknown_tries=max(row["unknown_tries"], 0),
        expire_after_s=None if row["expire_after_s"] is None else min(max(row["expire_after_s"], 0), _LONGEST_S),
        content_dropped=bool(row["content_dropped"]),
    )


def recipients_of(addresses: str, states: str) -> tuple[RecipientState, ...]:
    """Returns the recipients that `addresses_in` and `states_in` were given."""
    specs = addresses.split("\n") if addresses else []
    if not states:
        return tuple(RecipientState(address=spec) for spec in specs)
    try:
        return tuple(
            RecipientState(address=spec, state=DeliveryState(state), reply=str(reply))
            for spec, (state, reply) in zip(specs, json.loads(states), strict=True)
        )
    except SHAPE_ERRORS:
        return tuple(RecipientState(address=spec, state=DeliveryState.REFUSED, reply=_DAMAGED) for spec in specs)


def addresses_in(recipients: Sequence[RecipientState]) -> str:
    """Returns the addresses, one a line."""
    return "\n".join(recipient.address for recipient in recipients)


def states_in(recipients: Sequence[RecipientState]) -> str:
    """Returns the states and replies as JSON, in the same order; "" where all wait."""
    if all(recipient.state is DeliveryState.WAITING and not recipient.reply for recipient in recipients):
        return ""
    return f"[{','.join(_state_in(recipient.state, recipient.reply) for recipient in recipients)}]"


@lru_cache(maxsize=256)  # few differ
def _state_in(state: DeliveryState, reply: str) -> str:
    return json.dumps([state, reply], separators=(",", ":"))


def attempt_of(row: sqlite3.Row) -> Attempt:
    """Returns the attempt in `row`."""
    return Attempt(
        number=row["number"],
        started_at=from_microseconds(row["started_at"]),
        smtp_name=row["smtp_name"],
        by_backup=bool(row["by_backup"]),
        state=known(DeliveryState, row["state"]) or DeliveryState.UNKNOWN,
        timeline=_timeline_of(row["timeline"]),
        cause=known(Cause, row["cause"]),
    )


def _timeline_of(content: str) -> Timeline:
    try:
        return timeline_from_json(content)
    except SHAPE_ERRORS:
        return Timeline(steps=())
