"""smtp-desktop smtp test|check, with reports in a file for a ticket"""

from collections.abc import Sequence
from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.smtp.check_results import print_run, print_single_run, run_document, summary_line
from smtp_desktop.cli.smtp.check_runs import CheckRun, run_checks
from smtp_desktop.domain.diagnosis.advice import Place
from smtp_desktop.domain.errors import FieldError, FieldErrors, SmtpDesktopError
from smtp_desktop.domain.smtp.field_rules import address_problem
from smtp_desktop.services.checks.report_text import report_lines, version_lines
from smtp_desktop.services.private_file import os_errors_as_lost, private

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
        with (
            os_errors_as_lost(self.path),
            # A lone surrogate in a reply must not prevent the report.
            open(self.path, mode, encoding="utf-8", errors="backslashreplace", opener=private) as file,
        ):
            file.write(text)


def _lines(run: CheckRun, versions: Sequence[str]) -> list[str]:
    if isinstance(run.outcome, SmtpDesktopError):
        return [f"{run.profile.name} could not be tried", str(run.outcome)]
    return report_lines(run.outcome, ended_at=run.ended_at, versions=versions, place=Place.TERMINAL)


_report_option = click.option(
    "--report",
    "report_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all that is known into this file, ready for a ticket. No secret is in it.",
)


@click.command()
@choice_options("Test")
@click.option("--to", required=True, metavar="ADDRESS", help="Who gets the mail.")
@_report_option
@json_option
@click.pass_obj
def test(session: Session, choice: Choice, to: str, report_path: Path | None) -> int:
    """Sends a real mail through each SMTP and tells how each step went."""
    problem = address_problem(to)
    if problem:  # before anything is sent
        raise FieldErrors((FieldError(field="to", message=problem),))
    return _run(session, choice, report_path, test_to=to)


@click.command()
@choice_options("Check")
@_report_option
@json_option
@click.pass_obj
def check(session: Session, choice: Choice, report_path: Path | None) -> int:
    """Speaks to the servers up to and including sign-in, all at once; sends nothing."""
    return _run(session, choice, report_path, test_to="")


def _run(session: Session, choice: Choice, report_path: Path | None, *, test_to: str) -> int:
    report_file = ReportFile(report_path) if report_path else None
    with session.open() as services:
        profiles = choice.read(services)
        runs = run_checks(services, profiles, session.output, test_to=test_to)
    if report_file:
        report_file.write(runs)
    if choice.is_one:
        return _print_single(session, runs[0])
    for run in runs:
        print_run(run, session.output)
    session.output.live(summary_line(runs, tested=bool(test_to)))
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
