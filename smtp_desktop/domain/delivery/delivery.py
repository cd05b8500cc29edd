"""One mail on its way, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, Stage, Timeline
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.profile import ProfileId

DeliveryId = NewType("DeliveryId", int)
"""Grows with time: a later mail has a larger one."""
CourierId = NewType("CourierId", str)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # a courier has taken it, until its lease ends
    SENT = "sent"  # taken by the server, for one recipient at least
    REFUSED = "refused"
    UNKNOWN = "unknown"  # handed over, but the answer was lost: it may have been sent (RFC 1047)
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientState:
    """How far a mail is for one recipient, `address`: WAITING, SENT, REFUSED, UNKNOWN or CANCELLED. `reply` is what the
    server said when it refused."""

    address: str
    state: DeliveryState = DeliveryState.WAITING
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A mail in the outbox. Times are aware UTC.

    `smtp_id` is the SMTP that it is bound to, None for the default one; `smtp_name` is the one that it went, or was
    last tried, through, and `by_backup` whether that was the backup. `next_try_at` is None when nothing more is tried
    by itself; `retry_from` is when its tries began: at first, or when somebody sent it again. `may_be_twice` is set
    once it was tried again after its outcome was unknown. `activity_name` and `smtp_name` outlive what they name.
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
        """The recipients in one line."""
        return ", ".join(recipient.address for recipient in self.recipients)

    @property
    def refused_count(self) -> int:
        return sum(recipient.state is DeliveryState.REFUSED for recipient in self.recipients)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to send a mail. `number` counts from 1."""

    number: int
    started_at: datetime
    smtp_name: str
    by_backup: bool
    state: DeliveryState
    timeline: Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries are meant. `search` is looked for in subject, recipients, activity and SMTP, ignoring case;
    `states` empty means all."""

    search: str = ""
    states: frozenset[DeliveryState] = frozenset()
    activity_id: ActivityId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCounts:
    """How the outbox stands. `waiting` counts those that are being sent too; `today` all since midnight, local time."""

    total: int = 0
    today: int = 0
    waiting: int = 0
    refused: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpHold:
    """Why nothing is sent through an SMTP for now: its sign-in or its encryption failed. `probe_at` is when a courier
    looks by itself whether it works again."""

    profile_id: ProfileId
    since: datetime
    stage: Stage
    kind: FailureKind
    reply: str
    probe_at: datetime


class Disposition(StrEnum):
    """What an attempt means for a mail."""

    SENT = "sent"
    RETRY = "retry"  # the server's or the network's trouble: later, or by the backup
    HOLD = "hold"  # the SMTP's own trouble: nothing goes through it until it is mended
    REFUSED = "refused"  # the mail's or its recipient's: trying again changes nothing
    UNKNOWN = "unknown"
    STOPPED = "stopped"  # cancelled before anything could happen


_FATES = {
    FailureKind.OUTCOME_UNKNOWN: Disposition.UNKNOWN,
    FailureKind.CANCELLED: Disposition.STOPPED,
    FailureKind.CERTIFICATE: Disposition.HOLD,
    FailureKind.STARTTLS_MISSING: Disposition.HOLD,
    FailureKind.TLS_BROKEN: Disposition.HOLD,
    FailureKind.TLS_TOO_OLD: Disposition.HOLD,
    FailureKind.AUTH_MISSING: Disposition.HOLD,
    FailureKind.MECHANISM_MISSING: Disposition.HOLD,
    FailureKind.FEDERATED: Disposition.HOLD,
    FailureKind.NOT_GRAPH: Disposition.HOLD,
    FailureKind.TOO_LARGE: Disposition.REFUSED,
    FailureKind.SMTPUTF8_MISSING: Disposition.REFUSED,
    FailureKind.RECIPIENTS_DIFFER: Disposition.REFUSED,
}
# Entra ID documentation, "AADSTS error codes": trouble of the service, not of what was sent to it.
_TRANSIENT_AADSTS = frozenset({90033, 90006, 50033, 90024, 50087, 50196})
_AUTH_REQUIRED = 530  # RFC 4954 6
_GRAPH_PERMISSION = frozenset({401, 403})
_GRAPH_MAIL = frozenset({"ErrorSendAsDenied"})


def disposition_of(timeline: Timeline) -> Disposition:
    """Returns what the conversation means for the mail that it was held for."""
    failure = timeline.failure
    if failure is None:
        return Disposition.SENT
    if failure.kind is FailureKind.TLS_REFUSED:
        return Disposition.RETRY if failure.reply and failure.reply.temporary else Disposition.HOLD
    return _FATES.get(failure.kind) or _fate_by_reply(failure)


def _fate_by_reply(failure: Failure) -> Disposition:
    reply = failure.reply
    if reply is None:
        return Disposition.RETRY
    if isinstance(reply, HttpReply):
        return _fate_by_graph(failure, reply)
    if reply.temporary:
        return Disposition.HOLD if failure.stage is Stage.SIGN_IN else Disposition.RETRY
    if failure.stage in {Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT} and reply.code != _AUTH_REQUIRED:
        return Disposition.REFUSED
    # A server that refuses this computer (554 as a greeting) will refuse every mail: the backup, or later.
    return Disposition.HOLD if failure.stage is Stage.SIGN_IN or reply.code == _AUTH_REQUIRED else Disposition.RETRY


def _fate_by_graph(failure: Failure, reply: HttpReply) -> Disposition:
    if reply.temporary or not _TRANSIENT_AADSTS.isdisjoint(reply.aadsts):
        return Disposition.RETRY
    if failure.kind is FailureKind.TOKEN_REFUSED or failure.stage is Stage.MAILBOX:
        return Disposition.HOLD
    if reply.code in _GRAPH_PERMISSION and reply.error_code not in _GRAPH_MAIL:
        return Disposition.HOLD
    return Disposition.REFUSED if reply.code < 500 else Disposition.RETRY  # noqa: PLR2004 - RFC 9110 15.6: the server's fault


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a mail is tried again (RFC 5321 4.5.4.1 gives the manner: some soon, then rarely, for days)."""

    steps_min: tuple[int, ...] = (1, 5, 15, 30, 60)
    lifetime: timedelta = timedelta(days=5)

    def next_try(
        self, *, since: datetime, now: datetime, attempts: int, asked_s: float | None, jitter: float
    ) -> datetime | None:
        """Returns when to try again after `attempts` tries, or None once the mail has waited too long `since` then.
        `asked_s` is what the server asks to wait at least; `jitter`, from 0 to 1, spreads the waits by a fifth."""
        minutes = self.steps_min[min(attempts, len(self.steps_min)) - 1] if attempts else 0
        wait_s = max(minutes * 60 * (0.9 + 0.2 * jitter), asked_s or 0.0)
        when = now + timedelta(seconds=wait_s)
        return when if when - since <= self.lifetime else None


def retry_after_s(timeline: Timeline) -> float | None:
    """Returns how long the server asked to wait, in seconds."""
    reply = timeline.failure.reply if timeline.failure else None
    return reply.retry_after_s if isinstance(reply, HttpReply) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which SMTP a mail goes out through now, and why. `profile_id` is None where there is none."""

    profile_id: ProfileId | None
    by_backup: bool
    reason: MessageText


def last_reply(timeline: Timeline) -> str:
    """Returns the server's last word, or what is known instead."""
    if timeline.failure:
        return str(timeline.failure.reply or timeline.failure.message)
    accepted: Reply | HttpReply | None = timeline.accepted
    return str(accepted) if accepted else ""
