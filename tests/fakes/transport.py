"""A transport without a network, which does as a test says.

transport = FakeTransport(failed(server, mail, Stage.SIGN_IN, kind=FailureKind.REPLY, reply=Reply(code=535)))

It takes both kinds of servers: a Graph mailbox has its own stages, and answers with an HttpReply.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fakes.certificates import a_certificate

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Party,
    Reply,
    Security,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, Server

_STEP_MS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The arguments of one call."""

    server: Server
    secrets: Mapping[SecretField, Secret]
    mail: Mail | None
    known_mode: TlsMode | None
    cancel: Cancel

    @property
    def password(self) -> Secret | None:
        return self.secrets.get(SecretField.PASSWORD)


class FakeTransport:
    """Answers each call with the next of `timelines`, and with success when there is none left.

    With `blocking` a call waits, its first step running, until `release` or its cancel; `entered` is set by then.
    """

    def __init__(self, *timelines: Timeline, blocking: bool = False) -> None:
        self.calls: list[Call] = []
        self.entered = threading.Event()
        self._timelines = deque(timelines)
        self._blocking = blocking
        self._released = False
        self._turn = threading.Condition()

    def release(self) -> None:
        """Lets every blocked call go on, and all later ones pass."""
        self._released = True
        self._wake()

    def converse(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        self.calls.append(Call(server=server, secrets=dict(secrets), mail=mail, known_mode=known_mode, cancel=cancel))
        timeline = self._timelines.popleft() if self._timelines else passed(server, mail)
        first = timeline.steps[0]
        on_step(Step(stage=first.stage, outcome=StepStatus.RUNNING, started_ms=first.started_ms))
        self.entered.set()
        self._wait(cancel)
        if cancel.requested:
            timeline = failed(server, mail, first.stage, kind=FailureKind.CANCELLED)
        _tell(timeline, on_step)
        return timeline

    def _wait(self, cancel: Cancel) -> None:
        if not self._blocking:
            return
        cancel.wakes(self._wake)
        with self._turn:
            self._turn.wait_for(lambda: self._released or cancel.requested)
        cancel.wakes(None)

    def _wake(self) -> None:
        with self._turn:
            self._turn.notify_all()


def _tell(timeline: Timeline, on_step: Callable[[Step], None]) -> None:
    for number, step in enumerate(timeline.steps):
        if step.outcome is StepStatus.NOT_REACHED:
            continue
        if number:  # the first one is running already
            on_step(Step(stage=step.stage, outcome=StepStatus.RUNNING, started_ms=step.started_ms))
        on_step(step)


def passed(server: Server, mail: Mail | None) -> Timeline:
    """Returns the timeline of a conversation that went well."""
    steps = tuple(
        Step(stage=stage, outcome=StepStatus.DONE, detail="fine", started_ms=number * _STEP_MS, duration_ms=_STEP_MS)
        for number, stage in enumerate(stages_of(server, sends=mail is not None))
    )
    if not isinstance(server, GenericServer):
        return Timeline(
            steps=steps,
            transcript=(TranscriptLine(party=Party.SERVER, text="HTTP/1.1 202 Accepted", at_ms=0.0),),
            accepted=HttpReply(code=202) if mail else None,
        )
    return Timeline(
        steps=steps,
        transcript=(TranscriptLine(party=Party.SERVER, text="220 fake.test", at_ms=0.0),),
        accepted=Reply(code=250, enhanced_code="2.0.0", text=("queued",)) if mail else None,
        security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(a_certificate("fake.test"),))
        if server.tls
        else None,
    )


def failed(
    server: Server,
    mail: Mail | None,
    stage: Stage,
    *,
    kind: FailureKind = FailureKind.REPLY,
    reply: Reply | HttpReply | None = None,
) -> Timeline:
    """Returns the timeline of a conversation that failed at `stage`; with OUTCOME_UNKNOWN its last reply was lost."""
    whole = passed(server, mail)
    stages = [step.stage for step in whole.steps]
    end = stages.index(stage)
    outcome = StepStatus.UNKNOWN if kind is FailureKind.OUTCOME_UNKNOWN else StepStatus.FAILED
    return Timeline(
        steps=(
            *whole.steps[:end],
            Step(stage=stage, outcome=outcome, detail=str(reply or kind), started_ms=end * _STEP_MS),
            *(Step(stage=later, outcome=StepStatus.NOT_REACHED) for later in stages[end + 1 :]),
        ),
        transcript=whole.transcript,
        failure=Failure(stage=stage, kind=kind, message=msg("It failed: {kind}", kind=str(kind)), reply=reply),
        security=whole.security if Stage.SECURE in stages[:end] else None,
    )
