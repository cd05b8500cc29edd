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
        found = tuple(deadline for deadline in found if deadline.days_left(now.date()) <= within_days)
    session.output.result([_document(deadline, now) for deadline in found], *_table(found, now))
    if not found:
        within = "" if within_days is None else f" within {counted(within_days, 'day')}"
        session.output.diagnostic(f"Nothing ends{within}, as far as is known.")


def _table(found: Sequence[EndDate], now: datetime) -> list[str]:
    return table(
        [
            {
                "ENDS": deadline.ends_on.isoformat(),
                "LEFT": str(deadline.left(now)),
                "WHAT": str(deadline.what),
                "SMTP": deadline.names,
            }
            for deadline in found
        ]
    )


def _document(deadline: EndDate, now: datetime) -> dict[str, object]:
    """Returns what `--json` tells: `ends` is the last day here, `ends_at` the moment where it is known."""
    return {
        "kind": deadline.kind.value,
        "names": [smtp.name for smtp in deadline.smtps],
        "ends": deadline.ends_on.isoformat(),
        "ends_at": deadline.ends_at.isoformat() if deadline.ends_at else None,
        "days_left": deadline.days_left(now.date()),
        "ended": deadline.ended(now),
        "what": str(deadline.what),
        "meaning": str(deadline.meaning),
        "steps": [str(step) for step in deadline.steps],
    }
