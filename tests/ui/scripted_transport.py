"""A server that answers as a test says, and that can be made to hang."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.conversation import (
    Failure,
    FailureKind,
    Outcome,
    Party,
    Reply,
    Security,
    Stage,
    Step,
    Timeline,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.message import Mail
from smtp_desktop.domain.profile import GenericServer
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.text import text

WELCOME = Reply(code=250, enhanced_code="2.0.0", text=("Ok: queued as 4F2A",))
TRANSCRIPT = (
    TranscriptLine(party=Party.NOTE, text="connected to 192.0.2.7", at_ms=3),
    TranscriptLine(party=Party.SERVER, text="220 mx.example ESMTP <i>ready</i>", at_ms=9),
    TranscriptLine(party=Party.CLIENT, text="EHLO desk.example", at_ms=10),
)


def accepted(*, mode: TlsMode | None = None) -> Timeline:
    """The server took everything."""
    steps = tuple(
        Step(stage=stage, outcome=Outcome.DONE, detail=f"{stage} went well", duration_ms=10) for stage in Stage
    )
    security = Security(mode=mode, version="TLSv1.3") if mode else None
    return Timeline(steps=steps, transcript=TRANSCRIPT, accepted=WELCOME, security=security)


def refused(stage: Stage, *words: str, code: int = 535, enhanced: str = "5.7.8") -> Timeline:
    """The server refused at `stage` with these words."""
    reply = Reply(code=code, enhanced_code=enhanced, text=words)
    failure = Failure(stage=stage, kind=FailureKind.REPLY, message=text("The server refused."), reply=reply)
    return _stopped_at(stage, failure, str(reply))


def cancelled_at(stage: Stage) -> Timeline:
    """The admin stopped it at `stage`."""
    failure = Failure(stage=stage, kind=FailureKind.CANCELLED, message=text("Cancelled."))
    return _stopped_at(stage, failure, "")


def _stopped_at(failed: Stage, failure: Failure, detail: str) -> Timeline:
    order = list(Stage)
    steps = []
    for stage in order:
        outcome = Outcome.NOT_REACHED
        if stage is failed:
            outcome = Outcome.FAILED
        elif order.index(stage) < order.index(failed):
            outcome = Outcome.DONE
        steps.append(Step(stage=stage, outcome=outcome, detail=detail if stage is failed else "", duration_ms=10))
    return Timeline(steps=tuple(steps), transcript=TRANSCRIPT, failure=failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What the transport was asked for."""

    server: GenericServer
    password: Secret | None
    mail: Mail | None
    cancel: Cancel


class ScriptedTransport:
    """Answers with `timeline`, or `by_host` where that has the host. `failure` is raised instead: a bug.

    After `block()` every conversation shows Greet as running and waits there until `release()` or its cancel.
    """

    def __init__(self) -> None:
        self.timeline = accepted()
        self.by_host: dict[str, Timeline] = {}
        self.failure: Exception | None = None
        self.conversations: list[Conversation] = []
        self.waiting = threading.Semaphore(0)
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
        server: GenericServer,
        *,
        password: Secret | None,
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        self.conversations.append(Conversation(server=server, password=password, mail=mail, cancel=cancel))
        if self.failure:
            raise self.failure
        on_step(Step(stage=Stage.FIND_HOST, outcome=Outcome.DONE, detail="192.0.2.7", duration_ms=4))
        if self._blocked:
            on_step(Step(stage=Stage.GREET, outcome=Outcome.RUNNING))
            self._wait(cancel)
            if cancel.requested:
                return cancelled_at(Stage.GREET)
        timeline = self.by_host.get(server.host_name, self.timeline)
        for step in timeline.steps:
            on_step(step)
        return timeline

    def _wait(self, cancel: Cancel) -> None:
        awake = threading.Event()
        self._awake.append(awake)
        cancel.wakes(awake.set)
        self.waiting.release()
        awake.wait()
        cancel.wakes(None)
