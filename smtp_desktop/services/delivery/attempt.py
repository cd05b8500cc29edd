"""One attempt to send one mail, under the guard of its lease."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery
from smtp_desktop.domain.delivery.retry_policy import RetryPolicy
from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.diagnosis.incomplete import incomplete_failure
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import DamagedMail, NoSuchDelivery, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.message import Mail, RawMessage, TemplateMessage
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.identity import mail_of
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.checks.adviser import Adviser, server_words_of
from smtp_desktop.services.delivery.in_flight import InFlight
from smtp_desktop.services.delivery.outcome import PENDING, Attempted, Outcome, judge
from smtp_desktop.services.delivery.ports import MailConnection, MailConnector, OutboxStore
from smtp_desktop.services.delivery.server_queue import Job, ServerQueue, WorkerConnection
from smtp_desktop.services.ports import Clock, Events, HealthStore, ProfileStore
from smtp_desktop.services.server_access import ServerAccess, known_fact, learn_server_fact

_log = logging.getLogger(__name__)
_SIGN_IN_STAGES = frozenset({Stage.SIGN_IN, Stage.TOKEN})
_STAGES_AFTER_SIGN_IN = frozenset({Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT, Stage.MAILBOX, Stage.SEND})
_CONTENT_STAGES = frozenset({Stage.CONTENT, Stage.SEND})


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierContext:
    """The ports and settings that every part of a courier works with. `jitter` returns numbers from 0 to 1; no two
    couriers have the same `courier_id`."""

    store: OutboxStore
    profiles: ProfileStore
    health: HealthStore
    access: ServerAccess
    connector: MailConnector
    adviser: Adviser
    clock: Clock
    events: Events
    policy: RetryPolicy
    jitter: Callable[[], float]
    courier_id: CourierId

    def counted_at(self, profile: SmtpProfile) -> datetime | None:
        """Returns the time, for a mail that is about to go out through an SMTP with limits; else None."""
        limits = profile.limits
        return self.clock.now() if limits.per_minute or limits.per_hour or limits.per_day else None


class LeaseStatus(StrEnum):
    """How far a mail is on its way out. Decides what the worker may write down about it."""

    HELD = "held"  # leased, and no content went out: it can be released
    DATA_STARTED = "data started"  # noted in the outbox; content may have gone out, so the result must be written
    LOST = "lost"  # by now it is another courier's; no content went out
    UNCERTAIN = "uncertain"  # the outbox failed, see `LeaseGuard.error`; no content went out


class LeaseGuard:
    """Watches the steps of one attempt: lets one worker of a queue sign in at a time, and stops the attempt before its
    content goes out unless the outbox confirms the lease. For the worker's thread alone.

    `DeliveryWorker` reads `status` and `error` once the attempt is over.
    """

    def __init__(
        self, context: CourierContext, in_flight: InFlight, job: Job, queue: ServerQueue, cancel: Cancel
    ) -> None:
        self.cancel = cancel
        self.status = LeaseStatus.HELD
        self.error: StoreError | None = None
        self._context = context
        self._in_flight = in_flight
        self._job = job
        self._queue = queue
        self._signing_in = False

    def begin_sign_in(self) -> bool:
        """Waits until no other worker of the queue signs in. Returns False where the queue was closed."""
        self._signing_in = self._signing_in or self._queue.begin_sign_in()
        return self._signing_in

    def end_sign_in(self) -> None:
        """Lets the next worker sign in. A second call does nothing."""
        if self._signing_in:
            self._signing_in = False
            self._queue.end_sign_in()

    def on_step(self, step: Step) -> None:
        """Gets each step of the conversation when it starts and when it ends."""
        if step.status is not StepStatus.RUNNING:
            return
        # An open connection may have dropped, and has to connect and to sign in again.
        if step.stage in _SIGN_IN_STAGES and not self.begin_sign_in():
            self.cancel.request()
        if step.stage in _STAGES_AFTER_SIGN_IN:
            self.end_sign_in()
        if step.stage in _CONTENT_STAGES and self.status is LeaseStatus.HELD:
            self._mark_data_started()

    def _mark_data_started(self) -> None:
        profile = self._job.profile
        try:
            owned = self._in_flight.start(
                [self._job.delivery.id], through=profile.id, counted_at=self._context.counted_at(profile)
            )
            self.status = LeaseStatus.DATA_STARTED if owned else LeaseStatus.LOST
        except StoreError as error:
            self.status, self.error = LeaseStatus.UNCERTAIN, error
        if self.status is not LeaseStatus.DATA_STARTED:
            self.cancel.request()


def attempt_delivery(context: CourierContext, job: Job, connection: WorkerConnection, guard: LeaseGuard) -> Outcome:
    """Sends the mail of `job` once and returns how that went. Raises VaultLocked, StoreError."""
    started_at = context.clock.now()
    failure = incomplete_failure(job.profile)
    if failure:
        return outcome_of(context, job, started_at, Timeline(steps=(), failure=failure))
    try:
        (mail,) = mails_of(context, [job])
        server = connection.to(job.profile, lambda: _connect(context, job.profile))
        timeline = server.send(mail, cancel=guard.cancel, on_step=guard.on_step)
    except VaultLocked:
        raise
    except (DamagedMail, NoSuchDelivery) as error:
        return not_started(job, started_at, Stage.CONTENT, error.message, Cause.MAIL_REFUSED)
    except VaultError as error:
        return not_started(job, started_at, Stage.SIGN_IN, error.message, Cause.THIS_COMPUTER)
    except BadAddress:
        message = msg("The SMTP {name} has no valid From address. Enter one and save.", name=job.profile.name)
        return not_started(job, started_at, Stage.SENDER, message, Cause.SETTING)
    except ValueError as error:
        # The message holds something that no server may get, as a control character in a header or an address.
        connection.close()
        message = msg("The message can't be encoded: {reason}. Correct it and send it again.", reason=str(error))
        return not_started(job, started_at, Stage.CONTENT, message, Cause.MAIL_REFUSED)
    if timeline.security:
        known = known_fact(context.health, job.profile.server)
        learn_server_fact(timeline, job.profile.server, known=known, health=context.health, events=context.events)
    return outcome_of(context, job, started_at, timeline)


def outcome_of(context: CourierContext, job: Job, started_at: datetime, timeline: Timeline) -> Outcome:
    """Returns the outcome of an attempt that went as `timeline` says."""

    def diagnose(failure: Failure) -> Diagnosis:
        try:
            return context.adviser.diagnose(failure, job.profile, server_words=server_words_of(timeline))
        except Exception:  # noqa: BLE001 - logged; what became of the mail must be written down, whatever is wrong with a rule
            _log.exception("No rule could be applied to what became of mail %s", job.delivery.id)
            return Diagnosis(cause=cause_by_standard(failure))

    return judge(_attempted(job, started_at, timeline), diagnose)


def not_started(job: Job, started_at: datetime, stage: Stage, message: MessageText, cause: Cause) -> Outcome:
    """Returns the outcome of an attempt that failed on this computer, before it reached the server."""
    failure = Failure(stage=stage, kind=FailureKind.NOT_STARTED, message=message)
    attempted = _attempted(job, started_at, Timeline(steps=(), failure=failure))
    return judge(attempted, lambda _: Diagnosis(cause=cause))


def _attempted(job: Job, started_at: datetime, timeline: Timeline) -> Attempted:
    return Attempted(
        delivery=job.delivery,
        profile=job.profile,
        by_backup=job.by_backup,
        has_backup=job.backup is not None,
        started_at=started_at,
        timeline=timeline,
    )


def mails_of(context: CourierContext, jobs: Sequence[Job]) -> Sequence[Mail]:
    """Returns the mails of `jobs`, each to the recipients that are still to get it. Raises BadAddress where the SMTP of
    one has no usable sender, DamagedMail, NoSuchDelivery, StoreError."""
    messages = context.store.messages([job.delivery.id for job in jobs])
    return [
        mail_of(message, job.profile, _pending_recipients(message, job.delivery))
        for message, job in zip(messages, jobs, strict=True)
    ]


def _pending_recipients(message: TemplateMessage | RawMessage, delivery: Delivery) -> tuple[Address, ...]:
    """Returns the recipients that are still to get the mail. Raises DamagedMail where the mail knows nothing of one."""
    pending = {recipient.address for recipient in delivery.recipients if recipient.state in PENDING}
    recipients = tuple(address for address in message.recipients if address.spec in pending)
    # An older version kept addresses that differ only in case as two recipients.
    if not recipients or {each.lower() for each in pending} > {address.spec.lower() for address in recipients}:
        raise DamagedMail(msg("The outbox record of this message is damaged: its recipients are unknown."))
    return recipients


def _connect(context: CourierContext, profile: SmtpProfile) -> MailConnection:
    fact = known_fact(context.health, profile.server)
    credentials = context.access.credentials_of(profile, context.profiles.get)
    return context.connector.open(
        profile.server,
        secrets=credentials.secrets,
        token=credentials.token,
        known_mode=fact.security.mode if fact else None,
    )
