"""Runs of many tests or checks at once, with their steps printed as they happen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from smtp_desktop.cli.exit_codes import ExitCode, code_of_cause, code_of_error
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.secrets import open_vault
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.output.progress import StepPrinter
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.errors import SmtpDesktopError, VaultError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.bulk_check import CheckOutcome
from smtp_desktop.services.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """The test or check of one SMTP, ended. `outcome` is an error where the server could not be contacted."""

    profile: SmtpProfile
    outcome: CheckOutcome
    ended_at: datetime  # aware UTC

    @property
    def exit_code(self) -> ExitCode:
        if isinstance(self.outcome, SmtpDesktopError):
            return code_of_error(self.outcome)
        diagnosis = self.outcome.diagnosis
        return code_of_cause(diagnosis.cause) if diagnosis else ExitCode.OK


def run_checks(
    services: Services, profiles: Sequence[SmtpProfile], output: Output, *, test_to: str = ""
) -> list[CheckRun]:
    """Checks all `profiles` at once, or with `test_to` tests them by a mail to that address, prints their steps as they
    happen, and returns the runs in the same order. Opens the vault if it is locked.

    Raises KeyboardInterrupt after Ctrl+C, once all conversations have ended.
    """

    def run(profiles: Sequence[SmtpProfile]) -> dict[ProfileId, CheckRun]:
        printer = StepPrinter(output, len(profiles))
        by_id = {profile.id: profile for profile in profiles}
        runs: dict[ProfileId, CheckRun] = {}

        def on_end(profile_id: ProfileId, outcome: CheckOutcome) -> None:
            runs[profile_id] = _ended(by_id[profile_id], outcome)
            printer.conversation_ended()

        def on_step(profile_id: ProfileId, step: Step) -> None:
            printer.step(by_id[profile_id], step)

        try:
            interruptible(
                lambda cancel: services.bulk_check.run(
                    list(by_id), cancel=cancel, on_end=on_end, on_step=on_step, test_to=test_to
                )
            )
        except VaultLocked as locked:
            # It stopped them all, but only those that sign in need the vault.
            stopped = {one.id: _ended(one, locked) for one in profiles if one.needed_secrets}
            others = [one for one in profiles if not one.needed_secrets]
            return stopped | (run(others) if others else {})
        return runs

    return _with_vault_opened(services, profiles, run)


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


def _ended(profile: SmtpProfile, outcome: CheckOutcome) -> CheckRun:
    return CheckRun(profile=profile, outcome=outcome, ended_at=datetime.now(UTC))
