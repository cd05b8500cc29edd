"""Outcomes of attempts: what the diagnosis of a conversation means for the mail, each of its recipients, and the
SMTP."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate, last_reply
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.expiry import state_when_too_old, too_old
from smtp_desktop.domain.delivery.refusals import refusal_pattern
from smtp_desktop.domain.delivery.retry_policy import RetryPolicy
from smtp_desktop.domain.diagnosis.consequences import MailConsequence, SmtpConsequence
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage, Timeline
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile

PENDING = frozenset({DeliveryState.WAITING, DeliveryState.UNKNOWN})
"""The states of recipients who are still to get the mail."""

Diagnose = Callable[[Failure], Diagnosis]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a recipient did not get the mail."""

    failure: Failure
    diagnosis: Diagnosis
    reply: str

    @property
    def stops_smtp(self) -> bool:
        return self.diagnosis.consequence.smtp is not SmtpConsequence.GOES_ON


_ANSWER_LOST = msg("The answer to the content was lost, although other recipients got the message.")
_IN_DOUBT = Verdict(
    failure=Failure(stage=Stage.CONTENT, kind=FailureKind.OUTCOME_UNKNOWN, message=_ANSWER_LOST),
    diagnosis=Diagnosis(cause=Cause.OUTCOME_UNKNOWN),
    reply=str(_ANSWER_LOST),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One attempt: through which SMTP, when, how the conversation went, how far the mail is for each recipient, and why
    it did not get to the pending ones. `verdicts` is in the order of those; `why`, the weightiest of them, is None
    where all got it."""

    profile: SmtpProfile
    by_backup: bool
    started_at: datetime
    timeline: Timeline
    recipients: tuple[RecipientState, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def why(self) -> Verdict | None:
        return min(self.verdicts, key=_weight, default=None)

    @property
    def trouble(self) -> Verdict | None:
        """What holds or pauses the SMTP, if anything does."""
        return min((one for one in self.verdicts if one.stops_smtp), key=_weight, default=None)

    @property
    def stopped(self) -> bool:
        """Whether the attempt was cancelled before the server accepted anything."""
        return self.why is not None and self.why.diagnosis.cause is Cause.CANCELLED

    @property
    def waits_with_smtp(self) -> bool:
        """Whether the mail waits only for the SMTP to work again."""
        waiting = [one for one in self.verdicts if one.diagnosis.consequence.mail is MailConsequence.WAITS]
        return bool(waiting) and all(one.stops_smtp for one in waiting)

    @property
    def for_backup(self) -> bool:
        """Whether the backup takes over, for the recipients that wait."""
        waits = any(recipient.state is DeliveryState.WAITING for recipient in self.recipients)
        return waits and any(one.diagnosis.consequence.backup for one in self.verdicts)

    @property
    def refusal(self) -> str:
        """What this refusal has in common with others like it; "" where nothing was refused."""
        why = self.why
        if why is None or why.diagnosis.consequence.mail is not MailConsequence.REFUSED:
            return ""
        return refusal_pattern(why.diagnosis.cause, why.failure.reply)


def _weight(verdict: Verdict) -> int:
    """Returns 0 for the verdict that matters most."""
    consequence = verdict.diagnosis.consequence
    by_smtp = {SmtpConsequence.HELD: 0, SmtpConsequence.PAUSED: 1}
    by_mail = {MailConsequence.WAITS: 2, MailConsequence.UNKNOWN: 3, MailConsequence.REFUSED: 4}
    return by_smtp.get(consequence.smtp, by_mail[consequence.mail])


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """An attempt before it is judged. `has_backup` is whether another SMTP may take over."""

    delivery: Delivery
    profile: SmtpProfile
    by_backup: bool
    has_backup: bool
    started_at: datetime
    timeline: Timeline


def judge(attempted: Attempted, diagnose: Diagnose) -> Outcome:
    """Returns the outcome of an attempt. Each recipient whom the server refused is judged by the reply to it."""

    known: dict[Reply, Verdict] = {}

    def of_reply(reply: Reply) -> Verdict:
        if reply in known:
            return known[reply]
        failure = Failure(
            stage=Stage.RECIPIENT,
            kind=FailureKind.REPLY,
            message=msg("The server refused the recipient: {reply}", reply=str(reply)),
            reply=reply,
        )
        known[reply] = Verdict(failure=failure, diagnosis=diagnose(failure), reply=str(reply))
        return known[reply]

    timeline = attempted.timeline
    refused = {one.recipient: one.reply for one in timeline.refused}
    of_all = (
        Verdict(failure=timeline.failure, diagnosis=diagnose(timeline.failure), reply=last_reply(timeline))
        if timeline.failure
        else None
    )
    recipients: list[RecipientState] = []
    verdicts: list[Verdict] = []
    for recipient in attempted.delivery.recipients:
        if recipient.state not in PENDING:
            recipients.append(recipient)
            continue
        verdict = of_all
        if recipient.address in timeline.in_doubt:
            verdict = _IN_DOUBT
        elif recipient.address in refused:
            verdict = of_reply(refused[recipient.address])
        recipients.append(_recipient_after(recipient, verdict, has_backup=attempted.has_backup))
        verdicts += [verdict] if verdict else []
    return Outcome(
        profile=attempted.profile,
        by_backup=attempted.by_backup,
        started_at=attempted.started_at,
        timeline=timeline,
        recipients=tuple(recipients),
        verdicts=tuple(verdicts),
    )


def _recipient_after(recipient: RecipientState, verdict: Verdict | None, *, has_backup: bool) -> RecipientState:
    if verdict is None:
        return RecipientState(address=recipient.address, state=DeliveryState.SENT)
    consequence = verdict.diagnosis.consequence
    match consequence.mail:
        case MailConsequence.WAITS:
            state = DeliveryState.WAITING
        case MailConsequence.UNKNOWN:
            state = DeliveryState.UNKNOWN
        case MailConsequence.REFUSED:
            state = DeliveryState.WAITING if consequence.backup and has_backup else DeliveryState.REFUSED
    return replace(recipient, state=state, reply=verdict.reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What decides about further tries: the policy, the present time, a number from 0 to 1, and how often the mail was
    tried, this time included. `waits_with_smtp` is whether all SMTPs that were tried are held or paused now."""

    policy: RetryPolicy
    now: datetime
    jitter: float
    tries: int
    waits_with_smtp: bool


def update_of(delivery: Delivery, outcome: Outcome, schedule: Schedule) -> DeliveryUpdate:
    """Returns what `outcome` makes of `delivery`."""
    recipients = outcome.recipients
    states = {recipient.state for recipient in recipients}
    next_try_at: datetime | None = None
    if DeliveryState.UNKNOWN in states:
        state = DeliveryState.UNKNOWN
        next_try_at = _next_unknown_try(delivery, outcome, schedule)
    elif DeliveryState.WAITING in states:
        state = DeliveryState.WAITING
        next_try_at = _next_try(delivery, outcome, schedule)
    else:
        state = DeliveryState.SENT if DeliveryState.SENT in states else DeliveryState.REFUSED
    if next_try_at is None and DeliveryState.WAITING in states:
        state = state_when_too_old(state, recipients)
        recipients = tuple(too_old(recipient) for recipient in recipients)
    may_be_twice = state is DeliveryState.UNKNOWN and next_try_at is not None
    return DeliveryUpdate(
        attempt=_attempt_of(delivery, outcome, state),
        state=state,
        recipients=recipients,
        next_try_at=next_try_at,
        finished_at=None if next_try_at else schedule.now,
        may_be_twice=delivery.may_be_twice or may_be_twice,
        reply=_reply_of(outcome),
    )


def update_for_backup(delivery: Delivery, outcome: Outcome) -> DeliveryUpdate:
    """Returns how far `outcome` has brought `delivery`, whose backup takes over at once."""
    return DeliveryUpdate(
        attempt=_attempt_of(delivery, outcome, DeliveryState.WAITING),
        state=DeliveryState.WAITING,
        recipients=outcome.recipients,
        next_try_at=delivery.next_try_at,
        finished_at=None,
        may_be_twice=delivery.may_be_twice,
        reply=_reply_of(outcome),
    )


def delivery_after(delivery: Delivery, update: DeliveryUpdate) -> Delivery:
    """Returns `delivery` as `update` leaves it."""
    attempt = update.attempt
    failure = attempt.timeline.failure
    return replace(
        delivery,
        state=update.state,
        recipients=update.recipients,
        smtp_name=attempt.smtp_name,
        by_backup=attempt.by_backup,
        attempts=attempt.number,
        next_try_at=update.next_try_at,
        finished_at=update.finished_at,
        last_stage=failure.stage if failure else None,
        last_kind=failure.kind if failure else None,
        last_cause=attempt.cause,
        last_reply=update.reply,
        may_be_twice=update.may_be_twice,
        unknown_tries=delivery.unknown_tries + (update.state is DeliveryState.UNKNOWN),
    )


def tries_of(delivery: Delivery, *, by_backup: bool, earlier: Sequence[Attempt]) -> int:
    """Returns how often the mail was tried, this time included. An attempt through an SMTP and the one through its
    backup that follows are one try. `earlier` is only looked at where there is a backup."""
    if delivery.backup_id is None:
        return delivery.attempts + 1
    through_backup = [attempt.by_backup for attempt in earlier]
    return max(through_backup.count(True) + by_backup, through_backup.count(False) + (not by_backup))


def _next_try(delivery: Delivery, outcome: Outcome, schedule: Schedule) -> datetime | None:
    if outcome.stopped or (outcome.waits_with_smtp and schedule.waits_with_smtp):
        return schedule.now
    why = outcome.why
    return schedule.policy.next_try(
        since=delivery.retry_from or delivery.created_at,
        now=schedule.now,
        tries=schedule.tries,
        asked_s=why.diagnosis.retry_after_s if why else None,
        jitter=schedule.jitter,
        lifetime=delivery.expire_after,
    )


def _next_unknown_try(delivery: Delivery, outcome: Outcome, schedule: Schedule) -> datetime | None:
    # RFC 5321 4.5.3.2.6 and RFC 1047: between servers, two copies are better than none. With a mailbox the user can
    # look into "Sent items".
    if not isinstance(outcome.profile.server, GenericServer):
        return None
    tries = schedule.policy.next_unknown_tries(now=schedule.now, jitter=schedule.jitter)
    return tries[delivery.unknown_tries] if delivery.unknown_tries < len(tries) else None


def _attempt_of(delivery: Delivery, outcome: Outcome, state: DeliveryState) -> Attempt:
    why = outcome.why
    return Attempt(
        number=delivery.attempts + 1,
        started_at=outcome.started_at,
        smtp_name=outcome.profile.name,
        by_backup=outcome.by_backup,
        state=state,
        timeline=outcome.timeline,
        cause=why.diagnosis.cause if why else None,
    )


def _reply_of(outcome: Outcome) -> str:
    # Not the reply that accepted it for others.
    return outcome.why.reply if outcome.why else last_reply(outcome.timeline)
