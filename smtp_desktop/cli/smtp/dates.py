"""smtp-desktop smtp dates"""

from collections.abc import Sequence
from datetime import datetime

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.output.output import counted, table
from smtp_desktop.domain.checks.end_date import EndDate


@click.command()
@click.option(
    "--within", "within_days", metavar="DAYS", type=click.IntRange(min=0), help="Only what ends in so many days."
)
@json_option
@click.pass_obj
def dates(session: Session, *, within_days: int | None) -> None:
    """Lists what will stop working when, the soonest first: certificates, client secrets, ways to sign in.

    What has ended already is always listed.
    """
    with session.open() as services:
        found = services.end_dates.sources().end_dates()
    now = datetime.now().astimezone()
    if within_days is not None:
        found = tuple(end_date for end_date in found if end_date.days_left(now.date()) <= within_days)
    session.output.answer([_document(end_date, now) for end_date in found], *_table(found, now))
    if not found:
        within = "" if within_days is None else f" within {counted(within_days, 'day')}"
        session.output.diagnostic(f"Nothing ends{within}, as far as is known.")


def _table(found: Sequence[EndDate], now: datetime) -> list[str]:
    return table(
        [
            {
                "ENDS": end_date.ends_on.isoformat(),
                "LEFT": str(end_date.left(now)),
                "WHAT": str(end_date.what),
                "SMTP": end_date.names,
            }
            for end_date in found
        ]
    )


def _document(end_date: EndDate, now: datetime) -> dict[str, object]:
    """Returns an end date for `--json`: `ends` is the last day in the local time zone, `ends_at` the time if known."""
    return {
        "kind": end_date.kind.value,
        "names": [smtp.name for smtp in end_date.smtps],
        "ends": end_date.ends_on.isoformat(),
        "ends_at": end_date.ends_at.isoformat() if end_date.ends_at else None,
        "days_left": end_date.days_left(now.date()),
        "ended": end_date.ended(now),
        "what": str(end_date.what),
        "meaning": str(end_date.meaning),
        "steps": [str(step) for step in end_date.steps],
    }
