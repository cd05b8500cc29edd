"""Deliveries: the mails in the outbox and their states."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

DeliveryId = NewType("DeliveryId", int)
"""A later mail has a larger one."""
CourierId = NewType("CourierId", str)


class DeliveryState(StrEnum):
    """How far a message is; also how far it is for one recipient, without SENDING."""

    WAITING = "waiting"
    SENDING = "sending"  # a courier has a lease on it
    SENT = "sent"  # accepted by the server for at least one recipient
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the answer to its content was lost; it may have been sent (RFC 1047)
    CANCELLED = "cancelled"  # taken out of the queue by somebody
    EXPIRED = "expired"  # too old to be sent


OPEN_STATES = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientState:
    """How far a message is for the recipient `address`: WAITING, SENT, REFUSED, UNKNOWN, CANCELLED or EXPIRED. `reply`
    is the server's reply where it refused."""

    address: str
    state: DeliveryState = DeliveryState.WAITING
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A mail in the outbox. Times are aware UTC.

    `smtp_id` is the SMTP that it is bound to, None for the default one; `smtp_name` is the one of the last attempt, and
    `by_backup` whether that was the backup. `next_try_at` is None when there is no further try; `retry_from` is when
    its tries began: when it was created, or when the user sent it again. `may_be_twice` is set once it may reach its
    recipients twice, because it may have been sent when it was tried again; `unknown_tries` counts the tries whose
    outcome is unknown. After `expire_after_s` it is too old to be sent; None leaves that to the settings. `last_reply`
    and `last_cause` are why it waits or was not sent, where it did not reach all, else the server's last reply.
    With `content_dropped` only this record is left of it, and it can't be sent again. `activity_name` and `smtp_name`
    stay when the activity and the SMTP are deleted.
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
    last_cause: Cause | None = None
    last_reply: str = ""
    may_be_twice: bool = False
    unknown_tries: int = 0
    expire_after_s: int | None = None
    content_dropped: bool = False

    @property
    def expire_after(self) -> timedelta | None:
        return None if self.expire_after_s is None else timedelta(seconds=self.expire_after_s)

    @property
    def to(self) -> str:
        """The recipients, separated by commas."""
        return ", ".join(recipient.address for recipient in self.recipients)

    @property
    def refused_count(self) -> int:
        """How many recipients were refused, or were not tried any more."""
        return sum(recipient.state in {DeliveryState.REFUSED, DeliveryState.EXPIRED} for recipient in self.recipients)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries are wanted: those with `search` in their subject, recipients, activity or SMTP, ignoring case.
    No `states` means all. `smtp_name` is, ignoring case, that of the last attempt, else of the SMTP that it would go
    through. They were created at `since` or later, before `until`, and finished before `finished_before`."""

    search: str = ""
    states: frozenset[DeliveryState] = frozenset()
    activity_id: ActivityId | None = None
    smtp_name: str = ""
    since: datetime | None = None
    until: datetime | None = None
    finished_before: datetime | None = None


class DeliverySort(StrEnum):
    """What deliveries can be sorted by. TIME is the order in which they were put into the outbox."""

    TIME = "time"
    ACTIVITY = "activity"
    SMTP = "smtp"  # that of the last attempt, else the one that it would go through
    SUBJECT = "subject"
    TO = "to"
    STATE = "state"  # what waits or failed comes before what was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOrder:
    """An order of deliveries, ignoring case. Those that are alike have the newest first."""

    by: DeliverySort = DeliverySort.TIME
    descending: bool = True


NEWEST_FIRST = DeliveryOrder()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCounts:
    """How many deliveries there are. `waiting` includes those that are being sent, `sending`; `today` counts all that
    were created since midnight, local time."""

    total: int = 0
    today: int = 0
    waiting: int = 0
    sending: int = 0
    refused: int = 0
    unknown: int = 0
    expired: int = 0
