"""Opening lines to servers, and mails for them."""

from collections.abc import Sequence
from datetime import datetime

from smtp_desktop.domain.delivery.delivery import Delivery, Fate, fate_of
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, Timeline
from smtp_desktop.domain.errors import VaultError, VaultLocked
from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.message import FinishedLetter, Letter, Mail
from smtp_desktop.domain.message_text import Text, text
from smtp_desktop.domain.smtp.identity import mail_of
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.lanes import Job, Seat
from smtp_desktop.services.outbox_ports import Line
from smtp_desktop.services.passage import Passage, Tools
from smtp_desktop.services.server_facts import known_fact, learn_from
from smtp_desktop.services.sign_in import secrets_of
from smtp_desktop.services.verdict import PENDING, Tried


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
