"""SMTPs in text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from smtp_desktop.cli.output.app_certificates import app_certificate_document, app_certificate_text
from smtp_desktop.cli.output.certificates import trusted_ca_document, trusted_ca_text, trusted_fingerprint_text
from smtp_desktop.cli.output.holds import hold_document, hold_line, hold_reason, words_for
from smtp_desktop.cli.output.output import counted, labeled_lines, table
from smtp_desktop.cli.output.times import local_text, local_zone, utc_text
from smtp_desktop.domain.checks.health import CheckResult, TestOutcome, outcome_of
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.words import sign_in_words
from smtp_desktop.domain.smtp.certificate import Certificate, spelled
from smtp_desktop.domain.smtp.completeness import needs_words
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    Cloud,
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    SecretField,
    Server,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.profile_fields import fields_of
from smtp_desktop.services.smtp_status import SmtpState, SmtpStatus

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.smtp import Smtp

_TYPE_NAMES = {"generic": "Generic", "graph": "MS Graph API"}
_APART = ("trusted_", "app_certificate", "next_app_certificate")
_NONE = "-"  # in a table, so that every line has as many columns

Labeled = tuple[str, str | None]
"""A label with its value; None where there is none, which is left out."""


def profile_document(status: SmtpStatus, ca: Certificate | None = None, signed_in: SignedIn | None = None) -> Smtp:
    """Returns an SMTP for `--json`. Every key is there, null if its type does not have the field. `ca` is the
    certificate of the CA that is trusted for it alone; `signed_in` is who signed in for it."""
    profile, hold = status.profile, status.hold
    fields = {key: value for key, value in fields_of(profile).items() if not key.startswith(_APART)}
    generic = profile.server if isinstance(profile.server, GenericServer) else None
    stopping = hold if status.is_stopped else None
    document = {
        **fields,
        "app_certificate": app_certificate_document(profile.server.app_certificate),
        "next_app_certificate": app_certificate_document(profile.server.next_app_certificate),
        "trusted_ca": trusted_ca_document(generic, ca),
        "trusted_fingerprint": trusted_fingerprint_text(generic),
        "has_password": SecretField.PASSWORD in profile.secret_refs,
        "has_client_secret": SecretField.CLIENT_SECRET in profile.secret_refs,
        "has_service_account": SecretField.SERVICE_ACCOUNT in profile.secret_refs,
        "has_certificate": SecretField.CERTIFICATE in profile.secret_refs,
        **_signed_in_keys(signed_in),
        "missing": list(status.missing),
        "state": status.state.value,
        "last_check": utc_text(status.last.at) if status.last else None,
        "held_since": utc_text(stopping.since) if stopping else None,
        "held_reason": hold_reason(stopping) if stopping else None,
        "waiting": status.waiting,
        "hold": hold_document(hold),
    }
    return cast("Smtp", document)  # its fields come by their names, which the tests hold against the schema


def _signed_in_keys(signed_in: SignedIn | None) -> dict[str, str | None]:
    return {
        "signed_in_as": (signed_in.account or None) if signed_in else None,
        "signed_in_at": utc_text(signed_in.signed_in_at) if signed_in else None,
        "signed_in_until": utc_text(signed_in.ends_at) if signed_in and signed_in.ends_at else None,
        "sign_in_problem": (signed_in.problem or None) if signed_in else None,
    }


def profile_lines(status: SmtpStatus, ca: Certificate | None = None, signed_in: SignedIn | None = None) -> list[str]:
    """Returns an SMTP as lines `Label: value`, without what its type does not have and what has no value."""
    profile, hold = status.profile, status.hold
    server = profile.server
    own = _generic_rows(server, ca, signed_in) if isinstance(server, GenericServer) else _graph_rows(server)
    return labeled_lines(
        [
            ("Name", profile.name),
            ("Default", _yes(value=profile.is_default)),
            ("Status", status_text(status)),
            ("Hold", hold_line(hold, profile) if hold else None),
            ("Last test", local_text(status.last.at) if status.last else None),
            ("Waiting", counted(status.waiting, "message") if status.waiting else None),
            ("Description", profile.description or None),
            ("Tags", " ".join(profile.tags) or None),
            ("Type", "SMTP server" if isinstance(server, GenericServer) else "Microsoft 365 mailbox"),
            *own,
            ("From", profile.from_address or None),
            ("Limits", _limits_text(profile.limits)),
            ("Signature", profile.signature or None),
        ]
    )


def _generic_rows(server: GenericServer, ca: Certificate | None, signed_in: SignedIn | None) -> list[Labeled]:
    signs_in = server.auth_required
    return [
        ("Server", _host_and_port(server)),
        ("TLS", "required" if server.tls else "off"),
        ("Sign-in", str(sign_in_words(server)) if signs_in else "off"),
        ("User name", (server.user_name or None) if signs_in else None),
        ("Password", _saved(server.password_ref) if signs_in and server.sign_in is SignIn.PASSWORD else None),
        *(_client_rows(server, server.oauth, signed_in) if signs_in and server.oauth else ()),
        ("Envelope sender", _ENVELOPE_SENDERS[server.envelope_sender]),
        ("EHLO name", server.ehlo_name or None),
        ("Trusted CA", trusted_ca_text(ca) if server.trusted_ca_pem else None),
        ("Trusted SHA-256", spelled(server.trusted_fingerprint) or None),
    ]


def _client_rows(server: GenericServer, client: OAuthClient, signed_in: SignedIn | None) -> list[Labeled]:
    rows: list[Labeled] = [
        ("Tenant ID", client.tenant_id or None),
        ("Client ID", client.client_id or None),
        ("Issuer", client.issuer or None),
        ("Authorize URL", client.authorize_url or None),
        ("Token URL", client.token_url or None),
        ("Device URL", client.device_url or None),
        ("Scope", client.scope or None),
    ]
    if server.sign_in is SignIn.APP_ONLY:
        return [*rows, *_app_rows(server, client)]
    account = (signed_in.account or "an account that was not named") if signed_in else "nobody"
    return [
        *rows,
        ("Client secret", "saved" if server.client_secret_ref else None),
        ("Signed in as", account),
        ("Signed in until", local_text(signed_in.ends_at) if signed_in and signed_in.ends_at else None),
        ("Problem", _problem_text(signed_in) if signed_in else None),
    ]


def _problem_text(signed_in: SignedIn) -> str | None:
    return str(words_of(Cause(signed_in.problem)).short) if signed_in.problem else None


def _app_rows(server: GenericServer, client: OAuthClient) -> list[Labeled]:
    if client.provider is OAuthProvider.GOOGLE:
        return [("Service account", _saved(server.service_account_ref))]
    return [
        ("Client secret", _client_secret_text(server) if server.app_credential is AppCredential.SECRET else None),
        *_certificate_rows(server),
    ]


def _certificate_rows(server: Server) -> list[Labeled]:
    present, coming = server.app_certificate, server.next_app_certificate
    return [
        ("Certificate", app_certificate_text(present) if present else None),
        ("Next certificate", app_certificate_text(coming) if coming else None),
    ]


def _client_secret_text(server: Server) -> str:
    valid_until = f", valid until {server.client_secret_valid_until}" if server.client_secret_valid_until else ""
    return f"{_saved(server.client_secret_ref)}{valid_until}"


def _graph_rows(server: GraphMailbox) -> list[Labeled]:
    custom = server.cloud is Cloud.CUSTOM
    by_user = server.sign_in is SignIn.PASSWORD
    needs_secret = by_user or server.app_credential is AppCredential.SECRET
    return [
        ("Mailbox", server.user_name),
        ("Tenant ID", server.tenant_id),
        ("Client ID", server.client_id),
        ("Sign-in", "as the user, with a password" if by_user else str(sign_in_words(server))),
        ("Password", _saved(server.password_ref) if by_user else None),
        ("Client secret", _client_secret_text(server) if needs_secret else None),
        *_certificate_rows(server),
        ("Cloud", server.cloud.value),
        ("Authority", server.authority if custom else None),
        ("Graph URL", server.graph_url if custom else None),
    ]


_ENVELOPE_SENDERS = {
    EnvelopeSender.USER: "the user name, where it is an address",
    EnvelopeSender.FROM: "the From address",
}


def _saved(ref: object) -> str:
    return "saved" if ref else "missing"


def _yes(*, value: bool) -> str:
    return "yes" if value else "no"


def _limits_text(limits: SendLimits) -> str | None:
    texts = (
        (limits.per_minute, "messages a minute"),
        (limits.per_hour, "messages an hour"),
        (limits.per_day, "messages a day"),
        (limits.connections, "connections at once"),
        (limits.mails_per_connection, "messages a connection"),
    )
    return ", ".join(f"{limit:,} {unit}" for limit, unit in texts if limit) or None


def server_text(profile: SmtpProfile) -> str:
    """Returns host and port of an SMTP, or the tenant of a Microsoft 365 mailbox."""
    server = profile.server
    return _host_and_port(server) if isinstance(server, GenericServer) else server.tenant_id


def _host_and_port(server: GenericServer) -> str:
    host = f"[{server.host_name}]" if ":" in server.host_name else server.host_name
    return f"{host}:{server.smtp_port}"


_STATES = {
    SmtpState.NEVER_TESTED: "never tested",
    SmtpState.WORKS: "works",
    SmtpState.WORKS_BUT: "works, with warnings",
}


def status_text(status: SmtpStatus) -> str:
    """Returns whether an SMTP works, and why it does not, in a few words."""
    if status.hold and status.is_stopped:
        return _lower(words_for(status.hold).title)
    if status.missing:
        text = _lower(str(needs_words(status.missing[0])))
    elif status.last and status.changed_since:
        found = "worked" if status.last.ok else "failed"
        text = f"not tested since a change ({found} before)"
    elif status.last and status.state is SmtpState.FAILS:
        text = failure_text(status.last)
    else:
        text = _STATES[status.state]
    return f"{text}; {words_for(status.hold).state.lower()}" if status.hold else text


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def failure_text(result: CheckResult) -> str:
    """Returns why a test or check failed in a few words."""
    if outcome_of(result) is TestOutcome.UNKNOWN:
        return "fails: outcome unknown"
    if result.cause:
        return f"fails: {_lower(str(words_of(result.cause).short))}"
    return f"fails at {result.stage.replace('_', ' ')}" if result.stage else "fails"


def profile_table(statuses: Sequence[SmtpStatus]) -> list[str]:
    """Returns a heading and a line for each SMTP."""
    tagged = any(status.profile.tags for status in statuses)
    return table([_row(status, tagged=tagged) for status in statuses])


def _row(status: SmtpStatus, *, tagged: bool) -> dict[str, str]:
    profile = status.profile
    return {
        "NAME": profile.name,
        "DEFAULT": "yes" if profile.is_default else _NONE,
        "STATUS": status_text(status),
        f"LAST CHECK ({local_zone()})": f"{status.last.at.astimezone():%Y-%m-%d %H:%M}" if status.last else _NONE,
        "WAITING": f"{status.waiting:,}",
        "TYPE": _TYPE_NAMES[profile.type],
        "SERVER": server_text(profile),
        "USER NAME": profile.server.user_name or _NONE,
        "FROM": profile.from_address or _NONE,
        **({"TAGS": " ".join(profile.tags) or _NONE} if tagged else {}),
    }
