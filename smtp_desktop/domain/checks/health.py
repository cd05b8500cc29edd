"""What is known of an SMTP from its tests and checks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, Server

if TYPE_CHECKING:
    from smtp_desktop.domain.diagnosis.conversation import Security


class TestKind(StrEnum):
    """How it was tried: a test sends a mail, a check stops after signing in."""

    TEST = "test"
    CHECK = "check"


class WarningKind(StrEnum):
    """What a concern is about; its words are in `DeliverabilityWarning.advice`."""

    SPF_MISSING = "spf_missing"  # the sender's domain publishes none
    SPF_BROKEN = "spf_broken"  # a receiver can't evaluate it: several records, too many look-ups, bad syntax
    SPF_EXCLUDES = "spf_excludes"  # it does not name the provider that sends
    DMARC_BROKEN = "dmarc_broken"
    DMARC_UNALIGNED = "dmarc_unaligned"  # neither SPF nor DKIM can align with the From Address's domain
    DOMAIN_TAKES_NO_MAIL = "domain_takes_no_mail"  # no MX and no address, or a null MX: replies and reports are lost
    DOMAIN_UNKNOWN = "domain_unknown"  # DNS knows no such domain
    FOREIGN_FREEMAIL = "foreign_freemail"  # a freemail provider's address that is not sent through that provider
    FROM_REWRITTEN = "from_rewritten"  # the provider replaces a From Address that is not the user's
    CERTIFICATE_ENDS = "certificate_ends"


class CheckResult(NamedTuple):
    """How one test or check of a stored SMTP ended. `stage`, `kind` and `certificate_fault` are of the failure;
    `warnings` make "works" a "works, but"; `at` is aware UTC."""

    profile_id: ProfileId
    at: datetime
    test_kind: TestKind
    ok: bool
    duration_ms: float
    stage: Stage | None = None
    kind: FailureKind | None = None
    certificate_fault: CertificateFault | None = None
    reply: str = ""
    warnings: tuple[WarningKind, ...] = ()


class ServerFact(NamedTuple):
    """How a server was found to secure its connections. `host` is ASCII."""

    host: str
    port: int
    security: "Security"


def endpoint_of(server: Server) -> tuple[str, int] | None:
    """Returns host and port as a ServerFact has them; None for a mailbox, and for what is no host."""
    if not isinstance(server, GenericServer):
        return None
    from smtp_desktop.domain.mail.address import BadHost, ascii_host  # noqa: PLC0415 - a start that knows no server needs none

    try:
        return ascii_host(server.host_name), server.smtp_port
    except BadHost:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """An SMTP stopped working, or works again; `result` tells how that was seen."""

    result: CheckResult

    @property
    def works(self) -> bool:
        return self.result.ok


class KnownStates:
    """Remembers of every SMTP whether it worked when it was last tried."""

    def __init__(self) -> None:
        self._works: dict[ProfileId, bool] = {}

    def note(self, result: CheckResult) -> StateChange | None:
        """`result` is the latest of its SMTP. Returns the change where it is one: never for the first that is known,
        nor where nobody can tell how it ended; "works, but" is working."""
        if outcome_of(result) is TestOutcome.UNKNOWN:
            return None
        before = self._works.get(result.profile_id)
        self._works[result.profile_id] = result.ok
        return None if before in (None, result.ok) else StateChange(result=result)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEnd:
    """Whether the SMTP `works`. Neither yes nor no where it was stopped, or where no conversation could be held because
    of `problem`."""

    works: bool | None = None
    problem: SmtpDesktopError | None = None


class TestOutcome(StrEnum):
    WORKS = "works"
    WORKS_BUT = "works_but"  # its concerns tell what may go wrong nevertheless
    FAILED = "failed"
    UNKNOWN = "unknown"  # the server has got the mail, but its answer was lost
    CANCELLED = "cancelled"  # such a one is not kept


def outcome(kind: FailureKind | None, *, concerned: bool) -> TestOutcome:
    """Returns what a failure of this kind makes of it; None stands for no failure."""
    match kind:
        case None:
            return TestOutcome.WORKS_BUT if concerned else TestOutcome.WORKS
        case FailureKind.OUTCOME_UNKNOWN:
            return TestOutcome.UNKNOWN
        case FailureKind.CANCELLED:
            return TestOutcome.CANCELLED
        case _:
            return TestOutcome.FAILED


def outcome_of(result: CheckResult) -> TestOutcome:
    """Returns how a kept test or check ended."""
    if not result.ok and result.kind is None:
        return TestOutcome.FAILED
    return outcome(result.kind, concerned=bool(result.warnings))
