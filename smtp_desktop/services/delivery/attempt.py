"""One mail's way through a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, Disposition, RetryPolicy, disposition_of
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.errors import StoreError, VaultError, VaultLocked
from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.message import Mail, RawMessage, TemplateMessage
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.identity import mail_of
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.delivery.attempt_result import PENDING, AttemptResult
from smtp_desktop.services.delivery.ports import MailConnection, MailConnector, OutboxStore
from smtp_desktop.services.delivery.server_queue import Job, ServerQueue, WorkerConnection
from smtp_desktop.services.ports import Clock, Events, HealthStore, ProfileStore, Vault
from smtp_desktop.services.server_access import known_fact, learn_from, secrets_of

_SIGNING_IN = frozenset({Stage.SIGN_IN, Stage.TOKEN})
_SIGNED_IN = frozenset({Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT, Stage.MAILBOX, Stage.SEND})
_CONTENT = frozenset({Stage.CONTENT, Stage.SEND})


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierContext:
    """What a courier works with."""

    store: OutboxStore
    profiles: ProfileStore
    health: HealthStore
    vault: Vault
    connector: MailConnector
    clock: Clock
    events: Events
    policy: RetryPolicy
    jitter: Callable[[], float]
    courier_id: CourierId


class LeaseGuard:
    """Sees to it that one worker of a lane signs in at a time, and that nothing goes out which is not this courier's
    any more. `lost` is set where it was not, `error` where the outbox could not tell: then no content went out."""

    def __init__(self, context: CourierContext, job: Job, queue: ServerQueue, cancel: Cancel) -> None:
        self.cancel = cancel
        self.data_started = False
        self.lost = False
        self.error: StoreError | None = None
        self._context = context
        self._job = job
        self._queue = queue
        self._inside = False

    def enter(self) -> bool:
        """It is this one's turn to sign in. Returns False where the lane was closed."""
        self._inside = self._inside or self._queue.enter()
        return self._inside

    def leave(self) -> None:
        """Others may sign in. A second call does nothing."""
        if self._inside:
            self._inside = False
            self._queue.leave()

    def on_step(self, step: Step) -> None:
        """Hears how far the mail is."""
        if step.outcome is not StepStatus.RUNNING:
            return
        # A line that was open may have to connect, and to sign in, anew.
        if step.stage in _SIGNING_IN and not self.enter():
            self.cancel.request()
        if step.stage in _SIGNED_IN:
            self.leave()
        if step.stage in _CONTENT and not self.data_started:
            self._mark_data_started()

    def _mark_data_started(self) -> None:
        try:
            mine = self._context.store.mark_data_started(
                [self._job.delivery.id], self._context.courier_id, through=self._job.profile.id
            )
            self.data_started = bool(mine)
        except StoreError as error:
            self.error = error
        self.lost = not self.data_started
        if self.lost:
            self.cancel.request()


def try_job(context: CourierContext, job: Job, connection: WorkerConnection, guard: LeaseGuard) -> AttemptResult:
    """Returns how it went to send the mail of `job` once. Raises VaultLocked, StoreError."""
    started_at = context.clock.now()
    try:
        (mail,) = mails_of(context, [job])
        line = connection.line(job.profile.server, lambda: _open(context, job.profile))
        timeline = line.send(mail, cancel=guard.cancel, on_step=guard.on_step)
    except VaultLocked:
        raise
    except VaultError as error:
        return not_started(job, started_at, Stage.SIGN_IN, error.message, Disposition.RETRY)
    except BadAddress:
        message = msg("The SMTP {name} has no usable From Address. Enter one and save.", name=job.profile.name)
        return not_started(job, started_at, Stage.SENDER, message, Disposition.REFUSED)
    except ValueError as error:
        # What no server may get, as a control character in a header or an address.
        connection.close()
        message = msg("The mail can't be written as it is: {reason}. Correct it and send it anew.", reason=str(error))
        return not_started(job, started_at, Stage.CONTENT, message, Disposition.REFUSED)
    if timeline.security:
        known = known_fact(context.health, job.profile.server)
        learn_from(timeline, job.profile.server, known=known, health=context.health, events=context.events)
    return tried_of(job, started_at, timeline, disposition_of(timeline))


def tried_of(job: Job, started_at: datetime, timeline: Timeline, disposition: Disposition) -> AttemptResult:
    """Returns the attempt that `timeline` tells of."""
    return AttemptResult(
        profile=job.profile, by_backup=job.by_backup, started_at=started_at, timeline=timeline, disposition=disposition
    )


def not_started(
    job: Job, started_at: datetime, stage: Stage, message: MessageText, disposition: Disposition
) -> AttemptResult:
    """Returns an attempt that failed on this computer, before the server was spoken to."""
    failure = Failure(stage=stage, kind=FailureKind.NOT_STARTED, message=message)
    return tried_of(job, started_at, Timeline(steps=(), failure=failure), disposition)


def mails_of(context: CourierContext, jobs: Sequence[Job]) -> Sequence[Mail]:
    """Returns the mails as they are for those who are still to get them. Raises BadAddress where the SMTP of one has
    no usable sender, StoreError."""
    messages = context.store.messages([job.delivery.id for job in jobs])
    return [
        mail_of(message, job.profile, _pending(message, job.delivery))
        for message, job in zip(messages, jobs, strict=True)
    ]


def _pending(message: TemplateMessage | RawMessage, delivery: Delivery) -> tuple[Address, ...]:
    wanted = {recipient.address for recipient in delivery.recipients if recipient.state in PENDING}
    return tuple(address for address in message.recipients if address.spec in wanted)


def _open(context: CourierContext, profile: SmtpProfile) -> MailConnection:
    fact = known_fact(context.health, profile.server)
    return context.connector.open(
        profile.server, secrets=secrets_of(profile, context.vault), known_mode=fact.security.mode if fact else None
    )
