"""Documents about SMTPs and their mailboxes."""

from typing import Annotated, Literal, TypedDict

from smtp_desktop.cli.contract.common import (
    CertificateInfo,
    Change,
    Day,
    Error,
    Failure,
    FailureKeys,
    From,
    Plain,
    Reply,
    Time,
    Trial,
)
from smtp_desktop.domain.checks.end_date import EndDateKind
from smtp_desktop.domain.checks.health import TestKind, TestOutcome, WarningKind
from smtp_desktop.domain.checks.suggestion import Confidence
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import Cloud, EnvelopeSender, ProfileType, SignIn
from smtp_desktop.services.smtp_status import SmtpState


class Limits(TypedDict):
    """What is sent at most; null for no limit of its own."""

    per_minute: int | None
    per_hour: int | None
    per_day: int | None
    connections: Annotated[int | None, "At once"]
    mails_per_connection: int | None


class Hold(TypedDict):
    """Why nothing, or less, goes out through an SMTP for now."""

    state: HoldState
    since: Time
    until: Annotated[Time | None, "null where only the user ends it"]
    cause: Annotated[Cause | None, "null where it was paused by hand"]
    reply: Annotated[str | None, "What the server said"]
    by_hand: bool


class TrustedCa(TypedDict):
    """A CA that is trusted for one SMTP alone."""

    subject: str | None
    valid_until: Time | None


class Smtp(TypedDict):
    """An SMTP. Fields that its type does not have are null."""

    name: str
    type: ProfileType
    is_default: bool
    from_address: str
    signature: str
    description: str
    tags: list[str]
    host_name: str | None
    smtp_port: int | None
    tls: bool | None
    auth_required: bool | None
    user_name: str
    envelope_sender: EnvelopeSender | None
    ehlo_name: str | None
    sign_in: SignIn | None
    tenant_id: str | None
    client_id: str | None
    cloud: Cloud | None
    authority: str | None
    graph_url: str | None
    client_secret_valid_until: Day | None
    limits: Limits
    trusted_ca: TrustedCa | None
    trusted_fingerprint: Annotated[str | None, "SHA-256 of the only certificate that is trusted"]
    has_password: bool
    has_client_secret: bool
    state: Annotated[SmtpState, "Whether it works, by its last test or check, and whether it is on hold"]
    last_check: Annotated[Time | None, "When it was last tested or checked"]
    held_since: Annotated[Time | None, "Since when it is held or paused"]
    held_reason: Annotated[str | None, "Why it is held or paused, in a few words"]
    waiting: Annotated[int, "How many messages wait for it"]
    hold: Hold | None


class SavedSmtp(Smtp):
    """An SMTP as it is after the command."""

    changed: Annotated[bool, "Whether anything is different now"]


class EditedSmtp(TypedDict):
    """What came of one of the SMTPs to be edited."""

    name: str
    changed: Annotated[bool, "Whether anything is different now"]
    smtp: Annotated[Smtp | None, "As it is now; null if it could not be changed"]
    error: Error | None


class SetSmtp(TypedDict):
    """What came of an SMTP that was to be as the options say."""

    name: str
    changed: bool
    created: bool
    diff: Annotated[dict[str, Change], "The fields that changed"]
    smtp: Smtp


class DeletedSmtp(TypedDict):
    """What came of one of the SMTPs to be deleted."""

    name: str
    deleted: bool
    changed: bool
    new_default: str | None
    activities: Annotated[list[str], "Activities that now use the default SMTP"]
    backup_of: Annotated[list[str], "Activities that now have no backup"]
    secrets_left: Annotated[Error | None, "Why its secrets could not be erased yet"]
    error: Error | None


class HeldSmtp(TypedDict):
    """What came of one of the SMTPs to be paused or resumed."""

    name: str
    changed: bool
    hold: Hold | None


class NewPassword(TypedDict):
    """What came of one of the SMTPs that get a new password."""

    name: str
    changed: Annotated[bool, "Whether it has the new password"]
    outcome: Literal["works", "unproven", "refused", "failed", "untouched"]
    check: Annotated[Trial | None, "The check with the new password; null where no server was asked"]
    error: Error | None


class HistoryEntry(TypedDict):
    """A stored test or check."""

    at: Time
    trial: TestKind
    outcome: TestOutcome
    ok: bool
    duration_ms: float
    stage: Stage | None
    kind: FailureKind | None
    cause: Cause | None
    last_reply: Annotated[str | None, "What the server said last"]
    concerns: list[WarningKind]


class Trust(TypedDict):
    """What is trusted for an SMTP, and its server's certificate."""

    name: str
    changed: Annotated[bool, "Whether something else is trusted now"]
    trusted_ca: TrustedCa | None
    trusted_fingerprint: Annotated[str | None, "SHA-256 of the only certificate that is trusted"]
    is_trusted: Annotated[bool | None, "Whether the server's certificate is trusted; null if none was seen"]
    certificates: Annotated[list[CertificateInfo], "The server's chain, its own first; empty if none was seen"]
    failure: Annotated[Failure | None, "Why the connection was not secured"]


class Expiry(TypedDict):
    """Something that stops working at a date."""

    kind: EndDateKind
    names: Annotated[list[str], "The SMTPs"]
    ends: Annotated[Day, "The last day, in the local time zone"]
    ends_at: Time | None
    days_left: int
    ended: bool
    what: str
    meaning: str
    steps: list[str]


class ComparedField(TypedDict):
    """A field of the SMTPs that are compared."""

    field: str
    differs: bool
    values: Annotated[dict[str, Plain], "By the SMTP's name"]


class Comparison(TypedDict):
    """The fields in which SMTPs differ."""

    names: list[str]
    fields: list[ComparedField]


class Probe(FailureKeys):
    """Settings that were tried."""

    host_name: str
    smtp_port: int
    signed_in: bool
    ok: bool


class Suggestion(TypedDict):
    """Settings that may work."""

    changes: dict[str, Change]
    sureness: Confidence
    needs_password: bool
    meaning: str
    notes: list[str]


class FoundSettings(FailureKeys):
    """Whether the settings work, and others that do."""

    name: str
    ok: bool
    reply: Reply | None
    tried: list[Probe]
    suggestions: list[Suggestion]
    saved: bool


class MailboxMessage(From):
    """A message in the inbox of a Microsoft 365 mailbox."""

    id: str
    subject: str
    received_at: Time | None
    is_read: bool
    has_attachments: bool


class Header(TypedDict):
    """A header of a message."""

    name: str
    value: str


class OpenedMailboxMessage(MailboxMessage):
    """A message with its content."""

    to: list[str]
    cc: list[str]
    headers: list[Header]
    text: str
    html: str
