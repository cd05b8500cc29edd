"""smtp-desktop smtp test|check"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.json_option import json_option
from smtp_desktop.cli.program import Session
from smtp_desktop.cli.report_file import ReportFile
from smtp_desktop.cli.trials import Tried, check_all, document, summary, tell, tell_alone, try_one
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.checks.tester import Report

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

    def attempt(profile: SmtpProfile, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        return program.tester.test(profile.id, to=to, cancel=cancel, on_step=on_step)

    report_file = ReportFile(report_path) if report_path else None
    with closing(session.open()) as program:
        tried = try_one(program, program.profiles.by_name(name), attempt, session.output)
    if report_file:
        report_file.hold([tried])
    return _told_one(session, tried)


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
    with closing(session.open()) as program:
        chosen = program.profiles.all() if every else [program.profiles.by_name(name) for name in names]
        profiles = list({profile.id: profile for profile in chosen}.values())
        tried = check_all(program, profiles, session.output)
    if report_file:
        report_file.hold(tried)
    if not every and len(tried) == 1:
        return _told_one(session, tried[0])
    for one in tried:
        tell(one, session.output)
    session.output.live(summary(tried))
    if session.output.as_json:
        session.output.result([document(one) for one in tried])
    return next((one.code for one in tried if one.code), ExitCode.OK)


def _told_one(session: Session, tried: Tried) -> int:
    if isinstance(tried.outcome, SmtpDesktopError):
        raise tried.outcome
    tell_alone(tried, session.output)
    if session.output.as_json:
        session.output.result(document(tried))
    return tried.code
