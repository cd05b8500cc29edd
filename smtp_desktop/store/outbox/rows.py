"""Rows of deliveries and attempts, and the values that they stand for."""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.store.conversation_json import timeline_from_json
from smtp_desktop.store.timestamps import from_microseconds, from_microseconds_or_none


def storable(text: str) -> str:
    """Returns `text` with a question mark for each lone surrogate, which SQLite can't store."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def delivery_of(row: sqlite3.Row) -> Delivery:
    """Returns the delivery in `row`, which has every column."""
    return Delivery(
        id=DeliveryId(row["id"]),
        created_at=from_microseconds(row["created_at"]),
        retry_from=from_microseconds(row["retry_from"]),
        state=DeliveryState(row["state"]),
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
        attempts=row["attempts"],
        next_try_at=from_microseconds_or_none(row["next_try_at"]),
        finished_at=from_microseconds_or_none(row["finished_at"]),
        last_stage=Stage(row["last_stage"]) if row["last_stage"] else None,
        last_kind=FailureKind(row["last_kind"]) if row["last_kind"] else None,
        last_cause=Cause(row["last_cause"]) if row["last_cause"] else None,
        last_reply=row["last_reply"],
        may_be_twice=bool(row["may_be_twice"]),
        unknown_tries=row["unknown_tries"],
        expire_after_s=row["expire_after_s"],
        content_dropped=bool(row["content_dropped"]),
    )


def recipients_of(addresses: str, states: str) -> tuple[RecipientState, ...]:
    """Returns the recipients that `addresses_in` and `states_in` were given."""
    specs = addresses.split("\n") if addresses else []
    if not states:
        return tuple(RecipientState(address=spec) for spec in specs)
    return tuple(
        RecipientState(address=spec, state=DeliveryState(state), reply=reply)
        for spec, (state, reply) in zip(specs, json.loads(states), strict=True)
    )


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
        state=DeliveryState(row["state"]),
        timeline=timeline_from_json(row["timeline"]),
        cause=Cause(row["cause"]) if row["cause"] else None,
    )
