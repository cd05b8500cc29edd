"""Reports: what came of one test or check, with its outcome and its heading."""

from dataclasses import dataclass

from smtp_desktop.domain.checks.check_detail import CheckDetail, tried_server
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import CheckResult, TestKind, TestOutcome, WarningKind, outcome
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure, Timeline
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.diagnosis.stages import could_not_text, stage_text, took_text
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.message_text import MessageText, Translate, msg
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile

SLOW_MS = 10_000
"""How long some programs wait for a server, and then give up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of one test or check.

    `to` is the recipient of a test, None for a check. `diagnosis` is there where it failed. `stored` is False for the
    content of a form that is not saved. `warnings` are there only where it worked: it "works, but". `result` is what
    the store keeps of it, or of a form once that is saved; None where it was cancelled.
    """

    profile: SmtpProfile
    test_kind: TestKind
    to: Address | None
    timeline: Timeline
    diagnosis: Diagnosis | None
    stored: bool
    warnings: tuple[DeliverabilityWarning, ...] = ()
    result: CheckResult | None = None

    @property
    def advice(self) -> Advice | None:
        return self.diagnosis.advice if self.diagnosis else None


def detail_of(report: Report) -> CheckDetail:
    """Returns what is kept of a test or check beside its result."""
    return CheckDetail(
        server=tried_server(report.profile.server),
        recipient=str(report.to) if report.to else "",
        timeline=report.timeline,
    )


UNNAMED = msg("the new SMTP")
"""The name in sentences of an SMTP that has none yet."""


def outcome_of(report: Report) -> TestOutcome:
    """Returns how the test or check ended."""
    failure = report.timeline.failure
    return outcome(failure.kind if failure else None, warned=bool(report.warnings))


def title_of(report: Report, translate: Translate = str) -> str:
    """Returns how the test or check ended, as a heading."""
    failure = report.timeline.failure
    if failure is None:
        return translate(_warned_text(report) if report.warnings else passed_text(report))
    match outcome_of(report):
        case TestOutcome.CANCELLED:
            return translate(msg("Canceled"))
        case TestOutcome.UNKNOWN:
            name = report.profile.name or translate(UNNAMED)
            return translate(msg("Unclear whether the message was sent: {name}", name=name))
        case _:
            return _failed_title(report, failure, translate)


def passed_text(report: Report) -> MessageText:
    """Returns what worked; never "delivered", which only the servers behind this one can say (RFC 5321 4.2.5)."""
    server = report.profile.server
    if not isinstance(server, GenericServer):
        if report.test_kind is TestKind.TEST:
            return msg("Test passed: the message was accepted by Microsoft 365")
        return msg("Check passed: signed in to Microsoft 365")
    if report.test_kind is TestKind.TEST:
        return msg("Test passed: the message was accepted by {host}", host=server.host_name)
    return msg("Check passed: {host} works", host=server.host_name)


def slow_text(report: Report, translate: Translate = str) -> str:
    """Returns which step took so long that other programs would have given up; empty if none did."""
    slowest = max(report.timeline.steps, key=lambda step: step.duration_ms, default=None)
    if slowest is None or slowest.duration_ms < SLOW_MS:
        return ""
    stage, took = translate(stage_text(slowest.stage)), translate(took_text(slowest.duration_ms))
    words = msg(
        "The step “{stage}” took {took}. Programs that wait less than that give up there.", stage=stage, took=took
    )
    return translate(words)


def _warned_text(report: Report) -> MessageText:
    is_test = report.test_kind is TestKind.TEST
    if all(warning.kind is WarningKind.CERTIFICATE_ENDS for warning in report.warnings):
        if is_test:
            return msg("Test passed, but the server's certificate expires soon")
        return msg("Check passed, but the server's certificate expires soon")
    if is_test:
        return msg("Test passed, but recipients may distrust the mail")
    return msg("Check passed, but recipients may distrust the mail")


def _failed_title(report: Report, failure: Failure, translate: Translate) -> str:
    what = translate(could_not_text(failure.stage, report.profile.name or translate(UNNAMED)))
    if report.test_kind is TestKind.TEST:
        return translate(msg("Test failed: {what}", what=what))
    return translate(msg("Check failed: {what}", what=what))
