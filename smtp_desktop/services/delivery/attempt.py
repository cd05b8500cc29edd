"""One mail's way through a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, Fate, RetryPolicy, fate_of
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Outcome, Stage, Step, Timeline
from smtp_desktop.domain.errors import StoreError, VaultError, VaultLocked
from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.message import FinishedLetter, Letter, Mail
from smtp_desktop.domain.message_text import Text, text
from smtp_desktop.domain.smtp.identity import mail_of
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.delivery.attempt_result import PENDING, Tried
from smtp_desktop.services.delivery.ports import Line, Lines, OutboxStore
from smtp_desktop.services.delivery.server_queue import Job, Lane, Seat
from smtp_desktop.services.ports import Clock, Events, HealthStore, ProfileStore, Vault
from smtp_desktop.services.server_access import known_fact, learn_from, secrets_of

_SIGNING_IN = frozenset({Stage.SIGN_IN, Stage.TOKEN})
_SIGNED_IN = frozenset({Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT, Stage.MAILBOX, Stage.SEND})
_CONTENT = frozenset({Stage.CONTENT, Stage.SEND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a courier works with."""

    store: OutboxStore
    profiles: ProfileStore
    health: HealthStore
    vault: Vault
    lines: Lines
    clock: Clock
    events: Events
    policy: RetryPolicy
    jitter: Callable[[], float]
    courier_id: CourierId


class Passage:
    """Sees to it that one worker of a lane signs in at a time, and that nothing goes out which is not this courier's
    any more. `lost` is set where it was not, `error` where the outbox could not tell: then no content went out."""

    def __init__(self, tools: Tools, job: Job, lane: Lane, cancel: Cancel) -> None:
        self.cancel = cancel
        self.handed_over = False
        self.lost = False
        self.error: StoreError | None = None
        self._tools = tools
        self._job = job
        self._lane = lane
        self._inside = False

    def enter(self) -> bool:
        """It is this one's turn to sign in. Returns False where the lane was closed."""
        self._inside = self._inside or self._lane.enter()
        return self._inside

    def leave(self) -> None:
        """Others may sign in. A second call does nothing."""
        if self._inside:
            self._inside = False
            self._lane.leave()

    def on_step(self, step: Step) -> None:
        """Hears how far the mail is."""
        if step.outcome is not Outcome.RUNNING:
            return
        # A line that was open may have to connect, and to sign in, anew.
        if step.stage in _SIGNING_IN and not self.enter():
            self.cancel.request()
        if step.stage in _SIGNED_IN:
            self.leave()
        if step.stage in _CONTENT and not self.handed_over:
            self._hand_over()

    def _hand_over(self) -> None:
        try:
            mine = self._tools.store.hand_over(
                [self._job.delivery.id], self._tools.courier_id, through=self._job.profile.id
            )
            self.handed_over = bool(mine)
        except StoreError as error:
            self.error = error
        self.lost = not self.handed_over
        if self.lost:
            self.cancel.request()


def try_job(tools: Tools, job: Job, seat: Seat, passage: Passage) -> Tried:
    """Returns how it went to send the mail of `job` once. Raises VaultLocked, StoreError."""
    started_at = tools.clock.now()
    try:
        (mail,) = mails_of(tools, [job])
        line = seat.line(job.profile.server, lambda: _open(tools, job.profile))
        timeline = line.send(mail, cancel=passage.cancel, on_step=passage.on_step)
    except VaultLocked:
        raise
    except VaultError as error:
        return not_started(job, started_at, Stage.SIGN_IN, error.message, Fate.RETRY)
    except BadAddress:
        message = text("The SMTP {name} has no usable From Address. Enter one and save.", name=job.profile.name)
        return not_started(job, started_at, Stage.SENDER, message, Fate.REFUSED)
    except ValueError as error:
        # What no server may get, as a control character in a header or an address.
        seat.close()
        message = text("The mail can't be written as it is: {reason}. Correct it and send it anew.", reason=str(error))
        return not_started(job, started_at, Stage.CONTENT, message, Fate.REFUSED)
    if timeline.security:
        known = known_fact(tools.health, job.profile.server)
        learn_from(timeline, job.profile.server, known=known, health=tools.health, events=tools.events)
    return tried_of(job, started_at, timeline, fate_of(timeline))


def tried_of(job: Job, started_at: datetime, timeline: Timeline, fate: Fate) -> Tried:
    """Returns the attempt that `timeline` tells of."""
    return Tried(profile=job.profile, by_backup=job.by_backup, started_at=started_at, timeline=timeline, fate=fate)


def not_started(job: Job, started_at: datetime, stage: Stage, message: Text, fate: Fate) -> Tried:
    """Returns an attempt that failed on this computer, before the server was spoken to."""
    failure = Failure(stage=stage, kind=FailureKind.NOT_STARTED, message=message)
    return tried_of(job, started_at, Timeline(steps=(), failure=failure), fate)


def mails_of(tools: Tools, jobs: Sequence[Job]) -> Sequence[Mail]:
    """Returns the mails as they are for those who are still to get them. Raises BadAddress where the SMTP of one has
    no usable sender, StoreError."""
    letters = tools.store.letters([job.delivery.id for job in jobs])
    return [
        mail_of(letter, job.profile, _pending(letter, job.delivery)) for letter, job in zip(letters, jobs, strict=True)
    ]


def _pending(letter: Letter | FinishedLetter, delivery: Delivery) -> tuple[Address, ...]:
    wanted = {recipient.address for recipient in delivery.recipients if recipient.state in PENDING}
    return tuple(address for address in letter.recipients if address.spec in wanted)


def _open(tools: Tools, profile: SmtpProfile) -> Line:
    fact = known_fact(tools.health, profile.server)
    return tools.lines.open(
        profile.server, secrets=secrets_of(profile, tools.vault), known_mode=fact.security.mode if fact else None
    )
