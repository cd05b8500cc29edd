"""Running a test, or checks all at once, and telling how they went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from smtp_desktop.cli.exit_codes import ExitCode, code_of_error, code_of_failure
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.secrets import open_vault
from smtp_desktop.cli.output.conversation import STAGE_NAMES, advice_lines, chart_lines, said_lines
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.output.progress import LiveSteps
from smtp_desktop.cli.output.test_result import report_document, untried_document
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Step
from smtp_desktop.domain.errors import SmtpDesktopError, VaultError, VaultLocked
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.checks.bulk_check import CheckOutcome
from smtp_desktop.services.checks.outcome import outcome_of, title_of
from smtp_desktop.services.checks.tester import Report
from smtp_desktop.services.services import Services

_COUNTED = {
    TestOutcome.WORKS: ("works", "work"),
    TestOutcome.WORKS_BUT: ("works, but with concerns", "work, but with concerns"),
    TestOutcome.FAILED: ("failed", "failed"),
    TestOutcome.UNKNOWN: ("with an unknown outcome", "with an unknown outcome"),
    TestOutcome.CANCELLED: ("stopped", "stopped"),
    None: ("could not be tried", "could not be tried"),
}

Attempt = Callable[[SmtpProfile, Cancel, Callable[[Step], None]], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one SMTP did, and when that was known; `outcome` is an error where no conversation could be held."""

    profile: SmtpProfile
    outcome: CheckOutcome
    ended_at: datetime  # aware UTC

    @property
    def code(self) -> ExitCode:
        if isinstance(self.outcome, SmtpDesktopError):
            return code_of_error(self.outcome)
        failure = self.outcome.timeline.failure
        return code_of_failure(failure) if failure else ExitCode.OK


def try_one(services: Services, profile: SmtpProfile, attempt: Attempt, output: Output) -> Tried:
    """Returns how `profile` did; its steps were printed as they happened.

    Raises KeyboardInterrupt after Ctrl+C, once the conversation has ended.
    """

    def run(profiles: Sequence[SmtpProfile]) -> dict[ProfileId, Tried]:
        live = LiveSteps(output, len(profiles))
        try:
            outcome: CheckOutcome = interruptible(
                lambda cancel: attempt(profile, cancel, lambda step: live.step(profile, step))
            )
        except SmtpDesktopError as error:
            outcome = error
        finally:
            live.conversation_ended()
        return {profile.id: _tried(profile, outcome)}

    return _opening_vault(services, [profile], run)[0]


def check_all(services: Services, profiles: Sequence[SmtpProfile], output: Output) -> list[Tried]:
    """Returns how each of `profiles`, which are checked all at once, did, in their order; as `try_one` does."""

    def run(profiles: Sequence[SmtpProfile]) -> dict[ProfileId, Tried]:
        live = LiveSteps(output, len(profiles))
        by_id = {profile.id: profile for profile in profiles}
        tried: dict[ProfileId, Tried] = {}

        def on_end(profile_id: ProfileId, outcome: CheckOutcome) -> None:
            tried[profile_id] = _tried(by_id[profile_id], outcome)
            live.conversation_ended()

        def on_step(profile_id: ProfileId, step: Step) -> None:
            live.step(by_id[profile_id], step)

        try:
            interruptible(
                lambda cancel: services.bulk_check.run(list(by_id), cancel=cancel, on_end=on_end, on_step=on_step)
            )
        except VaultLocked as locked:
            # It stopped them all, and is in the way of those alone that sign in.
            shut = {one.id: _tried(one, locked) for one in profiles if one.needed_secrets}
            free = [one for one in profiles if not one.needed_secrets]
            return shut | (run(free) if free else {})
        return tried

    return _opening_vault(services, profiles, run)


def _opening_vault(
    services: Services,
    profiles: Sequence[SmtpProfile],
    run: Callable[[Sequence[SmtpProfile]], dict[ProfileId, Tried]],
) -> list[Tried]:
    """Returns what `run` did, in the order of `profiles`; again with those that the vault stopped, once it is open."""
    tried = run(profiles)
    locked = {one: how.outcome for one, how in tried.items() if isinstance(how.outcome, VaultLocked)}
    if locked:
        try:
            open_vault(services, next(iter(locked.values())))
        except VaultError as error:
            tried |= {one: replace(tried[one], outcome=error) for one in locked}
        else:
            # A locked vault stops a conversation before it begins, so that nothing is done twice.
            tried |= run([profile for profile in profiles if profile.id in locked])
    return [tried[profile.id] for profile in profiles]


def _tried(profile: SmtpProfile, outcome: CheckOutcome) -> Tried:
    return Tried(profile=profile, outcome=outcome, ended_at=datetime.now(UTC))


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
    if report.warnings:
        doubts = [line for warning in report.warnings for line in advice_lines(warning.advice)]
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
    if report.test_kind is TestKind.TEST:
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
