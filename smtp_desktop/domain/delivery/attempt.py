"""Attempts to send a mail, and the state that each leaves it in."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.conversation import HttpReply, Reply, Timeline
from smtp_desktop.domain.diagnosis.kinds import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to send a mail through one SMTP, as the outbox keeps it. `number` counts from 1; `state` is that of
    the mail afterwards, and `cause` why it did not reach all recipients."""

    number: int
    started_at: datetime
    smtp_name: str
    by_backup: bool
    state: DeliveryState
    timeline: Timeline
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUpdate:
    """An attempt, and the state that it leaves the delivery in. That is either finished (`finished_at`) or open
    (`next_try_at`), never both; WAITING is open, SENT, REFUSED, CANCELLED and EXPIRED are finished. `reply` says why it
    waits or was not sent; "" leaves that to the timeline."""

    attempt: Attempt
    state: DeliveryState
    recipients: tuple[RecipientState, ...]
    next_try_at: datetime | None
    finished_at: datetime | None
    may_be_twice: bool
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedMails:
    """The mails that were a courier's when it finished some and started others."""

    finished: tuple[DeliveryId, ...]
    started: tuple[DeliveryId, ...]


def last_reply(timeline: Timeline) -> str:
    """Returns the server's last reply, or the failure's message where it gave none; "" without either."""
    if timeline.failure:
        return str(timeline.failure.reply or timeline.failure.message)
    accepted: Reply | HttpReply | None = timeline.accepted
    return str(accepted) if accepted else ""
