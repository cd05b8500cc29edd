from smtp_desktop.domain.diagnosis.conversation import FailureKind, Outcome, Stage, Step
from smtp_desktop.domain.message_text import text
from smtp_desktop.transports.session_error import Ended
from smtp_desktop.transports.timeline_recorder import Record


def test_a_stage_that_gave_way_to_another_was_not_reached() -> None:
    told: list[Step] = []
    record = Record((Stage.SECURE, Stage.GREET), on_step=told.append, now_s=lambda: 1.5)
    record.begin(Stage.SECURE)
    failure = record.fail(Ended(FailureKind.CLOSED, text("gone"), stage=Stage.GREET))
    assert failure.stage is Stage.GREET
    assert [(step.stage, step.outcome) for step in told] == [
        (Stage.SECURE, Outcome.RUNNING),
        (Stage.SECURE, Outcome.NOT_REACHED),
        (Stage.GREET, Outcome.RUNNING),
        (Stage.GREET, Outcome.FAILED),
    ]
    assert told[-1].started_ms == 1500.0
