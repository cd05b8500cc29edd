"""A prober without a network: each place answers as a test says, all others refuse."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from fakes.certificates import a_certificate

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Reply,
    Security,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TlsMode,
)
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the prober was asked for."""

    server: GenericServer
    password: Secret | None
    sender: Address | None
    known_mode: TlsMode | None

    @property
    def place(self) -> tuple[str, int]:
        return self.server.host_name, self.server.smtp_port


class FakeProber:
    """`answering` are the places that let in; with `refusal` they refuse the sign-in so, with `sender_refusal` the
    sender. With `blocking` a look waits for `release` or its cancel; `during` runs within each."""

    def __init__(self, *answering: tuple[str, int], blocking: bool = False) -> None:
        self.answering = set(answering)
        self.refusal: Reply | None = None
        self.sender_refusal: Reply | None = None
        self.during: Callable[[Look], None] = lambda _: None
        self.looks: list[Look] = []
        self.waiting = threading.Semaphore(0)
        self._blocking = blocking
        self._awake: list[threading.Event] = []

    def block(self) -> None:
        """Every look waits from now on."""
        self._blocking = True

    def release(self) -> None:
        """No look waits any more."""
        self._blocking = False
        for awake in self._awake:
            awake.set()

    @property
    def sign_ins(self) -> list[Look]:
        return [look for look in self.looks if look.password]

    def probe(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
    ) -> Timeline:
        look = Look(server=server, password=password, sender=sender, known_mode=known_mode)
        self.looks.append(look)
        self.during(look)
        if self._blocking:
            self._wait(cancel)
        if cancel.requested:
            return _failed(look, Stage.CONNECT, FailureKind.CANCELLED)
        if look.place not in self.answering:
            return _failed(look, Stage.CONNECT, FailureKind.REFUSED)
        if password and self.refusal:
            return _failed(look, Stage.SIGN_IN, FailureKind.REPLY, self.refusal)
        if sender and self.sender_refusal:
            return _failed(look, Stage.SENDER, FailureKind.REPLY, self.sender_refusal)
        return _passed(look)

    def _wait(self, cancel: Cancel) -> None:
        awake = threading.Event()
        self._awake.append(awake)
        cancel.wakes(awake.set)
        self.waiting.release()
        assert awake.wait(30)
        cancel.wakes(None)


def _stages(look: Look) -> tuple[Stage, ...]:
    return stages_of(look.server, sends=False) + ((Stage.SENDER,) if look.sender else ())


def _passed(look: Look) -> Timeline:
    return Timeline(
        steps=tuple(Step(stage=stage, outcome=_outcome(look, stage)) for stage in _stages(look)),
        security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(a_certificate(look.server.host_name),))
        if look.server.tls
        else None,
    )


def _outcome(look: Look, stage: Stage) -> StepStatus:
    return StepStatus.NOT_REACHED if stage is Stage.SIGN_IN and look.password is None else StepStatus.DONE


def _failed(look: Look, stage: Stage, kind: FailureKind, reply: Reply | None = None) -> Timeline:
    message = msg("Refused: {reply}", reply=str(reply)) if reply else msg("It failed: {kind}.", kind=str(kind))
    return Timeline(
        steps=tuple(
            Step(stage=one, outcome=StepStatus.FAILED if one is stage else StepStatus.NOT_REACHED)
            for one in _stages(look)
        ),
        failure=Failure(stage=stage, kind=kind, message=message, reply=reply),
    )
