"""Reports of tests and checks in a file, for a ticket."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.smtp.check_runs import Tried, check_all, document, summary, tell, tell_alone, try_one
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.checks.report import report_lines, version_lines
from smtp_desktop.services.checks.tester import Report

_RULE = "=" * 72


class ReportFile:
    """A file that reports are written to. That it can be is found out at once: not after a mail went out. Raises
    SmtpDesktopError if not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write("a", "")

    def hold(self, tried: Sequence[Tried]) -> None:
        """The file holds what is known of each of `tried`, and nothing else. Raises SmtpDesktopError."""
        versions = version_lines()
        reports = ["\n".join(_lines(one, versions)) for one in tried]
        self._write("w", f"\n\n{_RULE}\n\n".join(reports) + "\n")

    def _write(self, mode: str, words: str) -> None:
        try:
            # A lone surrogate in what a server said is no reason to have no report.
            with self.path.open(mode, encoding="utf-8", errors="backslashreplace") as file:
                file.write(words)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SmtpDesktopError(
                msg("{path} can't be written: {reason}.", path=str(self.path), reason=reason)
            ) from error


def _lines(tried: Tried, versions: Sequence[str]) -> list[str]:
    if isinstance(tried.outcome, SmtpDesktopError):
        return [f"{tried.profile.name} could not be tried", str(tried.outcome)]
    return report_lines(tried.outcome, ended_at=tried.ended_at, versions=versions)


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
        return services.tester.test(profile.id, to=to, cancel=cancel, on_step=on_step)

    report_file = ReportFile(report_path) if report_path else None
    with session.open() as services:
        tried = try_one(services, services.profiles.by_name(name), attempt, session.output)
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
    with session.open() as services:
        chosen = services.profiles.all() if every else [services.profiles.by_name(name) for name in names]
        profiles = list({profile.id: profile for profile in chosen}.values())
        tried = check_all(services, profiles, session.output)
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
