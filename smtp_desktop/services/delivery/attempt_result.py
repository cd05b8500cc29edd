"""Results of attempts, and what they mean for the mail and for each of its recipients."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate, Disposition, last_reply
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.conversation import Reply, Timeline
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile

PENDING = frozenset({DeliveryState.WAITING, DeliveryState.UNKNOWN})
"""The states of recipients who are still to get the mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptResult:
    """One attempt: through which SMTP, when, how the conversation went, and what that means for the mail."""

    profile: SmtpProfile
    by_backup: bool
    started_at: datetime
    timeline: Timeline
    disposition: Disposition


def attempt_of(delivery: Delivery, result: AttemptResult, state: DeliveryState) -> Attempt:
    """Returns the attempt as the outbox keeps it, once it has left the mail in `state`."""
    return Attempt(
        number=delivery.attempts + 1,
        started_at=result.started_at,
        smtp_name=result.profile.name,
        by_backup=result.by_backup,
        state=state,
        timeline=result.timeline,
    )


def update_of(
    delivery: Delivery, result: AttemptResult, *, now: datetime, next_try: Callable[[], datetime | None]
) -> DeliveryUpdate:
    """Returns what `result` makes of `delivery`. `next_try` is called where another try makes sense, and returns when;
    None means that the mail is too old for it."""
    match result.disposition:
        case Disposition.SENT:
            recipients = tuple(_after_acceptance(recipient, result.timeline) for recipient in delivery.recipients)
            return _waiting_or_done(delivery, result, recipients, now, next_try)
        case Disposition.REFUSED:
            recipients = _all_pending(delivery, DeliveryState.REFUSED, last_reply(result.timeline))
            return _waiting_or_done(delivery, result, recipients, now, next_try)
        case Disposition.UNKNOWN:
            return _unknown(delivery, result, now, next_try)
        case Disposition.RETRY | Disposition.HOLD | Disposition.STOPPED:
            recipients = _all_pending(delivery, DeliveryState.WAITING, last_reply(result.timeline))
            if result.disposition is Disposition.RETRY:
                # Where all were refused, each has an answer of its own.
                recipients = tuple(_after_refusal(recipient, result.timeline) for recipient in recipients)
            return _waiting_or_done(delivery, result, recipients, now, next_try)


def _after_refusal(recipient: RecipientState, timeline: Timeline) -> RecipientState:
    refusal = _refusal_of(recipient, timeline) if recipient.state in PENDING else None
    return replace(recipient, state=_state_after(refusal), reply=str(refusal)) if refusal else recipient


def _after_acceptance(recipient: RecipientState, timeline: Timeline) -> RecipientState:
    if recipient.state not in PENDING:
        return recipient
    if recipient.address in timeline.in_doubt:
        return replace(recipient, state=DeliveryState.UNKNOWN)
    refusal = _refusal_of(recipient, timeline)
    if refusal is None:
        return RecipientState(address=recipient.address, state=DeliveryState.SENT)
    return replace(recipient, state=_state_after(refusal), reply=str(refusal))


def _refusal_of(recipient: RecipientState, timeline: Timeline) -> Reply | None:
    return next((refused.reply for refused in timeline.refused if refused.recipient == recipient.address), None)


def _state_after(refusal: Reply) -> DeliveryState:
    return DeliveryState.WAITING if refusal.temporary else DeliveryState.REFUSED


def _all_pending(delivery: Delivery, state: DeliveryState, reply: str) -> tuple[RecipientState, ...]:
    return tuple(
        replace(recipient, state=state, reply=reply) if recipient.state in PENDING else recipient
        for recipient in delivery.recipients
    )


def _waiting_or_done(
    delivery: Delivery,
    result: AttemptResult,
    recipients: tuple[RecipientState, ...],
    now: datetime,
    next_try: Callable[[], datetime | None],
) -> DeliveryUpdate:
    next_try_at = None
    if any(recipient.state in PENDING for recipient in recipients):
        next_try_at = next_try()
        if next_try_at is None:
            recipients = tuple(_given_up(recipient) for recipient in recipients)
    if next_try_at:
        state = DeliveryState.WAITING
    elif any(recipient.state is DeliveryState.SENT for recipient in recipients):
        state = DeliveryState.SENT
    else:
        state = DeliveryState.REFUSED
    return DeliveryUpdate(
        attempt=attempt_of(delivery, result, state),
        state=state,
        recipients=recipients,
        next_try_at=next_try_at,
        finished_at=None if next_try_at else now,
        may_be_twice=delivery.may_be_twice or bool(result.timeline.in_doubt),
    )


def _given_up(recipient: RecipientState) -> RecipientState:
    if recipient.state is not DeliveryState.WAITING:
        return recipient
    return replace(
        recipient, state=DeliveryState.REFUSED, reply=f"Too old to be tried again. The last answer: {recipient.reply}"
    )


def _unknown(
    delivery: Delivery, result: AttemptResult, now: datetime, next_try: Callable[[], datetime | None]
) -> DeliveryUpdate:
    # RFC 5321 4.5.3.2.6 and RFC 1047: between servers, two copies are better than none. With a mailbox the user can
    # look into "Sent items".
    may_retry = isinstance(result.profile.server, GenericServer)
    next_try_at = next_try() if may_retry else None
    return DeliveryUpdate(
        attempt=attempt_of(delivery, result, DeliveryState.UNKNOWN),
        state=DeliveryState.UNKNOWN,
        recipients=_all_pending(delivery, DeliveryState.UNKNOWN, last_reply(result.timeline)),
        next_try_at=next_try_at,
        finished_at=None if next_try_at else now,
        may_be_twice=delivery.may_be_twice or next_try_at is not None,
    )
