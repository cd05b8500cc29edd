"""smtp-desktop outbox purge"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.options.numbers import whole_number
from smtp_desktop.cli.outbox.chosen import in_parts, refuse_unasked
from smtp_desktop.cli.outbox.filters import MessageFilter, filter_options, pages
from smtp_desktop.cli.output.output import counted
from smtp_desktop.domain.delivery.delivery import OPEN_STATES
from smtp_desktop.domain.delivery.outbox_settings import MOST_RETENTION_DAYS, outbox_settings
from smtp_desktop.domain.message_text import msg

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.outbox import Purged


@click.command(
    epilog="""\b
Examples:
  smtp-desktop outbox purge --older-than 30
  smtp-desktop outbox purge --older-than 0 --activity Newsletter --dry-run
  smtp-desktop outbox purge --state sent --older-than 7 --yes
"""
)
@click.option(
    "--older-than",
    "days",
    metavar="DAYS",
    type=whole_number(0, MOST_RETENTION_DAYS),
    help="Only messages that were finished more than so many days ago (default: the setting retention_days).",
)
@filter_options
@click.option("--dry-run", is_flag=True, help="Only show how many messages would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def purge(session: Session, chosen: MessageFilter, *, days: int | None, dry_run: bool, yes: bool) -> None:
    """Delete finished messages for good, with their attempts and contents.

    Messages that are waiting, being sent, or will be tried again are never deleted.
    """
    if open_states := chosen.states & OPEN_STATES:
        raise click.UsageError(f"Only finished messages can be deleted, not those in the state {min(open_states)}.")
    refuse_unasked(yes=yes, dry_run=dry_run)
    with session.open() as services:
        if days is None:
            days = outbox_settings(services.preferences.all()).retention_days
        before = datetime.now(UTC) - timedelta(days=days)
        wanted = replace(chosen.read(services), finished_before=before)
        ids = [one.id for page in pages(services, wanted) for one in page]
        age = f" finished more than {counted(days, 'day')} ago" if days else " that are finished"
        what = f"{counted(len(ids), 'message')}{age}"
        if dry_run:
            session.output.answer(_document(0, ids, dry_run=True), f"Would delete {what}.")
            return
        if ids and not yes:
            confirm(f"Delete {what}? This can't be undone.", nothing=msg("Nothing was deleted."))
        deleted = in_parts(ids, lambda part: services.outbox.purge(part, finished_before=before))
        if deleted:
            services.clear(little=True)  # gives the room back to the disk
    session.output.result(_document(deleted, ids, dry_run=False), f"Deleted {counted(deleted, 'message')}.")


def _document(deleted: int, ids: Sequence[int], *, dry_run: bool) -> Purged:
    return {"deleted": deleted, "ids": [*ids], "dry_run": dry_run}
