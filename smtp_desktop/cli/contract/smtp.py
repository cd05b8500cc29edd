"""Documents about SMTPs and their mailboxes."""

from typing import Annotated, Literal, TypedDict

from smtp_desktop.cli.contract.common import (
    AppCertificateInfo,
    CertificateInfo,
    Change,
    Day,
    Error,
    Failure,
    FailureKeys,
    From,
    Plain,
    Reply,
    TestResult,
    Time,
)
from smtp_desktop.domain.checks.end_date import EndDateKind
from smtp_desktop.domain.checks.health import TestKind, TestOutcome, WarningKind
from smtp_desktop.domain.checks.suggestion import Confidence
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind, Stage
from smtp_desktop.domain.discovery.proposal import Origin
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, Cloud, EnvelopeSender, ProfileType, SignIn
from smtp_desktop.services.smtp_status import SmtpState


class Limits(TypedDict):
    """What is sent at most; null for no limit of its own."""

    per_minute: Annotated[int | None, "Messages a minute"]
    per_hour: Annotated[int | None, "Messages an hour"]
    per_day: Annotated[int | None, "Messages a day"]
    connections: Annotated[int | None, "At once"]
    mails_per_connection: Annotated[int | None, "Messages over one connection"]


class Hold(TypedDict):
    """Why nothing, or less, goes out through an SMTP for now."""

    state: Annotated[HoldState, "How it keeps messages back"]
    since: Annotated[Time, "Since when"]
    until: Annotated[Time | None, "null where only the user ends it"]
    cause: Annotated[Cause | None, "null where it was paused by hand"]
    reply: Annotated[str | None, "What the server said"]
    by_hand: Annotated[bool, "Whether the user paused it"]


class TrustedCa(TypedDict):
    """A CA that is trusted for one SMTP alone."""

    subject: Annotated[str | None, "Whose certificate it is; null where it can't be read"]
    valid_until: Annotated[Time | None, "Until when it is valid"]


class Smtp(TypedDict):
    """An SMTP. Fields that its type does not have are null."""

    name: Annotated[str, "Its name"]
    type: Annotated[ProfileType, "An SMTP server, or a Microsoft 365 mailbox"]
    is_default: Annotated[bool, "Whether activities without an SMTP of their own use it"]
    from_address: Annotated[str, "From Address; empty for the user name"]
    signature: Annotated[str, "Ends every message; empty for none"]
    description: Annotated[str, "Notes about it"]
    tags: Annotated[list[str], "In the order in which they were given"]
    host_name: Annotated[str | None, "The server"]
    smtp_port: Annotated[int | None, "The server's port"]
    tls: Annotated[bool | None, "Whether TLS is required"]
    auth_required: Annotated[bool | None, "Whether it signs in"]
    user_name: Annotated[str, "User name, or the mailbox's address; empty where it does not sign in"]
    envelope_sender: Annotated[EnvelopeSender | None, "Whose address MAIL FROM carries"]
    ehlo_name: Annotated[str | None, "The name in EHLO; null where the program chooses it"]
    sign_in: Annotated[SignIn | None, "How it is signed in to; null where it is not"]
    provider: Annotated[OAuthProvider | None, "Whose authorization server an SMTP server's tokens come from"]
    tenant_id: Annotated[str | None, "The tenant at Microsoft"]
    client_id: Annotated[str | None, "The client or app that signs in"]
    issuer: Annotated[str | None, "The authorization server of another provider"]
    authorize_url: Annotated[str | None, "Its authorization endpoint, as entered"]
    token_url: Annotated[str | None, "Its token endpoint, as entered"]
    device_url: Annotated[str | None, "Its device authorization endpoint, as entered"]
    scope: Annotated[str | None, "The scope to ask for; null for the provider's own"]
    app_credential: Annotated[AppCredential | None, "How an app at Microsoft proves who it is"]
    app_certificate: Annotated[AppCertificateInfo | None, "The certificate that an app signs in with"]
    next_app_certificate: Annotated[AppCertificateInfo | None, "What is to replace it"]
    cloud: Annotated[Cloud | None, "The Microsoft cloud of the mailbox"]
    authority: Annotated[str | None, "Of a custom cloud"]
    graph_url: Annotated[str | None, "Of a custom cloud"]
    client_secret_valid_until: Annotated[Day | None, "The client secret's last day, as entered"]
    limits: Annotated[Limits, "What is sent at most"]
    trusted_ca: Annotated[TrustedCa | None, "A CA that is trusted for this SMTP alone"]
    trusted_fingerprint: Annotated[str | None, "SHA-256 of the only certificate that is trusted"]
    has_password: Annotated[bool, "Whether a password is stored"]
    has_client_secret: Annotated[bool, "Whether a client secret is stored"]
    has_service_account: Annotated[bool, "Whether a service account's key is stored"]
    has_certificate: Annotated[bool, "Whether the private key of the certificate is stored"]
    signed_in_as: Annotated[str | None, "Who signed in by browser or code; null where nobody did, or that is not known"]
    signed_in_at: Annotated[Time | None, "When somebody signed in"]
    signed_in_until: Annotated[Time | None, "When somebody has to sign in again; null where that is not known"]
    sign_in_problem: Annotated[Cause | None, "Why the access token could not be renewed; null where it could"]
    missing: Annotated[list[str], "Fields that it can't send without and that have no value yet"]
    state: Annotated[SmtpState, "Whether it works, by its last test or check, and whether it is on hold"]
    last_check: Annotated[Time | None, "When it was last tested or checked"]
    held_since: Annotated[Time | None, "Since when it is held or paused"]
    held_reason: Annotated[str | None, "Why it is held or paused, in a few words"]
    waiting: Annotated[int, "How many messages wait for it"]
    hold: Annotated[Hold | None, "What keeps its messages back now"]


class SavedSmtp(Smtp):
    """An SMTP as it is after the command."""

    changed: Annotated[bool, "Whether anything is different now"]


class ProposalSource(TypedDict):
    """Where a value comes from."""

    origin: Annotated[Origin, "What says it"]
    detail: Annotated[str | None, "The page, the DNS name or the host; null where there is none"]


class Proposal(TypedDict):
    """What was found for a mail address."""

    answered: Annotated[bool | None, "Whether the server answered as it should; null where it was not tried"]
    sources: Annotated[dict[str, ProposalSource], "By field: where the value comes from that no option gave"]
    notes: Annotated[list[str], "What to know before using it"]


class ProposedSmtp(SavedSmtp):
    """A new SMTP from a mail address."""

    proposal: Annotated[Proposal | None, "What was found; null where nothing was, or a server was given instead"]


class EditedSmtp(TypedDict):
    """What came of one of the SMTPs to be edited."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether anything is different now"]
    smtp: Annotated[Smtp | None, "As it is now; null if it could not be changed"]
    error: Annotated[Error | None, "Why it failed; null where it did not"]


class SetSmtp(TypedDict):
    """What came of an SMTP that was to be as the options say."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether anything is different now"]
    created: Annotated[bool, "Whether there was none before"]
    diff: Annotated[dict[str, Change], "The fields that changed"]
    smtp: Annotated[Smtp, "As it is now"]


class DeletedSmtp(TypedDict):
    """What came of one of the SMTPs to be deleted."""

    name: Annotated[str, "The SMTP"]
    deleted: Annotated[bool, "Whether it was deleted by this command"]
    changed: Annotated[bool, "Whether anything is different now"]
    new_default: Annotated[str | None, "The SMTP that is the default now; null where that did not change"]
    activities: Annotated[list[str], "Activities that now use the default SMTP"]
    backup_of: Annotated[list[str], "Activities that now have no backup"]
    secrets_left: Annotated[Error | None, "Why its secrets could not be erased yet"]
    error: Annotated[Error | None, "Why it failed; null where it did not"]


class HeldSmtp(TypedDict):
    """What came of one of the SMTPs to be paused or resumed."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether anything is different now"]
    hold: Annotated[Hold | None, "What keeps its messages back now"]


class NewPassword(TypedDict):
    """What came of one of the SMTPs that get a new password."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether it has the new password"]
    outcome: Annotated[Literal["works", "unproven", "refused", "failed", "untouched"], "What came of it"]
    check: Annotated[TestResult | None, "The check with the new password; null where no server was asked"]
    error: Annotated[Error | None, "Why it failed; null where it did not"]


class HistoryEntry(TypedDict):
    """A stored test or check."""

    at: Annotated[Time, "When it ended"]
    trial: Annotated[TestKind, "Which of the two"]
    outcome: Annotated[TestOutcome, "How it ended"]
    ok: Annotated[bool, "Whether it worked, with or without concerns"]
    duration_ms: Annotated[float, "How long it took"]
    stage: Annotated[Stage | None, "Where it failed; null if it did not"]
    kind: Annotated[FailureKind | None, "How it failed; null if it did not"]
    cause: Annotated[Cause | None, "What went wrong: see docs/diagnosis.md"]
    last_reply: Annotated[str | None, "What the server said last"]
    concerns: Annotated[list[WarningKind], "Why recipients may distrust the message"]


class Trust(TypedDict):
    """What is trusted for an SMTP, and its server's certificate."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether something else is trusted now"]
    trusted_ca: Annotated[TrustedCa | None, "A CA that is trusted for this SMTP alone"]
    trusted_fingerprint: Annotated[str | None, "SHA-256 of the only certificate that is trusted"]
    is_trusted: Annotated[bool | None, "Whether the server's certificate is trusted; null if none was seen"]
    certificates: Annotated[list[CertificateInfo], "The server's chain, its own first; empty if none was seen"]
    failure: Annotated[Failure | None, "Why the connection was not secured"]


class Expiry(TypedDict):
    """Something that stops working at a date."""

    kind: Annotated[EndDateKind, "What it is"]
    names: Annotated[list[str], "The SMTPs"]
    ends: Annotated[Day, "The last day, in the local time zone"]
    ends_at: Annotated[Time | None, "The exact time, where it is known"]
    days_left: Annotated[int, "Negative once it has ended"]
    ended: Annotated[bool, "Whether it has ended already"]
    what: Annotated[str, "Its name, in words"]
    meaning: Annotated[str, "What happens then"]
    steps: Annotated[list[str], "What to do, in this order"]


class ComparedField(TypedDict):
    """A field of the SMTPs that are compared."""

    field: Annotated[str, "Its name"]
    differs: Annotated[bool, "Whether the SMTPs differ in it"]
    values: Annotated[dict[str, Plain], "By the SMTP's name"]


class Comparison(TypedDict):
    """The fields in which SMTPs differ."""

    names: Annotated[list[str], "The SMTPs"]
    fields: Annotated[list[ComparedField], "Those that differ first"]


class Probe(FailureKeys):
    """Settings that were tried."""

    host_name: Annotated[str, "The host"]
    smtp_port: Annotated[int, "The port"]
    signed_in: Annotated[bool, "Whether the password was tried"]
    ok: Annotated[bool, "Whether they work"]


class Suggestion(TypedDict):
    """Settings that may work."""

    changes: Annotated[dict[str, Change], "The fields that would change"]
    sureness: Annotated[Confidence, "How sure it is that they work"]
    needs_password: Annotated[bool, "Whether the password must be entered again"]
    meaning: Annotated[str, "How sure it is, in words"]
    notes: Annotated[list[str], "What to know beforehand"]


class FoundSettings(FailureKeys):
    """Whether the settings work, and others that do."""

    name: Annotated[str, "The SMTP"]
    ok: Annotated[bool, "Whether its current settings work"]
    reply: Annotated[Reply | None, "What the server said to the current settings"]
    tried: Annotated[list[Probe], "Settings that were tried"]
    suggestions: Annotated[list[Suggestion], "The best first"]
    saved: Annotated[bool, "Whether the best were saved"]


class MailboxMessage(From):
    """A message in the inbox of a Microsoft 365 mailbox."""

    id: Annotated[str, "For mailbox show"]
    subject: Annotated[str, "As in its header"]
    received_at: Annotated[Time | None, "When it came"]
    is_read: Annotated[bool, "Whether somebody has read it"]
    has_attachments: Annotated[bool, "Whether files are attached"]


class Header(TypedDict):
    """A header of a message."""

    name: Annotated[str, "Such as Message-ID"]
    value: Annotated[str, "Decoded"]


class OpenedMailboxMessage(MailboxMessage):
    """A message with its content."""

    to: Annotated[list[str], "As in its header"]
    cc: Annotated[list[str], "As in its header"]
    headers: Annotated[list[Header], "In their order"]
    text: Annotated[str, "The body as text; empty for none"]
    html: Annotated[str, "The body as HTML; empty for none"]
