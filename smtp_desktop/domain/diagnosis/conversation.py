"""Conversations with servers: stages, replies, failures, and the timeline that holds all of it."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.diagnosis.kinds import (
    CertificateFault,
    FailureDetail,
    FailureKind,
    Party,
    Stage,
    StepStatus,
    TlsMode,
)
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.certificate import Certificate

__all__ = [
    "CertificateFault",
    "Failure",
    "FailureDetail",
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
    """A reply of an SMTP server. `text` holds its lines without the codes; `raw` are the bytes of those where they are
    not UTF-8, so that the text is a guess, and hold no secret."""

    code: int
    enhanced_code: str = ""
    text: tuple[str, ...] = ()
    raw: bytes = b""

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
    """An answer of Microsoft Graph or Entra ID.

    `code` is the HTTP status; `error_code` is Graph's `error.code`, or Entra's AADSTS code, or else its `error`;
    `aadsts` are Entra's codes as numbers. `retry_after_s` is the wait that the server asks for, in seconds.
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
    """One stage of a conversation. `detail` is for the user; `started_ms` is since the conversation began."""

    stage: Stage
    status: StepStatus
    detail: str = ""
    started_ms: float = 0.0
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """One line of a transcript; it never holds a secret, in any encoding. `at_ms` is since the conversation began."""

    party: Party
    text: str
    at_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a conversation ended early. `message` says so in a sentence; `reply` is there where the server gave one,
    `detail` where more is known than the kind says, and `chain`, the server's certificates with its own first, where
    they were the reason."""

    stage: Stage
    kind: FailureKind
    message: MessageText
    reply: Reply | HttpReply | None = None
    certificate_fault: CertificateFault | None = None
    chain: tuple[Certificate, ...] = ()
    detail: FailureDetail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """How a connection was secured. `chain` holds the certificates that the server showed, its own first; it is empty
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
    """A recipient whom the server refused. `recipient` is an address."""

    recipient: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A whole conversation: a step per stage, in order, also for those it did not reach. `refused` are the recipients
    whom the server refused one by one, also where it took the mail for nobody; `in_doubt` are those of whom nobody
    knows whether they got the mail, while others did."""

    steps: tuple[Step, ...]
    transcript: tuple[TranscriptLine, ...] = ()
    failure: Failure | None = None
    accepted: Reply | HttpReply | None = None  # the final reply to the content
    security: Security | None = None
    refused: tuple[RecipientRefused, ...] = ()
    in_doubt: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.failure is None
