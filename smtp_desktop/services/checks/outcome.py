"""How a test or check ended, in a word and in a sentence."""

from datetime import datetime
from typing import Any

from smtp_desktop.domain.checks.health import CheckResult, TestKind, TestOutcome, WarningKind, outcome
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.stages import could_not_text
from smtp_desktop.domain.message_text import MessageText, Say, msg
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId
from smtp_desktop.services.checks.tester import Report

UNNAMED = msg("the new SMTP")
"""What an SMTP is called that has no name yet."""


def outcome_of(report: Report) -> TestOutcome:
    """Returns how it ended."""
    failure = report.timeline.failure
    return outcome(failure.kind if failure else None, concerned=bool(report.warnings))


def title_of(report: Report, say: Say = str) -> str:
    """Returns how it ended, as a heading."""
    failure = report.timeline.failure
    if failure is None:
        return say(_doubtful(report) if report.warnings else passed_text(report))
    match outcome_of(report):
        case TestOutcome.CANCELLED:
            return say(msg("Cancelled"))
        case TestOutcome.UNKNOWN:
            words = msg("Not known whether the mail was sent: {name}", name=report.profile.name or say(UNNAMED))
            return say(words)
        case _:
            return _failed(report, failure, say)


def passed_text(report: Report) -> MessageText:
    """Returns what has worked; never "delivered", which is for the servers behind this one to say (RFC 5321 4.2.5)."""
    server = report.profile.server
    if not isinstance(server, GenericServer):
        if report.test_kind is TestKind.TEST:
            return msg("Test passed: the mail was accepted by Microsoft 365")
        return msg("Check passed: Microsoft 365 takes the sign-in")
    if report.test_kind is TestKind.TEST:
        return msg("Test passed: the mail was accepted by {host}", host=server.host_name)
    return msg("Check passed: {host} works", host=server.host_name)


def _doubtful(report: Report) -> MessageText:
    is_test = report.test_kind is TestKind.TEST
    if all(warning.kind is WarningKind.CERTIFICATE_ENDS for warning in report.warnings):
        if is_test:
            return msg("Test passed, but the server's certificate ends soon")
        return msg("Check passed, but the server's certificate ends soon")
    if is_test:
        return msg("Test passed, but recipients may distrust the mail")
    return msg("Check passed, but recipients may distrust the mail")


def _failed(report: Report, failure: Failure, say: Say) -> str:
    what = say(could_not_text(failure.stage, report.profile.name or say(UNNAMED)))
    if report.test_kind is TestKind.TEST:
        return say(msg("Test failed: {what}", what=what))
    return say(msg("Check failed: {what}", what=what))


def to_document(result: CheckResult) -> dict[str, Any]:
    """Returns an object with a value for every field."""
    return result._asdict() | {"at": result.at.isoformat()}


def from_document(document: dict[str, Any]) -> CheckResult:
    """Returns the result that `to_document` made the object of."""
    stage, kind, fault = document["stage"], document["kind"], document["certificate_fault"]
    return CheckResult(
        profile_id=ProfileId(document["profile_id"]),
        at=datetime.fromisoformat(document["at"]),
        test_kind=TestKind(document["test_kind"]),
        ok=document["ok"],
        duration_ms=document["duration_ms"],
        stage=Stage(stage) if stage else None,
        kind=FailureKind(kind) if kind else None,
        certificate_fault=CertificateFault(fault) if fault else None,
        reply=document["reply"],
        warnings=tuple(WarningKind(warning) for warning in document["warnings"]),
    )
