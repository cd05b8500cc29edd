"""smtp-desktop smtp test|check, with reports in a file for a ticket"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.options.sign_in import app_options
from smtp_desktop.cli.options.smtp import client_secret_options, password_options, server_options, typed_in
from smtp_desktop.cli.options.timeout import limit, timeout_option
from smtp_desktop.cli.options.trust import trust_options
from smtp_desktop.cli.smtp.check_results import conversation_lines, print_runs, print_single_run, run_document
from smtp_desktop.cli.smtp.check_runs import CheckRun, run_checks, run_unsaved
from smtp_desktop.cli.smtp.unsaved import is_unsaved, unsaved_draft
from smtp_desktop.domain.diagnosis.advice import Frontend
from smtp_desktop.domain.errors import FieldError, FieldErrors, SmtpDesktopError
from smtp_desktop.domain.smtp.field_rules import address_problem
from smtp_desktop.services.checks.report_text import report_lines, version_lines
from smtp_desktop.services.private_file import os_errors_as_lost, private

Command = TypeVar("Command", bound=Callable[..., Any])

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
    return report_lines(run.outcome, ended_at=run.ended_at, versions=versions, place=Frontend.TERMINAL)


_report_option = click.option(
    "--report",
    "report_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a full report to this file, ready for a ticket. It contains no secrets.",
)


def _conversation_options(command: Command) -> Command:
    """Adds the options of a test or check, with those for settings that are not saved."""
    for add in (
        timeout_option,
        _report_option,
        app_options,
        client_secret_options,
        password_options,
        trust_options,
        server_options,
    ):
        command = add(command)
    return command


@click.command()
@choice_options("Test")
@click.option(
    "--to", "to", metavar="ADDRESS", required=True, multiple=True, help="Who gets the message. Repeat it for several."
)
@_conversation_options
@click.pass_obj
def test(session: Session, /, choice: Choice, to: tuple[str, ...], **options: Any) -> int:
    """Send a real message through each SMTP, and say how each step went.

    With --host, tests a server without saving anything; it signs in if --user is given.

    \b
    Examples:
      smtp-desktop smtp test Reports --to me@company.example
      smtp-desktop smtp test --tag eu --to me@company.example --to you@company.example
      smtp-desktop smtp test --host smtp.company.example --port 465 --user me@company.example --to me@company.example
    """
    problem = next((found for one in to if (found := address_problem(one))), None)
    if problem:  # before anything is sent
        raise FieldErrors((FieldError(field="to", message=problem),))
    return _run(session, choice, options, test_to=tuple(dict.fromkeys(to)))


@click.command()
@choice_options("Check")
@_conversation_options
@click.pass_obj
def check(session: Session, /, choice: Choice, **options: Any) -> int:
    """Connect and sign in to test the settings. Sends nothing.

    Several are checked at once and reported a line each, failures last; the exit code is that of the first failure.
    With --quiet, nothing is printed when all is well, and a line for each failure otherwise. With --host, checks a
    server without saving anything; it signs in if --user is given.

    \b
    Examples:
      smtp-desktop smtp check Reports
      smtp-desktop smtp check --all --quiet
      smtp-desktop smtp check --host smtp.company.example --port 587
    """
    return _run(session, choice, options, test_to=())


def _run(session: Session, choice: Choice, options: Mapping[str, Any], *, test_to: Sequence[str]) -> int:
    unsaved = is_unsaved(choice, options)
    session.output.typed_in = typed_in(options)
    path = options["report_path"]
    report_file = ReportFile(path) if path else None
    single = (unsaved or choice.is_one) and len(test_to) <= 1
    with session.open() as services:
        limit(services, options["timeout_s"])
        if unsaved:
            draft = unsaved_draft(services, options, sends=bool(test_to))
            runs = run_unsaved(services, draft, session.output, test_to=test_to)
        else:
            profiles = choice.read(services)
            runs = run_checks(services, profiles, session.output, test_to=test_to, prints_steps=single)
    if report_file:
        report_file.write(runs)
    for run in runs:
        session.output.detail(*conversation_lines(run))
    if single:
        print_single_run(runs[0], session.output)
    else:
        print_runs(runs, session.output)
    if session.output.as_json:
        session.output.result([run_document(run) for run in runs])
    return next((run.exit_code for run in runs if run.exit_code), ExitCode.OK)
