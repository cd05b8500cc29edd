"""Conversations with test servers."""

import dataclasses
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from contracts.transport_contract import PASSWORD, a_mail
from fakes.small import MemoryPipeliningDenylist

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Party,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TlsMode,
)
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Envelope, Mail
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.smtp.context import Limits, PipeliningDenylist, SessionContext
from smtp_desktop.transports.smtp.transport import SmtpTransport

USER = "boss@example.com"
# Long enough for any machine; no passing test waits for one of them.
PATIENT = Limits(
    connect_s=20.0, greeting_s=20.0, silence_s=20.0, reply_s=20.0, pipelined_s=20.0, final_reply_s=20.0, quit_s=20.0
)
LARGE_TEXT = ("x" * 76 + "\n") * 200_000  # more than the buffers of both ends hold
# For servers that stay silent until TLS begins.
CURIOUS = dataclasses.replace(PATIENT, silence_s=0.05, known_silence_s=0.05)


def generic(port: int, **fields: Any) -> GenericServer:
    """Returns a server on this computer: in clear and without sign-in, unless `fields` say otherwise."""
    values: dict[str, Any] = {
        "host_name": "127.0.0.1",
        "smtp_port": port,
        "tls": False,
        "auth_required": False,
        "user_name": USER,
    }
    return GenericServer(**values | fields)


def session_context(
    server: GenericServer, *, password: str = "", pipelining_denylist: PipeliningDenylist | None = None
) -> SessionContext:
    """Returns the context of a session with `server` that waits patiently."""
    return SessionContext(
        server=server,
        password=Secret(password) if password else None,
        known_mode=None,
        limits=PATIENT,
        pipelining_denylist=pipelining_denylist or MemoryPipeliningDenylist(),
    )


def converse(
    server: GenericServer,
    *,
    mail: Mail | None = None,
    limits: Limits = PATIENT,
    known_mode: TlsMode | None = None,
    password: str = PASSWORD,
    cancel: Cancel | None = None,
    on_step: Callable[[Step], None] = lambda _: None,
    pipelining_denylist: PipeliningDenylist | None = None,
    token: TokenSource | None = None,
    **options: Any,
) -> Timeline:
    """Holds one conversation and returns its timeline; `options` are SmtpTransport's."""
    pipelining_denylist = pipelining_denylist or MemoryPipeliningDenylist()
    return SmtpTransport(limits=limits, pipelining_denylist=pipelining_denylist, **options).converse(
        server,
        password=Secret(password) if server.auth_required and not token else None,
        token=token,
        mail=mail,
        known_mode=known_mode,
        cancel=cancel or Cancel(),
        on_step=on_step,
    )


def failure_of(timeline: Timeline) -> Failure:
    """Returns the failure of `timeline`, and checks that its steps show the same."""
    failure = timeline.failure
    assert failure is not None
    outcomes = {step.stage: step.status for step in timeline.steps}
    ended = StepStatus.UNKNOWN if failure.kind is FailureKind.OUTCOME_UNKNOWN else StepStatus.FAILED
    assert [stage for stage, outcome in outcomes.items() if outcome is ended] == [failure.stage]
    assert {StepStatus.FAILED, StepStatus.UNKNOWN} - {ended} - set(outcomes.values())
    assert StepStatus.RUNNING not in outcomes.values()
    assert str(failure.message)
    return failure


def detail_of(timeline: Timeline, stage: Stage) -> str:
    """Returns the detail of one step."""
    return next(step.detail for step in timeline.steps if step.stage is stage)


def said(timeline: Timeline, party: Party) -> list[str]:
    """Returns the transcript's lines of `party`."""
    return [line.text for line in timeline.transcript if line.party is party]


def mail_to(*recipients: str, sender: str = "boss@example.com", **changes: Any) -> Mail:
    """Returns a_mail() with another envelope; `changes` go into its message."""
    mail = a_mail()
    return Mail(
        envelope=Envelope(sender=_address(sender), recipients=tuple(map(_address, recipients))),
        message=dataclasses.replace(mail.message, **changes),
    )


def _address(spec: str) -> Address:
    local, _, domain = spec.rpartition("@")
    return Address(local=local, domain=domain)


class BackgroundConversation:
    """A conversation on its own thread, which the test's thread can cancel."""

    def __init__(self, server: GenericServer, **options: Any) -> None:
        self.cancel = Cancel()
        self.steps: list[Step] = []
        self._timeline: Timeline | None = None
        self._thread = threading.Thread(target=self._run, args=(server, options), daemon=True)

    def __enter__(self) -> "BackgroundConversation":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel.request()
        self._thread.join(20)

    def result(self, *, within_s: float) -> Timeline:
        """Returns its timeline; it must have ended within `within_s`."""
        self._thread.join(within_s)
        assert not self._thread.is_alive(), "it still waits"
        assert self._timeline is not None
        return self._timeline

    def _run(self, server: GenericServer, options: dict[str, Any]) -> None:
        self._timeline = converse(server, cancel=self.cancel, on_step=self.steps.append, **options)
