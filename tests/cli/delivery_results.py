"""Results of deliveries, written to the outbox as a courier writes them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cli.command_line import CommandLine

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Party,
    Reply,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TranscriptLine,
)
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.outbox.outbox import SqliteOutbox

COURIER = CourierId("test")
NO_SUCH_USER = Reply(code=550, enhanced_code="5.1.1", text=("No such user",))


def claim(home: CommandLine) -> Sequence[Delivery]:
    """Claims every due mail and returns them."""
    application = home.application()
    now = datetime.now(UTC)
    taken = SqliteOutbox(application.database).claim(
        COURIER, now=now, lease_ends_at=now + timedelta(hours=1), limit=1000
    )
    application.close()
    return taken


def finish(home: CommandLine, state: DeliveryState, *, next_try_at: datetime | None = None) -> None:
    """Writes one attempt to send every due mail, which puts it into `state`."""
    timeline = _timeline(state)
    now = datetime.now(UTC)
    for delivery in claim(home):
        recipients = tuple(
            RecipientState(
                address=one.address, state=state, reply=str(NO_SUCH_USER) if state is DeliveryState.REFUSED else ""
            )
            for one in delivery.recipients
        )
        outcome = DeliveryUpdate(
            attempt=Attempt(
                number=1,
                started_at=now,
                smtp_name="Relay",
                by_backup=False,
                state=state,
                timeline=timeline,
                cause=Cause.RECIPIENT_REFUSED if state is DeliveryState.REFUSED else None,
            ),
            state=state,
            recipients=recipients,
            next_try_at=next_try_at,
            finished_at=None if next_try_at else now,
            may_be_twice=False,
        )
        application = home.application()
        assert SqliteOutbox(application.database).finish(COURIER, {delivery.id: outcome})
        application.close()


def _timeline(state: DeliveryState) -> Timeline:
    refused = state is DeliveryState.REFUSED
    failure = Failure(
        stage=Stage.RECIPIENT, kind=FailureKind.REPLY, message=msg("The recipient was refused."), reply=NO_SUCH_USER
    )
    return Timeline(
        steps=(
            Step(stage=Stage.CONNECT, status=StepStatus.DONE, detail="127.0.0.1", duration_ms=1.5),
            Step(stage=Stage.RECIPIENT, status=StepStatus.FAILED if refused else StepStatus.DONE, started_ms=1.5),
        ),
        transcript=(
            TranscriptLine(party=Party.CLIENT, text="RCPT TO:<ann@company.example>", at_ms=2.0),
            TranscriptLine(
                party=Party.SERVER, text="550 5.1.1 \x1b[31mNo such user" if refused else "250 ok", at_ms=3.0
            ),
        ),
        failure=failure if refused else None,
        accepted=None if refused else Reply(code=250, text=("queued",)),
    )
