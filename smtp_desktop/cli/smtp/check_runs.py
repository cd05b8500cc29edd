"""Runs of many tests or checks at once, with their steps printed as they happen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from smtp_desktop.cli.exit_codes import ExitCode, code_of_cause, code_of_error
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.secrets import open_vault
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.smtp.step_printer import StepPrinter
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Step, StepStatus
from smtp_desktop.domain.errors import SmtpDesktopError, VaultError, VaultLocked
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.bulk_check import CheckOutcome
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """The test or check of one SMTP, ended; `to` is the recipient of a test. `outcome` is an error where the server
    could not be contacted."""

    profile: SmtpProfile
    outcome: CheckOutcome
    ended_at: datetime  # aware UTC
    to: str = ""

    @property
    def exit_code(self) -> ExitCode:
        if isinstance(self.outcome, SmtpDesktopError):
            return code_of_error(self.outcome)
        diagnosis = self.outcome.diagnosis
        return code_of_cause(diagnosis.cause) if diagnosis else ExitCode.OK


def run_checks(
    services: Services,
    profiles: Sequence[SmtpProfile],
    output: Output,
    *,
    test_to: Sequence[str] = (),
    prints_steps: bool = False,
) -> list[CheckRun]:
    """Checks all `profiles` at once, or with `test_to` tests them by a message to each of these addresses, one address
    after the other. With `prints_steps` prints their steps as they happen. Returns the runs in the order of the SMTPs.
    Opens the vault if it is locked.

    Raises KeyboardInterrupt after Ctrl+C, once all conversations have ended.
    """
    printer = StepPrinter(output, len(profiles) * max(len(test_to), 1), prints_steps=prints_steps)
    rounds = [_run_round(services, profiles, printer, to) for to in test_to or ("",)]
    return [run for runs in zip(*rounds, strict=True) for run in runs]


def _run_round(services: Services, profiles: Sequence[SmtpProfile], printer: StepPrinter, to: str) -> list[CheckRun]:
    def run(profiles: Sequence[SmtpProfile]) -> dict[ProfileId, CheckRun]:
        by_id = {profile.id: profile for profile in profiles}
        runs: dict[ProfileId, CheckRun] = {}

        def on_end(profile_id: ProfileId, outcome: CheckOutcome) -> None:
            runs[profile_id] = _ended(by_id[profile_id], outcome, to)
            printer.conversation_ended()

        def check(cancel: Cancel) -> None:
            services.bulk_check.run(
                list(by_id),
                cancel=cancel,
                on_end=on_end,
                on_step=lambda _, step: _print_step(printer, cancel, step),
                test_to=to,
            )

        try:
            interruptible(check)
        except KeyboardInterrupt:
            printer.clear()
            raise
        except VaultLocked as locked:
            # It stopped them all, but only those that sign in need the vault.
            stopped = {one.id: _ended(one, locked, to) for one in profiles if one.needed_secrets}
            others = [one for one in profiles if not one.needed_secrets]
            return stopped | (run(others) if others else {})
        return runs

    return _with_vault_opened(services, profiles, run)


def run_unsaved(
    services: Services, draft: ProfileDraft, output: Output, *, test_to: Sequence[str] = ()
) -> list[CheckRun]:
    """Checks or tests an SMTP that is not saved, as `run_checks` does. Raises FieldErrors, StoreError, VaultError."""
    printer = StepPrinter(output, max(len(test_to), 1), prints_steps=len(test_to) <= 1)
    runs = []
    for to in test_to or ("",):
        report = interruptible(partial(_report_on, services, draft, printer, to))
        printer.conversation_ended()
        runs.append(_ended(report.profile, _without_commands(report), to))
    return runs


def _without_commands(report: Report) -> Report:
    """Returns the report without the commands in its advice, which name an SMTP that there is not."""
    diagnosis = report.diagnosis
    if diagnosis is None or diagnosis.advice is None:
        return report
    steps = tuple(replace(step, command="") for step in diagnosis.advice.steps)
    return replace(report, diagnosis=replace(diagnosis, advice=replace(diagnosis.advice, steps=steps)))


def _report_on(services: Services, draft: ProfileDraft, printer: StepPrinter, to: str, cancel: Cancel) -> Report:
    def on_step(step: Step) -> None:
        _print_step(printer, cancel, step)

    if to:
        return services.tester.test_draft(draft, profile_id=None, to=to, cancel=cancel, on_step=on_step)
    return services.tester.check_draft(draft, profile_id=None, cancel=cancel, on_step=on_step)


def _print_step(printer: StepPrinter, cancel: Cancel, step: Step) -> None:
    # After Ctrl+C the step under way did not fail: it was stopped.
    if not (cancel.requested and step.status is StepStatus.FAILED):
        printer.step(step)


def _with_vault_opened(
    services: Services,
    profiles: Sequence[SmtpProfile],
    run: Callable[[Sequence[SmtpProfile]], dict[ProfileId, CheckRun]],
) -> list[CheckRun]:
    """Calls `run`, and once more for those that a locked vault stopped, once it is open. Returns the runs in the order
    of `profiles`."""
    runs = run(profiles)
    locked = {one: ended.outcome for one, ended in runs.items() if isinstance(ended.outcome, VaultLocked)}
    if locked:
        try:
            open_vault(services, next(iter(locked.values())))
        except VaultError as error:
            runs |= {one: replace(runs[one], outcome=error) for one in locked}
        else:
            # A locked vault stops a conversation before it begins, so that nothing is done twice.
            runs |= run([profile for profile in profiles if profile.id in locked])
    return [runs[profile.id] for profile in profiles]


def _ended(profile: SmtpProfile, outcome: CheckOutcome, to: str) -> CheckRun:
    return CheckRun(profile=profile, outcome=outcome, ended_at=datetime.now(UTC), to=to)
