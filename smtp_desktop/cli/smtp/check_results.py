"""Results of tests and checks, printed and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smtp_desktop.cli.output.certificates import certificate_documents
from smtp_desktop.cli.output.conversation import (
    STAGE_NAMES,
    advice_document,
    advice_lines,
    advice_texts,
    chart_lines,
    failure_document,
    reply_document,
    reply_lines,
    step_documents,
    terminal_steps,
)
from smtp_desktop.cli.output.output import Output, error_document, table
from smtp_desktop.cli.smtp.check_runs import CheckRun
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Timeline
from smtp_desktop.domain.diagnosis.stages import took_text
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile
from smtp_desktop.services.checks.report import Report, outcome_of, title_of
from smtp_desktop.services.checks.report_text import transcript_line

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import common as contract

_COUNTED = {
    TestOutcome.WORKS: ("works", "work"),
    TestOutcome.WORKS_BUT: ("works, but with warnings", "work, but with warnings"),
    TestOutcome.FAILED: ("failed", "failed"),
    TestOutcome.UNKNOWN: ("with an unknown outcome", "with an unknown outcome"),
    TestOutcome.CANCELLED: ("stopped", "stopped"),
    None: ("could not be tried", "could not be tried"),
}


def print_single_run(run: CheckRun, output: Output) -> None:
    """Prints the only run of a command: how long its steps took, and a success, on standard output; a failure with all
    advice, an error, and warnings on standard error. Where it is quiet or JSON, a failure is one line."""
    if output.as_json or output.is_quiet:
        output.diagnostic(*failed_lines([run]))
        return
    if isinstance(run.outcome, SmtpDesktopError):
        output.diagnostic(*failed_lines([run]))
        return
    report = run.outcome
    for line in ("", *chart_lines(report.timeline), ""):
        output.live(line)
    failure = report.timeline.failure
    if failure:
        output.diagnostic(*failure_lines(run.profile, failure, report.advice))
        return
    output.live(f"{_name(run)}: {_success_text(report)}{_success_end(report)}")
    if report.warnings:
        lines = [line for warning in report.warnings for line in advice_lines(warning.advice)]
        output.diagnostic(f"{_name(run)}: {title_of(report)}", *lines)


def print_runs(runs: Sequence[CheckRun], output: Output) -> None:
    """Prints a report of several runs: a line for each, failures last and with a line of advice, and a line that counts
    them. Where it is quiet or JSON, prints a line for each failure on standard error alone."""
    if output.as_json or output.is_quiet:
        output.diagnostic(*failed_lines(runs))
        return
    if not runs:
        output.live("No SMTP matches: nothing was done.")
        return
    for line in (*_report_lines(runs), "", summary_line(runs, tested=any(run.to for run in runs))):
        output.live(line)


def conversation_lines(run: CheckRun) -> list[str]:
    """Returns what was said to the server and what it said, without secrets, below the SMTP's name; no lines where it
    could not be contacted."""
    if isinstance(run.outcome, SmtpDesktopError) or not run.outcome.timeline.transcript:
        return []
    return [f"{_name(run)}:", *(f"  {transcript_line(line)}" for line in run.outcome.timeline.transcript)]


def failed_lines(runs: Sequence[CheckRun]) -> list[str]:
    """Returns a line for each run that failed: what failed, what the server said, and what that means."""
    return [f"{_name(run)}: {_failed_text(run)}" for run in runs if run.exit_code]


def _failed_text(run: CheckRun) -> str:
    if isinstance(run.outcome, SmtpDesktopError):
        return str(run.outcome)
    failure, advice = run.outcome.timeline.failure, run.outcome.advice
    if failure is None:
        return ""
    if failure.reply is None:  # the message says in words what a title would say once more
        return f"{_how(failure)}: {str(failure.message).rstrip('.')}."
    title = f" {advice.title}." if advice else ""
    return f"{_how(failure)}: {str(failure.reply).rstrip('.')}.{title}"


def _how(failure: Failure) -> str:
    if failure.kind is FailureKind.OUTCOME_UNKNOWN:
        return "it is not known whether the message was sent"
    return f"failed at {STAGE_NAMES[failure.stage]}"


_RESULTS = {
    TestOutcome.WORKS: "ok",
    TestOutcome.WORKS_BUT: "warning",
    TestOutcome.FAILED: "FAILED",
    TestOutcome.UNKNOWN: "unknown",
    TestOutcome.CANCELLED: "stopped",
    None: "FAILED",
}
_ORDER = ("ok", "warning", "stopped", "unknown", "FAILED")


def _report_lines(runs: Sequence[CheckRun]) -> list[str]:
    shown = sorted(runs, key=lambda run: _ORDER.index(_RESULTS[_outcome(run)]))
    several_to = len({run.to for run in runs}) > 1
    head, *lines = table([_row(run, several_to=several_to) for run in shown])
    told = [(line, *_cut_lines(line, run), *_hint_lines(run)) for line, run in zip(lines, shown, strict=True)]
    return [head, *(line for both in told for line in both)]


def _row(run: CheckRun, *, several_to: bool) -> dict[str, str]:
    report = run.outcome
    took = "-" if isinstance(report, SmtpDesktopError) else str(took_text(_duration_ms(report.timeline)))
    return {
        "SMTP": _name(run),
        "OUTCOME": _RESULTS[_outcome(run)],
        "TOOK": took,
        **({"TO": run.to} if several_to else {}),
        "DETAILS": _details(run),
    }


def _duration_ms(timeline: Timeline) -> float:
    return sum(step.duration_ms for step in timeline.steps)


def _details(run: CheckRun) -> str:
    if isinstance(run.outcome, SmtpDesktopError):
        return str(run.outcome)
    failure = run.outcome.timeline.failure
    if failure is None:
        return _success_text(run.outcome)
    return f"{STAGE_NAMES[failure.stage]}: {failure.reply or failure.message}"


def _cut_lines(line: str, run: CheckRun) -> list[str]:
    """Returns the details on a line of their own, where a narrow terminal cut them off."""
    return [f"    {_details(run)}"] if line.endswith("…") and run.exit_code else []


def _hint_lines(run: CheckRun) -> list[str]:
    """Returns a line of advice on a failure, or on the first warning."""
    if isinstance(run.outcome, SmtpDesktopError):
        return []
    warnings = run.outcome.warnings
    advice = run.outcome.advice or (warnings[0].advice if warnings else None)
    if advice is None:
        return []
    first = next((f" {step}" for step in terminal_steps(advice)), "")
    return [f"    {advice.title}.{first}"]


def _outcome(run: CheckRun) -> TestOutcome | None:
    return None if isinstance(run.outcome, SmtpDesktopError) else outcome_of(run.outcome)


def summary_line(runs: Sequence[CheckRun], *, tested: bool = False) -> str:
    """Returns how many were checked, or tested, and how many of them ended in which way."""
    outcomes = [None if isinstance(run.outcome, SmtpDesktopError) else outcome_of(run.outcome) for run in runs]
    counts = [(outcomes.count(outcome), one, many) for outcome, (one, many) in _COUNTED.items()]
    parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    return f"{len(runs):,} {'tested' if tested else 'checked'}: {'; '.join(parts) or 'none'}."


def _success_end(report: Report) -> str:
    if report.test_kind is TestKind.CHECK:
        return ". Nothing was sent."
    return "" if isinstance(report.timeline.accepted, Reply) else "."


def _success_text(report: Report) -> str:
    """Returns what worked, without a full stop."""
    profile, accepted = report.profile, report.timeline.accepted
    if report.test_kind is TestKind.TEST:
        # Never "delivered": only the servers behind this one know (RFC 5321 4.2.5).
        return f"accepted by {_host(profile)}{f': {accepted}' if isinstance(accepted, Reply) else ''}"
    return (
        f"signed in to {_host(profile)}"
        if profile.needed_secrets
        else f"{_host(profile)} answered (no sign-in configured)"
    )


def _name(run: CheckRun) -> str:
    """Returns the name of an SMTP; of one that is not saved, its host."""
    return run.profile.name if run.profile.id else _host(run.profile)


def _host(profile: SmtpProfile) -> str:
    return profile.server.host_name if isinstance(profile.server, GenericServer) else "Microsoft 365"


def failure_lines(profile: SmtpProfile, failure: Failure, advice: Advice | None) -> list[str]:
    """Returns what failed, the server's reply, and the advice."""
    name = profile.name if profile.id else _host(profile)
    first = f"{name}: {_how(failure)}. {failure.message}"
    return [first, *reply_lines(failure, _host(profile)), *advice_lines(advice)]


def run_document(run: CheckRun) -> contract.TestResult:
    """Returns a run for `--json`; `error` where the SMTP could not be contacted."""
    if isinstance(run.outcome, SmtpDesktopError):
        return _error_run_document(run, run.outcome)
    return report_document(run.outcome)


def report_document(report: Report) -> contract.TestResult:
    """Returns all that is known of a test or check. `stage`, `kind` and `message` belong to the failure; `reply` to the
    failure or to the acceptance of the mail. Every key is there, null if it has no value."""
    timeline = report.timeline
    failure = timeline.failure
    return {
        "name": report.profile.name if report.profile.id else None,
        "trial": report.test_kind,
        "to": [report.to.spec] if report.to else [],
        "ok": timeline.ok,
        "outcome": outcome_of(report),
        **failure_document(failure),
        "cause": report.diagnosis.cause if report.diagnosis else None,
        "reply": reply_document(failure.reply if failure else timeline.accepted),
        "advice": advice_document(report.advice),
        "concerns": [_warning_document(warning) for warning in report.warnings],
        "steps": step_documents(timeline),
        "security": _security_document(timeline),
        "transcript": [
            {"at_ms": round(line.at_ms, 1), "party": line.party, "text": line.text} for line in timeline.transcript
        ],
        "error": None,
    }


def _error_run_document(run: CheckRun, error: SmtpDesktopError) -> contract.TestResult:
    """Returns a document with the same keys for an SMTP that could not be contacted because of `error`."""
    return {
        "name": run.profile.name,
        "trial": TestKind.TEST if run.to else TestKind.CHECK,
        "to": [run.to] if run.to else [],
        "ok": False,
        "outcome": None,
        **failure_document(None),
        "cause": None,
        "reply": None,
        "advice": None,
        "concerns": [],
        "steps": [],
        "security": None,
        "transcript": [],
        "error": error_document(error),
    }


def _warning_document(warning: DeliverabilityWarning) -> contract.DeliverabilityWarning:
    return {"kind": warning.kind, **advice_texts(warning.advice)}


def _security_document(timeline: Timeline) -> contract.Security | None:
    """Returns how the connection was secured; after a failed handshake the certificates alone."""
    security, failure = timeline.security, timeline.failure
    if security:
        return {
            "mode": security.mode,
            "version": security.version,
            "certificates": certificate_documents(security.chain),
        }
    if failure and failure.chain:
        return {"mode": None, "version": None, "certificates": certificate_documents(failure.chain)}
    return None
