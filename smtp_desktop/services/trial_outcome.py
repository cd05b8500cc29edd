"""How a test or check ended, in a word and in a sentence."""

from smtp_desktop.domain.checks.deliverability import ConcernKind
from smtp_desktop.domain.checks.health import Trial, TrialOutcome, outcome
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.stages import could_not_text
from smtp_desktop.domain.message_text import Say, Text, text
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.services.testing import Report

UNNAMED = text("the new SMTP")
"""What an SMTP is called that has no name yet."""


def outcome_of(report: Report) -> TrialOutcome:
    """Returns how it ended."""
    failure = report.timeline.failure
    return outcome(failure.kind if failure else None, concerned=bool(report.concerns))


def title_of(report: Report, say: Say = str) -> str:
    """Returns how it ended, as a heading."""
    failure = report.timeline.failure
    if failure is None:
        return say(_doubtful(report) if report.concerns else passed_text(report))
    match outcome_of(report):
        case TrialOutcome.CANCELLED:
            return say(text("Cancelled"))
        case TrialOutcome.UNKNOWN:
            words = text("Not known whether the mail was sent: {name}", name=report.profile.name or say(UNNAMED))
            return say(words)
        case _:
            return _failed(report, failure, say)


def passed_text(report: Report) -> Text:
    """Returns what has worked; never "delivered", which is for the servers behind this one to say (RFC 5321 4.2.5)."""
    server = report.profile.server
    if not isinstance(server, GenericServer):
        if report.trial is Trial.TEST:
            return text("Test passed: the mail was accepted by Microsoft 365")
        return text("Check passed: Microsoft 365 takes the sign-in")
    if report.trial is Trial.TEST:
        return text("Test passed: the mail was accepted by {host}", host=server.host_name)
    return text("Check passed: {host} works", host=server.host_name)


def _doubtful(report: Report) -> Text:
    is_test = report.trial is Trial.TEST
    if all(concern.kind is ConcernKind.CERTIFICATE_ENDS for concern in report.concerns):
        if is_test:
            return text("Test passed, but the server's certificate ends soon")
        return text("Check passed, but the server's certificate ends soon")
    if is_test:
        return text("Test passed, but recipients may distrust the mail")
    return text("Check passed, but recipients may distrust the mail")


def _failed(report: Report, failure: Failure, say: Say) -> str:
    what = say(could_not_text(failure.stage, report.profile.name or say(UNNAMED)))
    if report.trial is Trial.TEST:
        return say(text("Test failed: {what}", what=what))
    return say(text("Check failed: {what}", what=what))
