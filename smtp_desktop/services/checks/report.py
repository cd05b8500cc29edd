"""A test or check as plain text, ready for a ticket. It is made of what is masked already, and knows no secret."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime

from smtp_desktop import __version__
from smtp_desktop.domain.checks.health import TestKind
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    HttpReply,
    Party,
    Reply,
    StepStatus,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.diagnosis.stages import outcome_text, stage_text, took_text
from smtp_desktop.domain.message_text import MessageText, Say, msg, one_line
from smtp_desktop.domain.smtp.certificate import Certificate, spelled
from smtp_desktop.domain.smtp.profile import GenericServer, Server, SignIn
from smtp_desktop.services.checks.outcome import UNNAMED, title_of
from smtp_desktop.services.checks.tester import Report

PARTY_MARKS = {Party.CLIENT: "C:", Party.SERVER: "S:", Party.NOTE: "--"}
TRANSCRIPT_KEY = msg("C: this program · S: the server · --: what happened below SMTP")

_Rows = list[tuple[MessageText, str]]


def version_lines(*toolkit: str) -> tuple[str, ...]:
    """Returns what the program is and what it runs on; `toolkit` names what draws its window."""
    return (f"SMTP Desktop {__version__}", f"Python {platform.python_version()}", *toolkit, platform.platform())


def transcript_line(line: TranscriptLine) -> str:
    """Returns what was said, by whom and when, on one line."""
    return f"{line.at_ms:8.0f} ms  {PARTY_MARKS[line.party]} {one_line(line.text)}"


def report_lines(report: Report, *, ended_at: datetime, versions: Sequence[str], say: Say = str) -> list[str]:
    """Returns all that is known of the test or check, line by line; `ended_at` is aware.

    Whatever a server says, it begins no line: none of them holds a line break or another control character.
    """
    sections = (
        _opening(report, ended_at, versions, say),
        _ending(report, say),
        _advice(report.advice, say),
        *([say(msg("But")), *_advice(warning.advice, say)] for warning in report.warnings),
        _steps(report, say),
        _security(report, say),
        _transcript(report, say),
    )
    lines = [line for section in sections if section for line in ("", *section)]
    return [_harmless(line) for line in lines[1:]]


def _harmless(line: str) -> str:
    """Returns `line` without what could break it; its indent stays."""
    kept = line.lstrip(" ")
    return " " * (len(line) - len(kept)) + one_line(kept)


def _opening(report: Report, ended_at: datetime, versions: Sequence[str], say: Say) -> list[str]:
    profile = report.profile
    local, utc = ended_at.astimezone(), ended_at.astimezone(UTC)
    name = profile.name or say(UNNAMED)
    unsaved = "" if report.stored else say(msg("as typed in the form, not saved"))
    rows = [
        (msg("Ended"), f"{local:%Y-%m-%d %H:%M:%S %z} ({utc:%Y-%m-%d %H:%M:%S} UTC)"),
        (msg("SMTP"), f"{name} ({unsaved})" if unsaved else name),
        *_server_rows(profile.server, say),
        (msg("From Address"), profile.from_address or say(msg("(as the user name)"))),
        *([(msg("To"), report.to.spec)] if report.to else []),
        (msg("Program"), ", ".join(versions)),
    ]
    what = msg("Report of a test") if report.test_kind is TestKind.TEST else msg("Report of a check")
    return [say(what), "", *_aligned(rows, say)]


def _server_rows(server: Server, say: Say) -> _Rows:
    none = say(msg("(none: it does not sign in)"))
    if not isinstance(server, GenericServer):
        app_only = server.sign_in is SignIn.APP_ONLY
        return [
            (msg("Type"), "MS Graph API"),
            (msg("Tenant Id"), server.tenant_id),
            (msg("Client Id"), server.client_id),
            (msg("Cloud"), server.cloud.value),
            (msg("Sign-in"), say(msg("app only") if app_only else msg("user name and password"))),
            (msg("User Name"), server.user_name),
        ]
    return [
        (msg("Type"), "Generic"),
        (msg("Host Name"), server.host_name),
        (msg("SMTP Port"), str(server.smtp_port)),
        (msg("SMTP TLS/SSL"), say(msg("on") if server.tls else msg("off: not encrypted"))),
        *([(msg("Trusts"), _trusted(server, say))] if server.tls else []),
        (msg("User Name"), server.user_name if server.auth_required else none),
    ]


def _trusted(server: GenericServer, say: Say) -> str:
    if server.trusted_fingerprint:
        words = msg("this certificate and no other: {fingerprint}", fingerprint=spelled(server.trusted_fingerprint))
        return say(words)
    if server.trusted_ca_pem:
        return say(msg("what the system trusts, and a CA of its own"))
    return say(msg("what the system trusts"))


def _aligned(rows: _Rows, say: Say, indent: str = "") -> list[str]:
    said = [(say(label), words) for label, words in rows]
    width = max((len(label) for label, _ in said), default=0)
    return [f"{indent}{label:<{width}}  {words}" for label, words in said]


def _ending(report: Report, say: Say) -> list[str]:
    failure, accepted = report.timeline.failure, report.timeline.accepted
    lines = [title_of(report, say)]
    if failure:
        return [*lines, say(failure.message), *_said(failure.reply, say)]
    return lines + _said(accepted, say)


def _said(reply: Reply | HttpReply | None, say: Say) -> list[str]:
    if reply is None:
        return []
    if isinstance(reply, Reply):
        return [say(msg("The server said: {reply}", reply=str(reply)))]
    return [
        say(msg("Microsoft said: {reply}", reply=str(reply))),
        *(f"{support_id.name}: {support_id.value}" for support_id in reply.ids),
    ]


def _advice(advice: Advice | None, say: Say) -> list[str]:
    if advice is None:
        return []
    steps = [f"  {number}. {say(step)}" for number, step in enumerate(advice.steps, start=1)]
    return [say(advice.title), say(advice.meaning), *steps]


def _steps(report: Report, say: Say) -> list[str]:
    rows = [
        (
            say(stage_text(step.stage)),
            say(outcome_text(step.outcome)),
            "" if step.outcome is StepStatus.NOT_REACHED else say(took_text(step.duration_ms)),
            step.detail,
        )
        for step in report.timeline.steps
    ]
    stage, outcome, took = (max((len(row[column]) for row in rows), default=0) for column in range(3))
    lines = [f"  {row[0]:<{stage}}  {row[1]:<{outcome}}  {row[2]:>{took}}  {row[3]}" for row in rows]
    return [say(msg("Steps")), *lines] if lines else []


def _security(report: Report, say: Say) -> list[str]:
    security, failure = report.timeline.security, report.timeline.failure
    chain = security.chain if security else _chain_of(failure)
    lines = []
    if security:
        at_once = msg("{version}, at once", version=security.version)
        upgraded = msg("{version}, after STARTTLS", version=security.version)
        lines.append("  " + say(upgraded if security.mode is TlsMode.STARTTLS else at_once))
    for number, certificate in enumerate(chain, start=1):
        lines.append("  " + say(msg("Certificate {number} of {all}", number=number, all=len(chain))))
        lines += _aligned(_certificate_rows(certificate), say, indent="    ")
    return [say(msg("Security")), *lines] if lines else []


def _chain_of(failure: Failure | None) -> tuple[Certificate, ...]:
    return failure.chain if failure else ()


def _certificate_rows(certificate: Certificate) -> _Rows:
    return [
        (msg("Subject"), certificate.subject),
        (msg("Issuer"), certificate.issuer),
        *([(msg("Names"), ", ".join(certificate.names))] if certificate.names else []),
        (msg("Valid from"), f"{certificate.valid_from:%Y-%m-%d %H:%M} UTC"),
        (msg("Valid until"), f"{certificate.valid_until:%Y-%m-%d %H:%M} UTC"),
        (msg("SHA-256"), spelled(certificate.fingerprint)),
    ]


def _transcript(report: Report, say: Say) -> list[str]:
    lines = [f"  {transcript_line(line)}" for line in report.timeline.transcript]
    return [say(msg("Transcript")), f"  {say(TRANSCRIPT_KEY)}", *lines] if lines else []
