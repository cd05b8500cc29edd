"""smtp-desktop smtp test|check, with reports in a file for a ticket"""

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.smtp.check_results import print_run, print_single_run, run_document, summary_line
from smtp_desktop.cli.smtp.check_runs import CheckRun, run_checks, run_test
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.errors import OutputLost, SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.report_text import report_lines, version_lines
from smtp_desktop.services.private_file import private

_RULE = "=" * 72


class ReportFile:
    """A file for reports. Opens it at once, so that a mistake shows before a mail is sent. Raises OutputLost if it
    can't be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write("a", "")

    def write(self, runs: Sequence[CheckRun]) -> None:
        """Replaces the content by the reports of `runs`. Raises OutputLost."""
        versions = version_lines()
        reports = ["\n".join(_lines(one, versions)) for one in runs]
        self._write("w", f"\n\n{_RULE}\n\n".join(reports) + "\n")

    def _write(self, mode: str, text: str) -> None:
        try:
            # A lone surrogate in a reply must not prevent the report.
            with open(self.path, mode, encoding="utf-8", errors="backslashreplace", opener=private) as file:
                file.write(text)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputLost(msg("{path} can't be written: {reason}.", path=str(self.path), reason=reason)) from error


def _lines(run: CheckRun, versions: Sequence[str]) -> list[str]:
    if isinstance(run.outcome, SmtpDesktopError):
        return [f"{run.profile.name} could not be tried", str(run.outcome)]
    return report_lines(run.outcome, ended_at=run.ended_at, versions=versions)


_report_option = click.option(
    "--report",
    "report_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all that is known into this file, ready for a ticket. No secret is in it.",
)


@click.command()
@click.argument("name")
@click.option("--to", required=True, metavar="ADDRESS", help="Who gets the mail.")
@_report_option
@json_option
@click.pass_obj
def test(session: Session, name: str, to: str, report_path: Path | None) -> int:
    """Sends a real mail and tells how each step went."""

    def send(profile: SmtpProfile, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        return services.tester.test(profile.id, to=to, cancel=cancel, on_step=on_step)

    report_file = ReportFile(report_path) if report_path else None
    with session.open() as services:
        run = run_test(services, services.profiles.by_name(name), send, session.output)
    if report_file:
        report_file.write([run])
    return _print_single(session, run)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Check every SMTP.")
@_report_option
@json_option
@click.pass_obj
def check(session: Session, names: tuple[str, ...], *, every: bool, report_path: Path | None) -> int:
    """Speaks to the servers up to and including sign-in, all at once; sends nothing."""
    if bool(names) == every:
        raise click.UsageError("Name the SMTPs to check, or say --all.")

    report_file = ReportFile(report_path) if report_path else None
    with session.open() as services:
        chosen = services.profiles.all() if every else [services.profiles.by_name(name) for name in names]
        profiles = list({profile.id: profile for profile in chosen}.values())
        runs = run_checks(services, profiles, session.output)
    if report_file:
        report_file.write(runs)
    if not every and len(runs) == 1:
        return _print_single(session, runs[0])
    for run in runs:
        print_run(run, session.output)
    session.output.live(summary_line(runs))
    if session.output.as_json:
        session.output.result([run_document(run) for run in runs])
    return next((run.exit_code for run in runs if run.exit_code), ExitCode.OK)


def _print_single(session: Session, run: CheckRun) -> int:
    if isinstance(run.outcome, SmtpDesktopError):
        raise run.outcome
    print_single_run(run, session.output)
    if session.output.as_json:
        session.output.result(run_document(run))
    return run.exit_code
