"""Attempts to send a mail, and what they mean for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smtp_desktop.domain.delivery.delivery import DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply, Stage, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to send a mail through one SMTP, as the outbox keeps it. `number` counts from 1; `state` is that of
    the mail afterwards."""

    number: int
    started_at: datetime
    smtp_name: str
    by_backup: bool
    state: DeliveryState
    timeline: Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUpdate:
    """An attempt, and the state that it leaves the delivery in. That is either finished (`finished_at`) or open
    (`next_try_at`), never both; WAITING is open, SENT, REFUSED and CANCELLED are finished."""

    attempt: Attempt
    state: DeliveryState
    recipients: tuple[RecipientState, ...]
    next_try_at: datetime | None
    finished_at: datetime | None
    may_be_twice: bool


class Disposition(StrEnum):
    """The consequence of an attempt for its mail."""

    SENT = "sent"
    RETRY = "retry"  # the server or the network fails: try later, or through the backup
    HOLD = "hold"  # the SMTP's own settings fail: nothing goes through it until that is fixed
    REFUSED = "refused"  # because of the mail or its recipient: another try changes nothing
    UNKNOWN = "unknown"  # the answer to the content was lost
    STOPPED = "stopped"  # cancelled before the server accepted anything


_BY_KIND = {
    FailureKind.OUTCOME_UNKNOWN: Disposition.UNKNOWN,
    FailureKind.CANCELLED: Disposition.STOPPED,
    FailureKind.PROTOCOL: Disposition.RETRY,  # if there is a reply, it may be another command's
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
# Entra ID documentation, "AADSTS error codes": failures of the service, not of the request.
_TRANSIENT_AADSTS = frozenset({90033, 90006, 50033, 90024, 50087, 50196})
_AUTH_REQUIRED = 530  # RFC 4954 6
_GRAPH_PERMISSION = frozenset({401, 403})
_GRAPH_MAIL = frozenset({"ErrorSendAsDenied"})


def disposition_of(timeline: Timeline) -> Disposition:
    """Returns what the conversation means for its mail."""
    failure = timeline.failure
    if failure is None:
        return Disposition.SENT
    if failure.kind is FailureKind.TLS_REFUSED:
        return Disposition.RETRY if failure.reply and failure.reply.temporary else Disposition.HOLD
    return _BY_KIND.get(failure.kind) or _by_reply(failure)


def _by_reply(failure: Failure) -> Disposition:
    reply = failure.reply
    if reply is None:
        return Disposition.RETRY
    if isinstance(reply, HttpReply):
        return _by_graph_reply(failure, reply)
    if reply.positive:
        return Disposition.RETRY  # it belongs to another command
    if reply.temporary:
        return Disposition.HOLD if failure.stage is Stage.SIGN_IN else Disposition.RETRY
    if failure.stage in {Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT} and reply.code != _AUTH_REQUIRED:
        return Disposition.REFUSED
    # A server that refuses this computer (554 as its greeting) would refuse every mail.
    return Disposition.HOLD if failure.stage is Stage.SIGN_IN or reply.code == _AUTH_REQUIRED else Disposition.RETRY


def _by_graph_reply(failure: Failure, reply: HttpReply) -> Disposition:
    if reply.temporary or not _TRANSIENT_AADSTS.isdisjoint(reply.aadsts):
        return Disposition.RETRY
    if failure.kind is FailureKind.TOKEN_REFUSED or failure.stage is Stage.MAILBOX:
        return Disposition.HOLD
    if reply.code in _GRAPH_PERMISSION and reply.error_code not in _GRAPH_MAIL:
        return Disposition.HOLD
    return Disposition.REFUSED if reply.code < 500 else Disposition.RETRY  # noqa: PLR2004 - RFC 9110 15.6: the server's fault


def last_reply(timeline: Timeline) -> str:
    """Returns the server's last reply, or the failure's message where it gave none; "" without either. Where the mail
    waits for some of its recipients, it is the reply that says why."""
    if timeline.failure:
        return str(timeline.failure.reply or timeline.failure.message)
    waiting = next((refused.reply for refused in timeline.refused if refused.reply.temporary), None)
    if waiting:
        return str(waiting)
    accepted: Reply | HttpReply | None = timeline.accepted
    return str(accepted) if accepted else ""
