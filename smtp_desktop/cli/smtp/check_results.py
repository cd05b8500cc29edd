"""Results of tests and checks, printed and as JSON."""

from collections.abc import Sequence

from smtp_desktop.cli.output.certificates import certificate_documents
from smtp_desktop.cli.output.conversation import (
    STAGE_NAMES,
    advice_document,
    advice_lines,
    chart_lines,
    failure_document,
    reply_document,
    reply_lines,
    step_documents,
)
from smtp_desktop.cli.output.output import Output, error_document
from smtp_desktop.cli.smtp.check_runs import CheckRun
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Timeline
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile
from smtp_desktop.services.checks.report import Report, outcome_of, title_of

_COUNTED = {
    TestOutcome.WORKS: ("works", "work"),
    TestOutcome.WORKS_BUT: ("works, but with warnings", "work, but with warnings"),
    TestOutcome.FAILED: ("failed", "failed"),
    TestOutcome.UNKNOWN: ("with an unknown outcome", "with an unknown outcome"),
    TestOutcome.CANCELLED: ("stopped", "stopped"),
    None: ("could not be tried", "could not be tried"),
}


def print_run(run: CheckRun, output: Output) -> None:
    """Prints a success on standard output; a failure, an error, and warnings on standard error."""
    if isinstance(run.outcome, SmtpDesktopError):
        output.diagnostic(f"{run.profile.name}: {run.outcome}")
        return
    report = run.outcome
    failure = report.timeline.failure
    if failure:
        output.diagnostic(*failure_lines(run.profile, failure, report.advice))
        return
    output.live(_success_line(report))
    if report.warnings:
        lines = [line for warning in report.warnings for line in advice_lines(warning.advice)]
        output.diagnostic(f"{run.profile.name}: {title_of(report)}", *lines)


def print_single_run(run: CheckRun, output: Output) -> None:
    """Prints the only run of a command, with its steps on a time axis first."""
    if not isinstance(run.outcome, SmtpDesktopError):
        for line in ("", *chart_lines(run.outcome.timeline), ""):
            output.live(line)
    print_run(run, output)


def summary_line(runs: Sequence[CheckRun], *, tested: bool = False) -> str:
    """Returns how many were checked, or tested, and how many of them ended in which way."""
    outcomes = [None if isinstance(run.outcome, SmtpDesktopError) else outcome_of(run.outcome) for run in runs]
    counts = [(outcomes.count(outcome), one, many) for outcome, (one, many) in _COUNTED.items()]
    parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    return f"{len(runs):,} {'tested' if tested else 'checked'}: {'; '.join(parts) or 'none'}."


def _success_line(report: Report) -> str:
    profile, accepted = report.profile, report.timeline.accepted
    if report.test_kind is TestKind.TEST:
        # Never "delivered": only the servers behind this one know (RFC 5321 4.2.5).
        reply = f" It said: {accepted}" if isinstance(accepted, Reply) else ""
        return f"{profile.name}: accepted by {_host(profile)}.{reply}"
    signed_in = "took the sign-in" if profile.needed_secrets else "answered; this SMTP does not sign in"
    return f"{profile.name}: {_host(profile)} {signed_in}. Nothing was sent."


def _host(profile: SmtpProfile) -> str:
    return profile.server.host_name if isinstance(profile.server, GenericServer) else "Microsoft 365"


def failure_lines(profile: SmtpProfile, failure: Failure, advice: Advice | None) -> list[str]:
    """Returns what failed, the server's reply, and the advice."""
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    how = "it is not known whether the mail was sent" if unknown else f"failed at {STAGE_NAMES[failure.stage]}"
    first = f"{profile.name}: {how}. {failure.message}"
    return [first, *reply_lines(failure, _host(profile)), *advice_lines(advice)]


def run_document(run: CheckRun) -> dict[str, object]:
    """Returns a run for `--json`."""
    if isinstance(run.outcome, SmtpDesktopError):
        return _error_run_document(run.profile.name, run.outcome)
    return report_document(run.outcome)


def report_document(report: Report) -> dict[str, object]:
    """Returns all that is known of a test or check. `stage`, `kind` and `message` belong to the failure; `reply` to the
    failure or to the acceptance of the mail. Every key is there, null if it has no value."""
    timeline = report.timeline
    failure = timeline.failure
    return {
        "name": report.profile.name,
        "trial": report.test_kind.value,
        "to": report.to.spec if report.to else None,
        "ok": timeline.ok,
        "outcome": outcome_of(report).value,
        **failure_document(failure),
        "cause": report.diagnosis.cause.value if report.diagnosis else None,
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


def _error_run_document(name: str, error: SmtpDesktopError) -> dict[str, object]:
    """Returns a document with the same keys for an SMTP that could not be contacted because of `error`."""
    absent = ("trial", "to", "outcome", *failure_document(None), "cause", "reply", "advice", "security")
    return {
        "name": name,
        "ok": False,
        **dict.fromkeys(absent),
        "concerns": [],
        "steps": [],
        "transcript": [],
        "error": error_document(error),
    }


def _warning_document(warning: DeliverabilityWarning) -> dict[str, object]:
    return {"kind": warning.kind.value, **(advice_document(warning.advice) or {})}


def _security_document(timeline: Timeline) -> dict[str, object] | None:
    """Returns how the connection was secured; after a failed handshake the certificates alone."""
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
