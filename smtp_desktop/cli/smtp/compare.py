"""smtp-desktop smtp compare"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.output.output import table
from smtp_desktop.domain.smtp.profile_fields import ComparedField, Plain, compared

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import smtp as contract

_TWO = 2


@click.command(epilog=examples("smtp compare Reports Alerts", "smtp compare --tag prod --all-fields --json"))
@choice_options("Compare")
@click.option("--all-fields", is_flag=True, help="Also show fields that are the same everywhere.")
@click.pass_obj
def compare(session: Session, choice: Choice, *, all_fields: bool) -> None:
    """Show the fields in which SMTPs differ, side by side."""
    with session.open() as services:
        profiles = choice.read(services)
    if len(profiles) < _TWO:
        raise click.UsageError("Name at least two SMTPs.")
    fields = [one for one in compared(profiles) if one.differs or all_fields]
    names = [profile.name for profile in profiles]
    document: contract.Comparison = {"names": names, "fields": [_document(one, names) for one in fields]}
    rows = [{"FIELD": one.name, **dict(zip(names, map(_words, one.values), strict=True))} for one in fields]
    session.output.answer(document, *(table(rows) or ["These SMTPs differ only in their names."]))


def _document(field: ComparedField, names: list[str]) -> contract.ComparedField:
    return {"field": field.name, "differs": field.differs, "values": dict(zip(names, field.values, strict=True))}


def _words(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    words = " ".join(value) if isinstance(value, list) else str(value)
    return "-" if value is None else words
