"""Running tests and checks, all at once, and telling how they went."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from smtp_desktop.cli.exit_codes import ExitCode, code_of_error, code_of_failure
from smtp_desktop.cli.failures import advice_lines, said_lines
from smtp_desktop.cli.interrupt import wait_for_all
from smtp_desktop.cli.live_steps import LiveSteps
from smtp_desktop.cli.output import Output
from smtp_desktop.cli.program import Program
from smtp_desktop.cli.secrets import open_vault
from smtp_desktop.cli.stage_names import STAGE_NAMES
from smtp_desktop.cli.time_chart import chart_lines
from smtp_desktop.cli.trial_documents import report_document, untried_document
from smtp_desktop.domain.advice import Advice
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.conversation import Failure, FailureKind, Reply, Step
from smtp_desktop.domain.errors import SmtpDesktopError, VaultError, VaultLocked
from smtp_desktop.domain.health import Trial
from smtp_desktop.domain.profile import GenericServer, SmtpProfile
from smtp_desktop.domain.trial_outcome import TrialOutcome
from smtp_desktop.services.testing import Report
from smtp_desktop.services.trial_outcome import outcome_of, title_of

_MAX_AT_ONCE = 200  # threads that wait for a server cost next to nothing

_COUNTED = {
    TrialOutcome.WORKS: ("works", "work"),
    TrialOutcome.WORKS_BUT: ("works, but with concerns", "work, but with concerns"),
    TrialOutcome.FAILED: ("failed", "failed"),
    TrialOutcome.UNKNOWN: ("with an unknown outcome", "with an unknown outcome"),
    TrialOutcome.CANCELLED: ("stopped", "stopped"),
    None: ("could not be tried", "could not be tried"),
}

Attempt = Callable[[SmtpProfile, Cancel, Callable[[Step], None]], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one SMTP did, and when that was known; `outcome` is an error where no conversation could be held."""

    profile: SmtpProfile
    outcome: Report | SmtpDesktopError
    ended_at: datetime  # aware UTC

    @property
    def code(self) -> ExitCode:
        if isinstance(self.outcome, SmtpDesktopError):
            return code_of_error(self.outcome)
        failure = self.outcome.timeline.failure
        return code_of_failure(failure) if failure else ExitCode.OK


def try_all(program: Program, profiles: Sequence[SmtpProfile], attempt: Attempt, output: Output) -> list[Tried]:
    """Returns how each of `profiles` did, in their order; steps were printed as they happened.

    Raises KeyboardInterrupt after Ctrl+C, once every conversation has ended.
    """
    tried = _run(profiles, attempt, output)
    locked = [one.outcome for one in tried if isinstance(one.outcome, VaultLocked)]
    if not locked:
        return tried
    try:
        open_vault(program, locked[0])
    except VaultError as error:
        return [replace(t, outcome=error) if isinstance(t.outcome, VaultLocked) else t for t in tried]
    # A locked vault stops a conversation before it begins, so that nothing is done twice.
    again = iter(_run([t.profile for t in tried if isinstance(t.outcome, VaultLocked)], attempt, output))
    return [next(again) if isinstance(t.outcome, VaultLocked) else t for t in tried]


def _run(profiles: Sequence[SmtpProfile], attempt: Attempt, output: Output) -> list[Tried]:
    if not profiles:
        return []
    live = LiveSteps(output, len(profiles))

    def one(profile: SmtpProfile, cancel: Cancel) -> Tried:
        outcome: Report | SmtpDesktopError
        try:
            outcome = attempt(profile, cancel, lambda step: live.step(profile, step))
        except SmtpDesktopError as error:
            outcome = error
        finally:
            live.conversation_ended()
        return Tried(profile=profile, outcome=outcome, ended_at=datetime.now(UTC))

    cancels = [Cancel() for _ in profiles]
    with ThreadPoolExecutor(min(len(profiles), _MAX_AT_ONCE), thread_name_prefix="trial") as pool:
        futures = [pool.submit(one, profile, cancel) for profile, cancel in zip(profiles, cancels, strict=True)]
        wait_for_all(futures, cancels)
    return [future.result() for future in futures]


def tell(tried: Tried, output: Output) -> None:
    """The outcome stands on standard output or, if it is none to be glad of, on standard error."""
    if isinstance(tried.outcome, SmtpDesktopError):
        output.diagnostic(f"{tried.profile.name}: {tried.outcome}")
        return
    report = tried.outcome
    failure = report.timeline.failure
    if failure:
        output.diagnostic(*failure_lines(tried.profile, failure, report.advice))
        return
    output.live(_success(report))
    if report.concerns:
        doubts = [line for concern in report.concerns for line in advice_lines(concern.advice)]
        output.diagnostic(f"{tried.profile.name}: {title_of(report)}", *doubts)


def tell_alone(tried: Tried, output: Output) -> None:
    """The same for an SMTP that was tried alone, with its steps on a time axis."""
    if not isinstance(tried.outcome, SmtpDesktopError):
        for line in ("", *chart_lines(tried.outcome.timeline), ""):
            output.live(line)
    tell(tried, output)


def summary(tried: Sequence[Tried]) -> str:
    """Returns how many were checked, and how many of them ended in which way."""
    outcomes = [None if isinstance(t.outcome, SmtpDesktopError) else outcome_of(t.outcome) for t in tried]
    counts = [(outcomes.count(outcome), one, many) for outcome, (one, many) in _COUNTED.items()]
    parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    return f"{len(tried):,} checked: {'; '.join(parts) or 'none'}."


def _success(report: Report) -> str:
    profile, accepted = report.profile, report.timeline.accepted
    if report.trial is Trial.TEST:
        # Never "delivered": that is for the servers behind this one to say (RFC 5321 4.2.5).
        said = f" It said: {accepted}" if isinstance(accepted, Reply) else ""
        return f"{profile.name}: accepted by {_host(profile)}.{said}"
    signed_in = "took the sign-in" if profile.needed_secrets else "answered; this SMTP does not sign in"
    return f"{profile.name}: {_host(profile)} {signed_in}. Nothing was sent."


def _host(profile: SmtpProfile) -> str:
    return profile.server.host_name if isinstance(profile.server, GenericServer) else "Microsoft 365"


def failure_lines(profile: SmtpProfile, failure: Failure, advice: Advice | None) -> list[str]:
    """Returns what went wrong, who said what, and what to do about it."""
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    how = "it is not known whether the mail was sent" if unknown else f"failed at {STAGE_NAMES[failure.stage]}"
    first = f"{profile.name}: {how}. {failure.message}"
    said = said_lines(failure, _host(profile))
    return [first, *said, *advice_lines(advice)]


def document(tried: Tried) -> dict[str, object]:
    """Returns what `--json` tells of one test or check."""
    if isinstance(tried.outcome, SmtpDesktopError):
        return untried_document(tried.profile.name, tried.outcome)
    return report_document(tried.outcome)
