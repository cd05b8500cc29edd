"""Timelines of conversations as servers end them."""

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
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, Server

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


def _done(stages: tuple[Stage, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(stage=stage, status=StepStatus.DONE, detail=f"{stage} went well", duration_ms=10) for stage in stages
    )


def stopped(failure: Failure, stages: tuple[Stage, ...]) -> Timeline:
    """A conversation that ended early with `failure`."""
    end = stages.index(failure.stage)
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    detail = "" if failure.kind is FailureKind.CANCELLED else str(failure.reply or failure.message)
    steps = [Step(stage=stage, status=StepStatus.DONE, duration_ms=10) for stage in stages[:end]]
    outcome = StepStatus.UNKNOWN if unknown else StepStatus.FAILED
    steps.append(Step(stage=failure.stage, status=outcome, detail=detail, duration_ms=10))
    steps += [Step(stage=stage, status=StepStatus.NOT_REACHED) for stage in stages[end + 1 :]]
    return Timeline(steps=tuple(steps), transcript=TRANSCRIPT, failure=failure)


def success(server: Server, _: Mail | None) -> Timeline:
    """The server took everything."""
    return accepted() if isinstance(server, GenericServer) else graph_accepted()
