"""Tests and checks, as `--json` tells them."""

from smtp_desktop.cli.output.conversation import (
    advice_document,
    certificate_documents,
    failure_document,
    reply_document,
)
from smtp_desktop.cli.output.output import error_document
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.checks.outcome import outcome_of
from smtp_desktop.services.checks.tester import Report


def report_document(report: Report) -> dict[str, object]:
    """Returns all that is known of a test or check. `stage`, `kind` and `message` are of the failure; `reply` is of
    the failure, or the server's word on accepting the mail. Every key is there, null where there is none."""
    timeline = report.timeline
    failure = timeline.failure
    return {
        "name": report.profile.name,
        "trial": report.test_kind.value,
        "to": report.to.spec if report.to else None,
        "ok": timeline.ok,
        "outcome": outcome_of(report).value,
        **failure_document(failure),
        "reply": reply_document(failure.reply if failure else timeline.accepted),
        "advice": advice_document(report.advice),
        "concerns": [_warning_document(warning) for warning in report.warnings],
        "steps": step_documents(timeline),
        "security": _security_document(timeline),
        "transcript": [
            {"at_ms": round(line.at_ms, 1), "party": line.party.value, "text": line.text}
            for line in timeline.transcript
        ],
    }


def untried_document(name: str, error: SmtpDesktopError) -> dict[str, object]:
    """Returns the same for the SMTP `name`, with which no conversation could be held: `error` says why."""
    absent = ("trial", "to", "outcome", *failure_document(None), "reply", "advice", "security")
    return {
        "name": name,
        "ok": False,
        **dict.fromkeys(absent),
        "concerns": [],
        "steps": [],
        "transcript": [],
        "error": error_document(error),
    }


def step_documents(timeline: Timeline) -> list[dict[str, object]]:
    """Returns what is known of the steps of a conversation; times count from its beginning."""
    return [
        {
            "stage": step.stage.value,
            "outcome": step.outcome.value,
            "detail": step.detail,
            "started_ms": round(step.started_ms, 1),
            "duration_ms": round(step.duration_ms, 1),
        }
        for step in timeline.steps
    ]


def _warning_document(warning: DeliverabilityWarning) -> dict[str, object]:
    return {"kind": warning.kind.value, **(advice_document(warning.advice) or {})}


def _security_document(timeline: Timeline) -> dict[str, object] | None:
    """A handshake that failed has the certificates that were shown, and no mode."""
    security, failure = timeline.security, timeline.failure
    if security:
        return {
            "mode": security.mode.value,
            "version": security.version,
            "certificates": certificate_documents(security.chain),
        }
    if failure and failure.chain:
        return {"mode": None, "version": None, "certificates": certificate_documents(failure.chain)}
    return None
