"""A prober without a network: the servers that a test names answer, all others refuse."""

from collections.abc import Callable
from dataclasses import dataclass

from fakes.blocking import Blocking
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
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.profile import GenericServer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeCall:
    """The arguments of one probe."""

    server: GenericServer
    password: Secret | None
    sender: Address | None
    known_mode: TlsMode | None
    patient: bool = False
    token: TokenSource | None = None

    @property
    def signs_in(self) -> bool:
        return self.password is not None or self.token is not None

    @property
    def address(self) -> tuple[str, int]:
        return self.server.host_name, self.server.smtp_port


class FakeProber(Blocking):
    """`answering` are the hosts and ports that accept; they refuse the sign-in with `refusal`, and the sender with
    `sender_refusal`, where those are set. `during` runs within each probe, before it waits."""

    def __init__(self, *answering: tuple[str, int], blocking: bool = False) -> None:
        super().__init__(blocking=blocking)
        self.answering = set(answering)
        self.refusal: Reply | None = None
        self.sender_refusal: Reply | None = None
        self.during: Callable[[ProbeCall], None] = lambda _: None
        self.calls: list[ProbeCall] = []

    @property
    def sign_ins(self) -> list[ProbeCall]:
        return [call for call in self.calls if call.signs_in]

    def probe(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        unsent_password: Secret | None = None,
        patient: bool = False,
        token: TokenSource | None = None,
    ) -> Timeline:
        call = ProbeCall(
            server=server, password=password, sender=sender, known_mode=known_mode, patient=patient, token=token
        )
        self.calls.append(call)
        self.during(call)
        if self._blocked:
            self._wait(cancel)
        if cancel.requested:
            return _failed(call, Stage.CONNECT, FailureKind.CANCELLED)
        if call.address not in self.answering:
            return _failed(call, Stage.CONNECT, FailureKind.REFUSED)
        if call.signs_in and self.refusal:
            return _failed(call, Stage.SIGN_IN, FailureKind.REPLY, self.refusal)
        if sender and self.sender_refusal:
            return _failed(call, Stage.SENDER, FailureKind.REPLY, self.sender_refusal)
        return _passed(call)


def _stages(call: ProbeCall) -> tuple[Stage, ...]:
    return stages_of(call.server, sends=False) + ((Stage.SENDER,) if call.sender else ())


def _passed(call: ProbeCall) -> Timeline:
    return Timeline(
        steps=tuple(Step(stage=stage, status=_outcome(call, stage)) for stage in _stages(call)),
        security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(a_certificate(call.server.host_name),))
        if call.server.tls
        else None,
    )


def _outcome(call: ProbeCall, stage: Stage) -> StepStatus:
    return StepStatus.NOT_REACHED if stage is Stage.SIGN_IN and not call.signs_in else StepStatus.DONE


def _failed(call: ProbeCall, stage: Stage, kind: FailureKind, reply: Reply | None = None) -> Timeline:
    message = msg("Refused: {reply}", reply=str(reply)) if reply else msg("It failed: {kind}.", kind=str(kind))
    return Timeline(
        steps=tuple(
            Step(stage=one, status=StepStatus.FAILED if one is stage else StepStatus.NOT_REACHED)
            for one in _stages(call)
        ),
        failure=Failure(stage=stage, kind=kind, message=message, reply=reply),
    )
