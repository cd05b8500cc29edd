from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, Step, StepStatus
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder


def test_a_stage_that_another_one_replaces_was_not_reached() -> None:
    steps: list[Step] = []
    recorder = TimelineRecorder((Stage.SECURE, Stage.GREET), on_step=steps.append, now_s=lambda: 1.5)
    recorder.begin(Stage.SECURE)
    failure = recorder.fail(SessionError(FailureKind.CLOSED, msg("gone"), stage=Stage.GREET))
    assert failure.stage is Stage.GREET
    assert [(step.stage, step.outcome) for step in steps] == [
        (Stage.SECURE, StepStatus.RUNNING),
        (Stage.SECURE, StepStatus.NOT_REACHED),
        (Stage.GREET, StepStatus.RUNNING),
        (Stage.GREET, StepStatus.FAILED),
    ]
    assert steps[-1].started_ms == 1500.0
