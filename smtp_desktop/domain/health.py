"""What is known of an SMTP from its tests and checks."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from smtp_desktop.domain.concern import ConcernKind
from smtp_desktop.domain.endings import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.profile import GenericServer, ProfileId, Server

if TYPE_CHECKING:
    from smtp_desktop.domain.conversation import Security


class Trial(StrEnum):
    """How it was tried: a test sends a mail, a check stops after signing in."""

    TEST = "test"
    CHECK = "check"


class CheckResult(NamedTuple):
    """How one test or check of a stored SMTP ended. `stage`, `kind` and `certificate_fault` are of the failure;
    `concerns` make "works" a "works, but"; `at` is aware UTC."""

    profile_id: ProfileId
    at: datetime
    trial: Trial
    ok: bool
    duration_ms: float
    stage: Stage | None = None
    kind: FailureKind | None = None
    certificate_fault: CertificateFault | None = None
    reply: str = ""
    concerns: tuple[ConcernKind, ...] = ()


class ServerFact(NamedTuple):
    """How a server was found to secure its connections. `host` is ASCII."""

    host: str
    port: int
    security: "Security"


def place_of(server: Server) -> tuple[str, int] | None:
    """Returns host and port as a ServerFact has them; None for a mailbox, and for what is no host."""
    if not isinstance(server, GenericServer):
        return None
    from smtp_desktop.domain.address import BadHost, ascii_host  # noqa: PLC0415 - a start that knows no server needs none

    try:
        return ascii_host(server.host_name), server.smtp_port
    except BadHost:
        return None
