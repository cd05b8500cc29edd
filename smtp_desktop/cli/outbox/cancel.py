"""smtp-desktop outbox cancel"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.outbox.chosen import find_all, ids_of, in_parts, print_missed, refuse_unasked
from smtp_desktop.cli.outbox.filters import MessageFilter, filter_options, pages
from smtp_desktop.cli.outbox.listing import ID
from smtp_desktop.cli.output.delivery import delivery_table
from smtp_desktop.cli.output.output import counted
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.errors import WrongState
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.outbox import Canceled

_CANCELLABLE = frozenset({DeliveryState.WAITING, DeliveryState.UNKNOWN})


@click.command(
    epilog="""\b
Examples:
  smtp-desktop outbox cancel 17 18
  smtp-desktop outbox cancel --activity Newsletter --dry-run
  smtp-desktop outbox cancel --all-waiting --yes
"""
)
@click.argument("ids", metavar="[ID]...", nargs=-1, type=ID)
@click.option("--all-waiting", is_flag=True, help="Cancel every message that is waiting, or would be tried again.")
@filter_options
@click.option("--dry-run", is_flag=True, help="Only show which messages would be canceled.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def cancel(
    session: Session, ids: tuple[int, ...], chosen: MessageFilter, *, all_waiting: bool, dry_run: bool, yes: bool
) -> int:
    """Remove unsent messages from the queue. They stay in the list."""
    by_filter = all_waiting or chosen.given
    if bool(ids) == by_filter:
        raise click.UsageError("Name the messages by their IDs, or choose them with filters or --all-waiting.")
    if chosen.states - _CANCELLABLE:
        raise click.UsageError("Only messages in the states waiting and unknown can be canceled.")
    if by_filter:
        refuse_unasked(yes=yes, dry_run=dry_run)
    with session.open() as services:
        found = _matching(services, chosen) if by_filter else find_all(services, ids)
        _refuse(found)
        if by_filter and found and not (dry_run or yes):
            confirm(f"Cancel {counted(len(found), 'message')}?", nothing=msg("Nothing was canceled."))
        cancelled = 0 if dry_run else in_parts(ids_of(found), services.outbox.cancel)
        profiles = services.profiles.all()
    document: Canceled = {"cancelled": cancelled, "ids": [*ids_of(found)], "dry_run": dry_run}
    if dry_run:
        shown = delivery_table(found, {}, profiles)
        session.output.answer(document, f"Would cancel {counted(len(found), 'message')}.", *shown)
        return 0
    session.output.result(document, f"Canceled {counted(cancelled, 'message')}.")
    return print_missed(session, len(found) - cancelled)


def _matching(services: Services, chosen: MessageFilter) -> list[Delivery]:
    wanted = chosen.read(services, states=chosen.states or _CANCELLABLE)
    return [one for page in pages(services, wanted) for one in page if _can_cancel(one)]


def _can_cancel(delivery: Delivery) -> bool:
    tried_again = delivery.state is DeliveryState.UNKNOWN and delivery.next_try_at is not None
    return delivery.state is DeliveryState.WAITING or tried_again


def _refuse(chosen: Sequence[Delivery]) -> None:
    for delivery in chosen:
        if not _can_cancel(delivery):
            raise WrongState(
                msg(
                    "Message {id} is not waiting (state: {state}). Nothing was changed.",
                    id=delivery.id,
                    state=delivery.state.value,
                )
            )
