"""How far a conversation with a server got, and why it ended: words only, which every start loads."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.certificate import Certificate


class Stage(StrEnum):
    """The stages of a conversation with a server, in their order; `domain.stages` tells which one has which."""

    FIND_HOST = "find_host"
    CONNECT = "connect"
    SECURE = "secure"
    GREET = "greet"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    TOKEN = "token"  # noqa: S105 - a stage, not a token
    MAILBOX = "mailbox"
    SEND = "send"


class StepStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the server has got everything, but its answer was lost
    NOT_REACHED = "not_reached"


class TlsMode(StrEnum):
    """How a port turns TLS on (RFC 8314 3)."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"


class FailureKind(StrEnum):
    """Why a conversation ended early, as far as the program can tell by itself."""

    HOST_NOT_FOUND = "host_not_found"
    HOST_LOOKUP_FAILED = "host_lookup_failed"  # DNS did not answer: trying later may help
    REFUSED = "refused"  # nothing listens on the port
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    CLOSED = "closed"  # the server hung up
    STARTTLS_MISSING = "starttls_missing"
    TLS_REFUSED = "tls_refused"  # STARTTLS answered with 4xx or 5xx
    TLS_BROKEN = "tls_broken"  # the handshake failed for another reason than the certificate
    TLS_TOO_OLD = "tls_too_old"  # the server speaks only versions of TLS that are no longer safe
    CERTIFICATE = "certificate"  # `certificate_fault` tells which
    AUTH_MISSING = "auth_missing"  # no AUTH is offered
    MECHANISM_MISSING = "mechanism_missing"  # AUTH is offered, but no mechanism that we speak
    REPLY = "reply"  # the server said 4xx or 5xx
    PROTOCOL = "protocol"  # what the server sent is not SMTP, or too long
    SMTPUTF8_MISSING = "smtputf8_missing"
    TOO_LARGE = "too_large"  # larger than the server's SIZE
    CANCELLED = "cancelled"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - Entra ID refused to give a token
    FEDERATED = "federated"  # the password would have to go to a server that it was not entered for
    GRAPH_REFUSED = "graph_refused"  # Microsoft Graph answered with 4xx or 5xx
    DRAFT_REFUSED = "draft_refused"  # as above, to the draft that a large mail needs
    NOT_GRAPH = "not_graph"  # what answered speaks neither Graph nor Entra ID
    RECIPIENTS_DIFFER = "recipients_differ"  # Graph can send only to those whom the header names
    PROXY = "proxy"  # the proxy on the way refused
    NOT_STARTED = "not_started"  # it failed on this computer, before the server was spoken to
    OUTCOME_UNKNOWN = "outcome_unknown"  # the mail was handed over, but the answer to that was lost


class CertificateFault(StrEnum):
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    UNKNOWN_ISSUER = "unknown_issuer"
    SELF_SIGNED = "self_signed"
    CHANGED = "changed"  # trusted by its fingerprint before, and now another one
    OTHER = "other"


class Party(StrEnum):
    CLIENT = "client"
    SERVER = "server"
    NOTE = "note"  # what happened below SMTP: connecting, the handshake


# Whoever deals in conversations finds all of it here; a start loads `endings` alone.
__all__ = [
    "CertificateFault",
    "Failure",
    "FailureKind",
    "HttpReply",
    "Party",
    "RecipientRefused",
    "Reply",
    "Security",
    "Stage",
    "Step",
    "StepStatus",
    "SupportId",
    "Timeline",
    "TlsMode",
    "TranscriptLine",
]

# RFC 9110 15.5.9, 15.6.3 to 15.6.5; RFC 6585 4; 509 is Graph's "bandwidth exceeded"
_HTTP_TEMPORARY = frozenset({408, 429, 502, 503, 504, 509})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A server's reply. `text` is its words without codes, one line each."""

    code: int
    enhanced_code: str = ""
    text: tuple[str, ...] = ()

    @property
    def temporary(self) -> bool:
        return 400 <= self.code < 500  # noqa: PLR2004 - RFC 5321 4.2.1

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 400  # noqa: PLR2004 - RFC 5321 4.2.1

    @property
    def words(self) -> str:
        """The text on one line."""
        return " ".join(line for line in self.text if line)

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code), self.enhanced_code, self.words) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportId:
    """An identifier that Microsoft's support asks for, as in `request-id`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """What Microsoft Graph or Entra ID answered.

    `code` is the HTTP status; `error_code` is Graph's `error.code`, or Entra's AADSTS code, or else its `error`;
    `aadsts` are Entra's codes as numbers. `retry_after_s` is what the server asks to wait.
    """

    code: int
    error_code: str = ""
    text: tuple[str, ...] = ()
    aadsts: tuple[int, ...] = ()
    ids: tuple[SupportId, ...] = ()
    retry_after_s: float | None = None

    @property
    def temporary(self) -> bool:
        return self.code in _HTTP_TEMPORARY

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 300  # noqa: PLR2004 - RFC 9110 15.3

    @property
    def words(self) -> str:
        """The text on one line."""
        return " ".join(line for line in self.text if line)

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code), self.error_code, self.words) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage. `detail` is for a person; times are milliseconds since the conversation began."""

    stage: Stage
    outcome: StepStatus
    detail: str = ""
    started_ms: float = 0.0
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """One line that was said; never holds a secret, in any encoding."""

    party: Party
    text: str
    at_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why it ended early. `message` says it in plain words; `reply` is there where the server said something, and
    `chain` where its certificate was the reason, the server's own first."""

    stage: Stage
    kind: FailureKind
    message: MessageText
    reply: Reply | HttpReply | None = None
    certificate_fault: CertificateFault | None = None
    chain: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """How the connection was secured. `chain` are the certificates that the server showed, its own first; it is empty
    where they could not be read."""

    mode: TlsMode
    version: str  # "TLSv1.3"
    chain: tuple[Certificate, ...] = ()

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """The names that the server's certificate is for."""
        return self.chain[0].names if self.chain else ()

    @property
    def certificate_valid_until(self) -> datetime | None:
        """Aware UTC; None where the certificate could not be read."""
        return self.chain[0].valid_until if self.chain else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRefused:
    """A recipient whom the server refused while it took the mail for others. `recipient` is an address."""

    recipient: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A whole conversation: a step per stage, in order, the unreached ones too. `refused` is filled only where the
    mail was accepted for somebody else."""

    steps: tuple[Step, ...]
    transcript: tuple[TranscriptLine, ...] = ()
    failure: Failure | None = None
    accepted: Reply | HttpReply | None = None  # the final reply to the content
    security: Security | None = None
    refused: tuple[RecipientRefused, ...] = ()

    @property
    def ok(self) -> bool:
        return self.failure is None
