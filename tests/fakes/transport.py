"""A transport without a network, which does as a test says.

transport = FakeTransport(failed(server, mail, Stage.SIGN_IN, kind=FailureKind.REPLY, reply=Reply(code=535)))

It takes both kinds of servers: a Graph mailbox has its own stages, and answers with an HttpReply.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fakes.blocking import Blocking
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
from smtp_desktop.domain.sign_in.tokens import TokenSource
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
    token: TokenSource | None = None

    @property
    def password(self) -> Secret | None:
        return self.secrets.get(SecretField.PASSWORD)


class FakeTransport(Blocking):
    """Answers each call with what `by_host` has for its host or tenant, else with the next of `timelines`, else with
    `timeline`, else with `success`. `failure` is raised instead: a bug. `during` runs within each call, while its first
    step runs.

    After `block()`, or with `blocking`, every call finds its host, shows its next stage (Greet, or Token for a mailbox)
    as running, and waits there.
    """

    def __init__(
        self,
        *timelines: Timeline,
        timeline: Timeline | None = None,
        success: Callable[[Server, Mail | None], Timeline] | None = None,
        blocking: bool = False,
    ) -> None:
        super().__init__(blocking=blocking)
        self.conversations: list[Call] = []
        self.timeline = timeline
        self.by_host: dict[str, Timeline] = {}
        self.failure: Exception | None = None
        self.during: Callable[[], None] = lambda: None
        self._timelines = deque(timelines)
        self._success = success or passed

    def converse(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        token: TokenSource | None = None,
    ) -> Timeline:
        self.conversations.append(
            Call(server=server, secrets=dict(secrets), mail=mail, known_mode=known_mode, cancel=cancel, token=token)
        )
        if self.failure:
            raise self.failure
        if cancel.requested:
            return self._reported(cancelled(server, mail, Stage.FIND_HOST), on_step)
        if self._blocked:
            stage = Stage.GREET if isinstance(server, GenericServer) else Stage.TOKEN
            on_step(Step(stage=Stage.FIND_HOST, status=StepStatus.DONE, detail="192.0.2.7", duration_ms=4))
            on_step(Step(stage=stage, status=StepStatus.RUNNING))
            if self._wait(cancel):
                return cancelled(server, mail, stage)
        return self._reported(self._answer(server, mail), on_step)

    def _answer(self, server: Server, mail: Mail | None) -> Timeline:
        host = server.host_name if isinstance(server, GenericServer) else server.tenant_id
        if host in self.by_host:
            return self.by_host[host]
        if self._timelines:
            return self._timelines.popleft()
        return self.timeline or self._success(server, mail)

    def _reported(self, timeline: Timeline, on_step: Callable[[Step], None]) -> Timeline:
        """Calls `on_step` as the steps of `timeline` run and end, and `during` while the first runs."""
        reached = [step for step in timeline.steps if step.status is not StepStatus.NOT_REACHED]
        for number, step in enumerate(reached):
            on_step(Step(stage=step.stage, status=StepStatus.RUNNING, started_ms=step.started_ms))
            if number == 0:
                self.during()
            on_step(step)
        if not reached:
            self.during()
        return timeline


def passed(server: Server, mail: Mail | None) -> Timeline:
    """Returns the timeline of a conversation that went well."""
    steps = tuple(
        Step(stage=stage, status=StepStatus.DONE, detail="fine", started_ms=number * _STEP_MS, duration_ms=_STEP_MS)
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
            Step(stage=stage, status=outcome, detail=str(reply or kind), started_ms=end * _STEP_MS),
            *(Step(stage=later, status=StepStatus.NOT_REACHED) for later in stages[end + 1 :]),
        ),
        transcript=whole.transcript,
        failure=Failure(stage=stage, kind=kind, message=msg("It failed: {kind}", kind=str(kind)), reply=reply),
        security=whole.security if Stage.SECURE in stages[:end] else None,
    )


def cancelled(server: Server, mail: Mail | None, stage: Stage) -> Timeline:
    """Returns a conversation that the user stopped at `stage`."""
    timeline = failed(server, mail, stage, kind=FailureKind.CANCELLED)
    failure = Failure(stage=stage, kind=FailureKind.CANCELLED, message=msg("Cancelled."))
    steps = tuple(replace(step, detail="") if step.stage is stage else step for step in timeline.steps)
    return replace(timeline, steps=steps, failure=failure)
