"""Results of tests and checks, and the facts about servers that they showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from smtp_desktop.domain.diagnosis.kinds import Cause, CertificateFault, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, Server, SmtpProfile

if TYPE_CHECKING:
    # The values of a conversation, which no card needs.
    from smtp_desktop.domain.diagnosis.conversation import Security


class TestKind(StrEnum):
    """A test sends a message; a check stops after signing in."""

    TEST = "test"
    CHECK = "check"


class WarningKind(StrEnum):
    """The subject of a warning; its words are in `DeliverabilityWarning.advice`."""

    SPF_MISSING = "spf_missing"  # the sender's domain publishes no record
    SPF_BROKEN = "spf_broken"  # receivers can't evaluate it: several records, too many lookups, bad syntax
    SPF_EXCLUDES = "spf_excludes"  # it does not name the provider that sends
    DMARC_BROKEN = "dmarc_broken"
    DMARC_UNALIGNED = "dmarc_unaligned"  # neither SPF nor DKIM can align with the From Address's domain
    DOMAIN_TAKES_NO_MAIL = "domain_takes_no_mail"  # no MX and no address, or a null MX: replies and reports are lost
    DOMAIN_UNKNOWN = "domain_unknown"  # there is no such domain in DNS
    FOREIGN_FREEMAIL = "foreign_freemail"  # a freemail provider's address that is not sent through that provider
    FROM_REWRITTEN = "from_rewritten"  # the provider replaces a From Address that is not the user's
    CERTIFICATE_ENDS = "certificate_ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The stored result of one test or check of a stored SMTP.

    `at` is aware UTC, when it ended. `stage`, `kind` and `certificate_fault` are those of the failure, `cause` that of
    its diagnosis, None in a result of an older version; `warnings` turn "works" into "works, but".
    `settings_version` is that of the SMTP as it was tried.
    """

    profile_id: ProfileId
    at: datetime
    test_kind: TestKind
    ok: bool
    duration_ms: float
    stage: Stage | None = None
    kind: FailureKind | None = None
    cause: Cause | None = None
    certificate_fault: CertificateFault | None = None
    reply: str = ""
    warnings: tuple[WarningKind, ...] = ()
    settings_version: int = 1

    def is_of(self, profile: SmtpProfile) -> bool:
        """Whether the SMTP has the settings that were tried; else the result says how it was before a change."""
        return self.settings_version >= profile.settings_version


class ServerEndpoint(NamedTuple):
    """A host in ASCII, and a port. A tuple, since it is a key, is sorted, and stands in SQL."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFact:
    """How a server secured its last conversation. `host` is ASCII."""

    host: str
    port: int
    security: Security

    @property
    def endpoint(self) -> ServerEndpoint:
        return ServerEndpoint(self.host, self.port)


def endpoint_of(server: Server) -> ServerEndpoint | None:
    """Returns the server's host and port; None for a mailbox, and where the host name is not one."""
    if not isinstance(server, GenericServer):
        return None
    # With it come the rules of addresses, which the first cards do not need.
    from smtp_desktop.domain.mail.address import BadHost, ascii_host  # noqa: PLC0415

    try:
        return ServerEndpoint(ascii_host(server.host_name), server.smtp_port)
    except BadHost:
        return None


class TestOutcome(StrEnum):
    """How a test or check ended."""

    WORKS = "works"
    WORKS_BUT = "works_but"  # its warnings say what may go wrong nevertheless
    FAILED = "failed"
    UNKNOWN = "unknown"  # the server received the mail, but its answer was lost
    CANCELLED = "cancelled"  # never stored


def outcome(kind: FailureKind | None, *, warned: bool) -> TestOutcome:
    """Returns the outcome of a test or check that failed in this way; None stands for no failure."""
    match kind:
        case None:
            return TestOutcome.WORKS_BUT if warned else TestOutcome.WORKS
        case FailureKind.OUTCOME_UNKNOWN:
            return TestOutcome.UNKNOWN
        case FailureKind.CANCELLED:
            return TestOutcome.CANCELLED
        case _:
            return TestOutcome.FAILED


def outcome_of(result: CheckResult) -> TestOutcome:
    """Returns how a stored test or check ended."""
    if not result.ok and result.kind is None:
        return TestOutcome.FAILED
    return outcome(result.kind, warned=bool(result.warnings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The SMTPs that a window shows first. `profiles` are the first of `total`, the default first, then by name.
    `history` holds the latest results of each, oldest first; `facts` are about their servers; nothing is sent through
    those in `held` for now."""

    profiles: tuple[SmtpProfile, ...]
    total: int
    history: dict[ProfileId, list[CheckResult]]
    facts: tuple[ServerFact, ...]
    held: frozenset[ProfileId]
