"""The report of a test or check as text, ready for a ticket. Its parts are redacted already: it holds no secret."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime

from smtp_desktop import __version__
from smtp_desktop.domain.checks.health import TestKind
from smtp_desktop.domain.diagnosis.advice import Advice, Frontend
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    HttpReply,
    Party,
    Reply,
    StepStatus,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.diagnosis.stages import said_text, stage_text, status_text, took_text
from smtp_desktop.domain.message_text import MessageText, Translate, msg, one_line
from smtp_desktop.domain.sign_in.words import sign_in_words
from smtp_desktop.domain.smtp.certificate import Certificate, spelled
from smtp_desktop.domain.smtp.profile import GenericServer, Server
from smtp_desktop.services.checks.report import UNNAMED, Report, slow_text, title_of

PARTY_MARKS = {Party.CLIENT: "C:", Party.SERVER: "S:", Party.NOTE: "--"}
TRANSCRIPT_KEY = msg("C: client · S: server · --: connection events")

_Rows = list[tuple[MessageText, str]]


def version_lines(*toolkit: str) -> tuple[str, ...]:
    """Returns the versions of the program and of what it runs on; `toolkit` names the window's toolkit."""
    return (f"SMTP Desktop {__version__}", f"Python {platform.python_version()}", *toolkit, platform.platform())


def transcript_line(line: TranscriptLine) -> str:
    """Returns one line of a transcript: when, by whom, and what was said."""
    return f"{line.at_ms:8.0f} ms  {PARTY_MARKS[line.party]} {one_line(line.text)}"


def report_lines(
    report: Report, *, ended_at: datetime, versions: Sequence[str], place: Frontend, translate: Translate = str
) -> list[str]:
    """Returns the whole report as lines; `ended_at` is aware, and `place` is where the steps of advice are taken.

    No line holds a line break or another control character, so that a server's words can never begin a line.
    """
    sections = (
        _heading(report, ended_at, versions, translate),
        _outcome(report, translate),
        _advice(report.advice, place, translate),
        *([translate(msg("But")), *_advice(warning.advice, place, translate)] for warning in report.warnings),
        _steps(report, translate),
        _security(report, translate),
        _transcript(report, translate),
    )
    lines = [line for section in sections if section for line in ("", *section)]
    return [_one_line(line) for line in lines[1:]]


def _one_line(line: str) -> str:
    """Returns `line` without control characters; its indent stays."""
    kept = line.lstrip(" ")
    return " " * (len(line) - len(kept)) + one_line(kept)


def _heading(report: Report, ended_at: datetime, versions: Sequence[str], translate: Translate) -> list[str]:
    profile = report.profile
    local, utc = ended_at.astimezone(), ended_at.astimezone(UTC)
    name = profile.name or translate(UNNAMED)
    unsaved = "" if report.stored else translate(msg("as entered in the form, not saved"))
    rows = [
        (msg("Ended"), f"{local:%Y-%m-%d %H:%M:%S %z} ({utc:%Y-%m-%d %H:%M:%S} UTC)"),
        (msg("SMTP"), f"{name} ({unsaved})" if unsaved else name),
        *_server_rows(profile.server, translate),
        (msg("From Address"), profile.from_address or translate(msg("(as the user name)"))),
        *([(msg("To"), report.to.spec)] if report.to else []),
        (msg("Program"), ", ".join(versions)),
    ]
    what = msg("Report of a test") if report.test_kind is TestKind.TEST else msg("Report of a check")
    return [translate(what), "", *_aligned(rows, translate)]


def _server_rows(server: Server, translate: Translate) -> _Rows:
    none = translate(msg("(none: no sign-in)"))
    if not isinstance(server, GenericServer):
        return [
            (msg("Type"), "MS Graph API"),
            (msg("Tenant Id"), server.tenant_id),
            (msg("Client Id"), server.client_id),
            (msg("Cloud"), server.cloud.value),
            (msg("Sign-in"), translate(sign_in_words(server))),
            (msg("User Name"), server.user_name),
        ]
    return [
        (msg("Type"), "Generic"),
        (msg("Host Name"), server.host_name),
        (msg("SMTP Port"), str(server.smtp_port)),
        (msg("SMTP TLS/SSL"), translate(msg("on") if server.tls else msg("off: not encrypted"))),
        *([(msg("Trusts"), _trusted(server, translate))] if server.tls else []),
        *([(msg("Sign-in"), translate(sign_in_words(server)))] if server.oauth else []),
        *([(msg("Client Id"), server.oauth.client_id)] if server.oauth and server.oauth.client_id else []),
        (msg("User Name"), server.user_name if server.auth_required else none),
        *([(msg("Name in EHLO"), server.ehlo_name)] if server.ehlo_name else []),
    ]


def _trusted(server: GenericServer, translate: Translate) -> str:
    if server.trusted_fingerprint:
        fingerprint = spelled(server.trusted_fingerprint)
        return translate(msg("only this certificate: {fingerprint}", fingerprint=fingerprint))
    if server.trusted_ca_pem:
        return translate(msg("the system's CAs, and a custom CA"))
    return translate(msg("the system's CAs"))


def _aligned(rows: _Rows, translate: Translate, indent: str = "") -> list[str]:
    translated = [(translate(label), value) for label, value in rows]
    width = max((len(label) for label, _ in translated), default=0)
    return [f"{indent}{label:<{width}}  {value}" for label, value in translated]


def _outcome(report: Report, translate: Translate) -> list[str]:
    failure, accepted = report.timeline.failure, report.timeline.accepted
    lines = [title_of(report, translate)]
    if failure:
        return [*lines, translate(failure.message), *_reply(report, failure.reply, translate)]
    slow = slow_text(report, translate)
    return lines + _reply(report, accepted, translate) + ([slow] if slow else [])


def _reply(report: Report, reply: Reply | HttpReply | None, translate: Translate) -> list[str]:
    if reply is None:
        return []
    failure = report.timeline.failure
    said = f"{translate(said_text(reply, failure.stage if failure else None))}: {reply}"
    ids = () if isinstance(reply, Reply) else reply.ids
    return [said, *(f"{support_id.name}: {support_id.value}" for support_id in ids)]


def _advice(advice: Advice | None, place: Frontend, translate: Translate) -> list[str]:
    if advice is None:
        return []
    steps = [f"  {number}. {step.at(place, translate)}" for number, step in enumerate(advice.steps_for(place), start=1)]
    return [translate(advice.title), translate(advice.meaning), *steps]


def _steps(report: Report, translate: Translate) -> list[str]:
    rows = [
        (
            translate(stage_text(step.stage)),
            translate(status_text(step.status)),
            "" if step.status is StepStatus.NOT_REACHED else translate(took_text(step.duration_ms)),
            step.detail,
        )
        for step in report.timeline.steps
    ]
    stage, status, took = (max((len(row[column]) for row in rows), default=0) for column in range(3))
    lines = [f"  {row[0]:<{stage}}  {row[1]:<{status}}  {row[2]:>{took}}  {row[3]}" for row in rows]
    return [translate(msg("Steps")), *lines] if lines else []


def _security(report: Report, translate: Translate) -> list[str]:
    security, failure = report.timeline.security, report.timeline.failure
    chain = security.chain if security else _chain_of(failure)
    lines = []
    if security:
        at_once = msg("{version}, on connect", version=security.version)
        upgraded = msg("{version}, after STARTTLS", version=security.version)
        lines.append("  " + translate(upgraded if security.mode is TlsMode.STARTTLS else at_once))
    for number, certificate in enumerate(chain, start=1):
        lines.append("  " + translate(msg("Certificate {number} of {all}", number=number, all=len(chain))))
        lines += _aligned(_certificate_rows(certificate), translate, indent="    ")
    return [translate(msg("Security")), *lines] if lines else []


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


def _transcript(report: Report, translate: Translate) -> list[str]:
    lines = [f"  {transcript_line(line)}" for line in report.timeline.transcript]
    return [translate(msg("Transcript")), f"  {translate(TRANSCRIPT_KEY)}", *lines] if lines else []
