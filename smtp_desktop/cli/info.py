"""smtp-desktop info"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import click

from smtp_desktop import __version__
from smtp_desktop.cli.context import Session
from smtp_desktop.cli.output.output import field_lines

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.other import Info
    from smtp_desktop.services.services import Services


@click.command(
    epilog="""\b
Examples:
  smtp-desktop info
  smtp-desktop info --json | jq -r .database
"""
)
@click.pass_obj
def info(session: Session) -> None:
    """Show the version, where the data is, and how much there is."""
    with session.open() as services:
        document = _document(services)
    session.output.answer(document, *field_lines(document))


def _document(services: Services) -> Info:
    folder, counts = services.data_folder(), services.outbox.counts()
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "home": str(folder.home),
        "database": str(folder.database),
        "schema": folder.schema,
        "log": str(folder.log),
        "vault": folder.vault,
        "smtps": len(services.profiles.all()),
        "activities": len(services.activities.all()),
        "messages": counts.total,
        "waiting": counts.waiting,
    }
