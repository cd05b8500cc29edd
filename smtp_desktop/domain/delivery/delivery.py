"""Deliveries: the mails in the outbox and their states."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

DeliveryId = NewType("DeliveryId", int)
"""A later mail has a larger one."""
CourierId = NewType("CourierId", str)


class DeliveryState(StrEnum):
    """How far a mail is; also how far it is for one recipient, without SENDING."""

    WAITING = "waiting"
    SENDING = "sending"  # a courier has a lease on it
    SENT = "sent"  # accepted by the server for at least one recipient
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the answer to its content was lost: it may have been sent (RFC 1047)
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientState:
    """How far a mail is for the recipient `address`: WAITING, SENT, REFUSED, UNKNOWN or CANCELLED. `reply` is the
    server's reply where it refused."""

    address: str
    state: DeliveryState = DeliveryState.WAITING
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A mail in the outbox. Times are aware UTC.

    `smtp_id` is the SMTP that it is bound to, None for the default one; `smtp_name` is the one of the last attempt, and
    `by_backup` whether that was the backup. `next_try_at` is None when there is no further try; `retry_from` is when
    its tries began: when it was created, or when the user sent it again. `may_be_twice` is set once it may reach its
    recipients twice, because it may have been sent when it was tried again. `activity_name` and `smtp_name` stay when
    the activity and the SMTP are deleted.
    """

    id: DeliveryId
    created_at: datetime
    state: DeliveryState
    subject: str
    recipients: tuple[RecipientState, ...]
    message_id: str
    size_bytes: int
    activity_id: ActivityId | None = None
    activity_name: str = ""
    smtp_id: ProfileId | None = None
    backup_id: ProfileId | None = None
    smtp_name: str = ""
    by_backup: bool = False
    attempts: int = 0
    next_try_at: datetime | None = None
    retry_from: datetime | None = None
    finished_at: datetime | None = None
    last_stage: Stage | None = None
    last_kind: FailureKind | None = None
    last_reply: str = ""
    may_be_twice: bool = False

    @property
    def to(self) -> str:
        """The recipients, separated by commas."""
        return ", ".join(recipient.address for recipient in self.recipients)

    @property
    def refused_count(self) -> int:
        """How many recipients were refused."""
        return sum(recipient.state is DeliveryState.REFUSED for recipient in self.recipients)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries are wanted: those with `search` in their subject, recipients, activity or SMTP, ignoring case.
    No `states` means all."""

    search: str = ""
    states: frozenset[DeliveryState] = frozenset()
    activity_id: ActivityId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCounts:
    """How many deliveries there are. `waiting` includes those that are being sent; `today` counts all that were created
    since midnight, local time."""

    total: int = 0
    today: int = 0
    waiting: int = 0
    refused: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpHold:
    """Why nothing is sent through an SMTP for now: its sign-in or its encryption failed. At `check_at` a courier checks
    by itself whether it works again."""

    profile_id: ProfileId
    since: datetime
    stage: Stage
    kind: FailureKind
    reply: str
    check_at: datetime
