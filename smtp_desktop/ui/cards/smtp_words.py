"""The short texts on the card of an SMTP: its endpoint, its type, what failed, and what will stop working."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.expiry import Expiry, app_certificate_expiry, certificate_expiry, secret_expiry
from smtp_desktop.domain.checks.health import CheckResult, ServerFact, WarningKind
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.diagnosis.kinds import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, SmtpProfile
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.domain.smtp.certificate import Certificate

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def endpoint_text(profile: SmtpProfile) -> str:
    """Returns the server and port of an SMTP, or its tenant."""
    server = profile.server
    if isinstance(server, GenericServer):
        host = f"[{server.host_name}]" if ":" in server.host_name else server.host_name
        return f"{host}:{server.smtp_port}"
    tenant = server.tenant_id
    is_guid = len(tenant) == 36 and "." not in tenant  # noqa: PLR2004 - the length of a GUID
    return _tr("Tenant {tenant}").format(tenant=f"{tenant[:4]}…{tenant[-4:]}" if is_guid else tenant)


def chips(profile: SmtpProfile) -> tuple[str, ...]:
    """Returns the type of an SMTP, and what sets it apart from others of that type."""
    server = profile.server
    if isinstance(server, GenericServer):
        oauth = (_tr("OAuth2"),) if profile.needs_token else ()
        return (_tr("Generic"), _tr("TLS") if server.tls else _tr("Not encrypted"), *oauth)
    cloud = () if server.cloud is Cloud.GLOBAL else (cloud_name(server.cloud),)
    return (_tr("MS Graph API"), *cloud)


def cloud_name(cloud: Cloud) -> str:
    """Returns the short name of one of Microsoft's clouds."""
    names = {
        Cloud.GLOBAL: _tr("Global"),
        Cloud.US_L4: _tr("US Government L4"),
        Cloud.US_DOD: _tr("US Government L5"),
        Cloud.CHINA: _tr("China"),
        Cloud.CUSTOM: _tr("Custom cloud"),
    }
    return names[cloud]


def warning_word(kind: WarningKind) -> str:
    """Returns a deliverability warning in two or three words."""
    words = {
        WarningKind.SPF_MISSING: _tr("no SPF"),
        WarningKind.SPF_BROKEN: _tr("bad SPF"),
        WarningKind.SPF_EXCLUDES: _tr("not in SPF"),
        WarningKind.DMARC_BROKEN: _tr("bad DMARC"),
        WarningKind.DMARC_UNALIGNED: _tr("fails DMARC"),
        WarningKind.DOMAIN_TAKES_NO_MAIL: _tr("accepts no mail"),
        WarningKind.DOMAIN_UNKNOWN: _tr("no such domain"),
        WarningKind.FOREIGN_FREEMAIL: _tr("mismatched From"),
        WarningKind.FROM_REWRITTEN: _tr("From replaced"),
        WarningKind.CERTIFICATE_ENDS: _tr("cert expiring"),
    }
    return words[kind]


def success_status(last: CheckResult, age: str) -> tuple[Tone, str]:
    """Returns tone and status of a card whose last test or check worked, `age` ago."""
    if last.warnings:
        word = warning_word(last.warnings[0])  # the most serious: there is space for one
        return Tone.WARN, _tr("Works, but: {warning} · {age}").format(warning=word, age=age)
    return Tone.OK, _tr("Working · {age}").format(age=age)


def worked(result: CheckResult) -> bool | None:
    """Returns whether the try worked; None if the outcome is unknown, or it worked with warnings."""
    return None if result.kind is FailureKind.OUTCOME_UNKNOWN or result.warnings else result.ok


def before_change(last: CheckResult, age: str) -> tuple[str, str]:
    """Returns the status of a card whose settings were changed after its last test or check, and what that found, `age`
    ago."""
    status = _tr("Worked before the change") if last.ok else _tr("Failed before the change")
    word = _tr("Working") if last.ok else failure_word(last)
    return status, _tr("Before the change: {word} · {age}").format(word=word, age=age)


def failure_word(result: CheckResult) -> str:
    """Returns the reason why a test or check failed in two or three words."""
    # The three lists share no value, which a test holds.
    words: dict[CertificateFault | FailureKind | Stage, str] = {
        CertificateFault.CHANGED: _tr("Alarm: certificate changed"),
        CertificateFault.EXPIRED: _tr("Certificate expired"),
        CertificateFault.NOT_YET_VALID: _tr("Certificate not valid yet"),
        CertificateFault.WRONG_HOST: _tr("Certificate for another host"),
        FailureKind.HOST_NOT_FOUND: _tr("Host not found"),
        FailureKind.HOST_LOOKUP_FAILED: _tr("DNS lookup failed"),
        FailureKind.REFUSED: _tr("Connection refused"),
        FailureKind.UNREACHABLE: _tr("Unreachable"),
        FailureKind.TIMED_OUT: _tr("No answer"),
        FailureKind.CLOSED: _tr("Server disconnected"),
        FailureKind.STARTTLS_MISSING: _tr("TLS not offered"),
        FailureKind.TLS_REFUSED: _tr("TLS refused"),
        FailureKind.TLS_BROKEN: _tr("TLS failed"),
        FailureKind.TLS_TOO_OLD: _tr("TLS too old"),
        FailureKind.CERTIFICATE: _tr("Certificate refused"),
        FailureKind.AUTH_MISSING: _tr("Sign-in not offered"),
        FailureKind.MECHANISM_MISSING: _tr("Sign-in not offered"),
        FailureKind.TOO_LARGE: _tr("Message too large"),
        FailureKind.TOKEN_REFUSED: _tr("Sign-in refused"),
        FailureKind.FEDERATED: _tr("Password not sent"),
        FailureKind.NOT_GRAPH: _tr("Not Microsoft 365"),
        FailureKind.NOT_AUTHORIZATION_SERVER: _tr("Not an authorization server"),
        FailureKind.NOT_SIGNED_IN: _tr("Not signed in"),
        FailureKind.INCOMPLETE: _tr("Not complete"),
        FailureKind.PROXY: _tr("Proxy refused"),
        FailureKind.OUTCOME_UNKNOWN: _tr("Outcome unknown"),
        Stage.GREET: _tr("Server refused"),
        Stage.SIGN_IN: _tr("Sign-in refused"),
        Stage.SENDER: _tr("Sender refused"),
        Stage.RECIPIENT: _tr("Recipient refused"),
        Stage.CONTENT: _tr("Message refused"),
        Stage.TOKEN: _tr("Sign-in refused"),
        Stage.MAILBOX: _tr("Mailbox refused"),
        Stage.SEND: _tr("Message refused"),
    }
    exact_first = (result.certificate_fault, result.kind, result.stage)
    known = (words[reason] for reason in exact_first if reason in words)
    return _word_by_cause(result) or next(known, _tr("Failed"))


_ANSWERS = {
    FailureKind.REPLY,
    FailureKind.GRAPH_REFUSED,
    FailureKind.DRAFT_REFUSED,
    FailureKind.TOKEN_REFUSED,
}


def _word_by_cause(result: CheckResult) -> str:
    """Returns what a server refused; empty where something else failed, or no cause was kept."""
    return shown(words_of(result.cause).short) if result.cause and result.kind in _ANSWERS else ""


def age_text(now: datetime, then: datetime) -> str:
    """Returns the time since `then` in a word or two."""
    seconds = (now - then).total_seconds()
    if seconds < _MINUTE_S:
        return _tr("just now")
    if seconds < _HOUR_S:
        return _tr("{n} min ago").format(n=int(seconds // _MINUTE_S))
    if seconds < _DAY_S:
        return _tr("{n} h ago").format(n=int(seconds // _HOUR_S))
    return _tr("{n} d ago").format(n=int(seconds // _DAY_S))


def expiry_notices(
    profile: SmtpProfile, fact: ServerFact | None, ca: Certificate | None, now: datetime
) -> Sequence[tuple[Tone, str]]:
    """Returns what ends soon or has ended in a few words, with its tone, the soonest first.

    `fact` is what is known of the server of `profile`, and `ca` the CA that it trusts.
    """
    server, now = profile.server, now.astimezone()
    of_app = _app_notices(profile, now.date())
    if not isinstance(server, GenericServer):
        return of_app
    leaf = fact.security.chain[0] if fact and fact.security.chain else None
    found = (
        [(leaf.valid_until, _certificate_notice(leaf, now, trusted=bool(server.trusted_fingerprint)))] if leaf else []
    )
    if ca and not server.trusted_fingerprint:
        found.append((ca.valid_until, _ca_notice(ca, now)))
    return [*of_app, *(notice for _, notice in sorted(found, key=lambda one: one[0]) if notice)]


def _app_notices(profile: SmtpProfile, today: date) -> list[tuple[Tone, str]]:
    secret, certificate = secret_expiry(profile, today), app_certificate_expiry(profile, today)
    return [
        *([_secret_notice(secret)] if secret else []),
        *([_app_certificate_notice(certificate)] if certificate else []),
    ]


def _app_certificate_notice(expiry: Expiry) -> tuple[Tone, str]:
    return _notice(
        expiry,
        _tr("App certificate has expired"),
        (
            _tr("App certificate expires today"),
            _tr("App certificate expires tomorrow"),
            _tr("App certificate expires in {n} days"),
        ),
    )


def _secret_notice(expiry: Expiry) -> tuple[Tone, str]:
    return _notice(
        expiry,
        _tr("Client secret has expired"),
        (
            _tr("Client secret expires today"),
            _tr("Client secret expires tomorrow"),
            _tr("Client secret expires in {n} days"),
        ),
    )


def _certificate_notice(certificate: Certificate, now: datetime, *, trusted: bool) -> tuple[Tone, str] | None:
    """A certificate that is `trusted` by its fingerprint is accepted after its end, too."""
    expiry = certificate_expiry(certificate, now)
    ends = (
        _tr("Certificate expires today"),
        _tr("Certificate expires tomorrow"),
        _tr("Certificate expires in {n} days"),
    )
    ended_tone = Tone.WARN if trusted else Tone.BAD
    return _notice(expiry, _tr("Certificate has expired"), ends, ended_tone=ended_tone) if expiry else None


def _ca_notice(ca: Certificate, now: datetime) -> tuple[Tone, str] | None:
    expiry = certificate_expiry(ca, now)
    ends = (_tr("Trusted CA expires today"), _tr("Trusted CA expires tomorrow"), _tr("Trusted CA expires in {n} days"))
    return _notice(expiry, _tr("Trusted CA has expired"), ends) if expiry else None


def _notice(expiry: Expiry, ended: str, ends: tuple[str, str, str], *, ended_tone: Tone = Tone.BAD) -> tuple[Tone, str]:
    """`ends` are the words for today, tomorrow and later."""
    if expiry.ended:
        return ended_tone, ended
    return Tone.WARN, ends[min(expiry.days_left, 2)].format(n=expiry.days_left)


def with_notices(tone: Tone, status: str, notices: Sequence[tuple[Tone, str]]) -> tuple[Tone, str, str]:
    """Returns tone, status and note of a card with expiry notices, the soonest first.

    A failure that is there already takes precedence over them, and so does a try that is going on.
    """
    words = [notice for _, notice in notices]
    if not words or tone is Tone.BAD or status == _tr("Trying…"):
        return tone, status, "\n".join(words)
    return notices[0][0], words[0], "\n".join((*words[1:], status))


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)
