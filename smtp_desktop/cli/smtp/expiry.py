"""smtp-desktop smtp expiry"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.numbers import whole_number
from smtp_desktop.cli.output.output import counted, table
from smtp_desktop.cli.output.times import utc_text
from smtp_desktop.domain.checks.end_date import EndDate

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.smtp import Expiry


@click.command()
@click.option(
    "--within",
    "within_days",
    metavar="DAYS",
    type=whole_number(0),
    help="List only what expires in so many days.",
)
@click.option("--exit-code", is_flag=True, help="With --within: exit with 1 if anything is listed.")
@click.pass_obj
def expiry(session: Session, *, within_days: int | None, exit_code: bool) -> int:
    """List certificates, secrets and sign-in methods by expiry date.

    What has expired already is always listed.

    \b
    Examples:
      smtp-desktop smtp expiry
      smtp-desktop smtp expiry --within 30 --exit-code
    """
    if exit_code and within_days is None:
        raise click.UsageError("--exit-code needs --within DAYS.")
    with session.open() as services:
        found = services.end_dates.sources().end_dates()
    now = datetime.now().astimezone()
    if within_days is not None:
        found = tuple(end_date for end_date in found if end_date.days_left(now.date()) <= within_days)
    session.output.answer([_document(end_date, now) for end_date in found], *_table(found, now))
    if not found and not (exit_code or session.output.as_json or session.output.is_quiet):
        within = "" if within_days is None else f" within {counted(within_days, 'day')}"
        session.output.notice(f"Nothing known expires{within}.")
    return ExitCode.FOUND if exit_code and found else ExitCode.OK


def _table(found: Sequence[EndDate], now: datetime) -> list[str]:
    return table(
        [
            {
                "EXPIRES": end_date.ends_on.isoformat(),
                "LEFT": str(end_date.left(now)),
                "WHAT": str(end_date.what),
                "SMTP": end_date.names,
            }
            for end_date in found
        ]
    )


def _document(end_date: EndDate, now: datetime) -> Expiry:
    """Returns an end date for `--json`: `ends` is the last day in the local time zone, `ends_at` the time if known."""
    return {
        "kind": end_date.kind,
        "names": [smtp.name for smtp in end_date.smtps],
        "ends": end_date.ends_on.isoformat(),
        "ends_at": utc_text(end_date.ends_at) if end_date.ends_at else None,
        "days_left": end_date.days_left(now.date()),
        "ended": end_date.ended(now),
        "what": str(end_date.what),
        "meaning": str(end_date.meaning),
        "steps": [str(step) for step in end_date.steps],
    }
