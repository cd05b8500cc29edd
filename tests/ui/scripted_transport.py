"""A server that answers as a test says, and that can be made to hang."""

import threading
from collections.abc import Callable, Mapping

from fakes.transport import Call

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
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, SecretField, Server

WELCOME = Reply(code=250, enhanced_code="2.0.0", text=("Ok: queued as 4F2A",))
TRANSCRIPT = (
    TranscriptLine(party=Party.NOTE, text="connected to 192.0.2.7", at_ms=3),
    TranscriptLine(party=Party.SERVER, text="220 mx.example ESMTP <i>ready</i>", at_ms=9),
    TranscriptLine(party=Party.CLIENT, text="EHLO desk.example", at_ms=10),
)


_SMTP = stages_of(GenericServer(host_name="mx.example"), sends=True)
_GRAPH = stages_of(GraphMailbox(user_name="", tenant_id="", client_id=""), sends=True)


def accepted(*, mode: TlsMode | None = None) -> Timeline:
    """The SMTP server took everything."""
    security = Security(mode=mode, version="TLSv1.3") if mode else None
    return Timeline(steps=_done(_SMTP), transcript=TRANSCRIPT, accepted=WELCOME, security=security)


def refused(stage: Stage, *words: str, code: int = 535, enhanced: str = "5.7.8") -> Timeline:
    """The SMTP server refused at `stage` with these words."""
    reply = Reply(code=code, enhanced_code=enhanced, text=words)
    failure = Failure(stage=stage, kind=FailureKind.REPLY, message=msg("The server refused."), reply=reply)
    return stopped(failure, _SMTP)


def graph_accepted() -> Timeline:
    """Graph took everything."""
    return Timeline(steps=_done(_GRAPH), transcript=TRANSCRIPT, accepted=HttpReply(code=202))


def graph_refused(stage: Stage, kind: FailureKind, reply: HttpReply | None = None) -> Timeline:
    """Entra ID or Graph refused at `stage`; with OUTCOME_UNKNOWN, Graph's last answer was lost."""
    return stopped(Failure(stage=stage, kind=kind, message=msg("Microsoft refused."), reply=reply), _GRAPH)


def cancelled_at(stage: Stage) -> Timeline:
    """The admin stopped it at `stage`."""
    failure = Failure(stage=stage, kind=FailureKind.CANCELLED, message=msg("Cancelled."))
    return stopped(failure, _SMTP if stage in _SMTP else _GRAPH)


def _done(stages: tuple[Stage, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(stage=stage, outcome=StepStatus.DONE, detail=f"{stage} went well", duration_ms=10) for stage in stages
    )


def stopped(failure: Failure, stages: tuple[Stage, ...]) -> Timeline:
    """A conversation that ended early with `failure`."""
    end = stages.index(failure.stage)
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    detail = "" if failure.kind is FailureKind.CANCELLED else str(failure.reply or failure.message)
    steps = [Step(stage=stage, outcome=StepStatus.DONE, duration_ms=10) for stage in stages[:end]]
    outcome = StepStatus.UNKNOWN if unknown else StepStatus.FAILED
    steps.append(Step(stage=failure.stage, outcome=outcome, detail=detail, duration_ms=10))
    steps += [Step(stage=stage, outcome=StepStatus.NOT_REACHED) for stage in stages[end + 1 :]]
    return Timeline(steps=tuple(steps), transcript=TRANSCRIPT, failure=failure)


class ScriptedTransport:
    """Answers with `timeline`, or `by_host` where that has the host or tenant; with success when neither is set.
    `failure` is raised instead: a bug.

    After `block()` every conversation shows Greet (Token for a mailbox) as running and waits there until `release()`
    or its cancel; with `deaf` the cancel is not heard.
    """

    def __init__(self) -> None:
        self.timeline: Timeline | None = None
        self.by_host: dict[str, Timeline] = {}
        self.failure: Exception | None = None
        self.conversations: list[Call] = []
        self.waiting = threading.Semaphore(0)
        self.deaf = False
        self._blocked = False
        self._awake: list[threading.Event] = []

    def block(self) -> None:
        self._blocked = True

    def release(self) -> None:
        self._blocked = False
        for awake in self._awake:
            awake.set()

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
        self.conversations.append(
            Call(server=server, secrets=dict(secrets), mail=mail, known_mode=known_mode, cancel=cancel)
        )
        if self.failure:
            raise self.failure
        on_step(Step(stage=Stage.FIND_HOST, outcome=StepStatus.DONE, detail="192.0.2.7", duration_ms=4))
        if self._blocked:
            second = Stage.GREET if isinstance(server, GenericServer) else Stage.TOKEN
            on_step(Step(stage=second, outcome=StepStatus.RUNNING))
            self._wait(cancel)
            if cancel.requested:
                return cancelled_at(second)
        timeline = self._answer(server)
        for step in timeline.steps:
            on_step(step)
        return timeline

    def _answer(self, server: Server) -> Timeline:
        place = server.host_name if isinstance(server, GenericServer) else server.tenant_id
        success = accepted() if isinstance(server, GenericServer) else graph_accepted()
        return self.by_host.get(place) or self.timeline or success

    def _wait(self, cancel: Cancel) -> None:
        awake = threading.Event()
        self._awake.append(awake)
        if not self.deaf:
            cancel.wakes(awake.set)
        self.waiting.release()
        awake.wait()
        cancel.wakes(None)
