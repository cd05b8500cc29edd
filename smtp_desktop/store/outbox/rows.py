"""Deliveries, attempts and holds as rows, and back."""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from smtp_desktop.domain.delivery.delivery import (
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryState,
    RecipientState,
    SmtpHold,
)
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.store.conversation_json import timeline_from_json
from smtp_desktop.store.timestamps import moment_of, moment_or_none


def storable(words: str) -> str:
    """Returns `words` with a question mark for each lone surrogate, which no database takes."""
    return words if words.isascii() else words.encode(errors="replace").decode()


def delivery_of(row: sqlite3.Row) -> Delivery:
    """Returns the delivery in `row`, which holds every column."""
    return Delivery(
        id=DeliveryId(row["id"]),
        created_at=moment_of(row["created_at"]),
        retry_from=moment_of(row["retry_from"]),
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
        next_try_at=moment_or_none(row["next_try_at"]),
        finished_at=moment_or_none(row["finished_at"]),
        last_stage=Stage(row["last_stage"]) if row["last_stage"] else None,
        last_kind=FailureKind(row["last_kind"]) if row["last_kind"] else None,
        last_reply=row["last_reply"],
        may_be_twice=bool(row["may_be_twice"]),
    )


def recipients_of(addresses: str, states: str) -> tuple[RecipientState, ...]:
    """Returns the recipients that `addresses_in` and `states_in` wrote."""
    lines = addresses.split("\n") if addresses else []
    if not states:
        return tuple(RecipientState(address=line) for line in lines)
    return tuple(
        RecipientState(address=line, state=DeliveryState(state), reply=reply)
        for line, (state, reply) in zip(lines, json.loads(states), strict=True)
    )


def addresses_in(recipients: Sequence[RecipientState]) -> str:
    return "\n".join(recipient.address for recipient in recipients)


def states_in(recipients: Sequence[RecipientState]) -> str:
    """Returns how far it is for each recipient, as `recipients_of` reads it."""
    if all(recipient.state is DeliveryState.WAITING and not recipient.reply for recipient in recipients):
        return ""
    return f"[{','.join(_state_in(recipient.state, recipient.reply) for recipient in recipients)}]"


@lru_cache(maxsize=256)  # most are one of a few
def _state_in(state: DeliveryState, reply: str) -> str:
    return json.dumps([state, reply], separators=(",", ":"))


def attempt_of(row: sqlite3.Row) -> Attempt:
    return Attempt(
        number=row["number"],
        started_at=moment_of(row["started_at"]),
        smtp_name=row["smtp_name"],
        by_backup=bool(row["by_backup"]),
        state=DeliveryState(row["state"]),
        timeline=timeline_from_json(row["timeline"]),
    )


def hold_of(row: sqlite3.Row) -> SmtpHold:
    return SmtpHold(
        profile_id=row["profile_id"],
        since=moment_of(row["since"]),
        stage=Stage(row["stage"]),
        kind=FailureKind(row["kind"]),
        reply=row["reply"],
        probe_at=moment_of(row["probe_at"]),
    )
