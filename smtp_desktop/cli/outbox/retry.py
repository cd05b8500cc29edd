"""smtp-desktop outbox retry"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.outbox.chosen import find_all, ids_of, in_parts, print_missed, refuse_unasked
from smtp_desktop.cli.outbox.filters import MessageFilter, filter_options, pages
from smtp_desktop.cli.outbox.listing import ID
from smtp_desktop.cli.output.delivery import delivery_table
from smtp_desktop.cli.output.output import counted
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.delivery.send_elsewhere import Elsewhere, can_send_elsewhere
from smtp_desktop.domain.errors import WrongState
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.outbox import Retried


@click.command(
    epilog="""\b
Examples:
  smtp-desktop outbox retry 17
  smtp-desktop outbox retry 17 --via Backup --to ops@company.example
  smtp-desktop outbox retry --state refused --smtp Reports --since 1d --dry-run
  smtp-desktop outbox retry --all-expired --yes
"""
)
@click.argument("ids", metavar="[ID]...", nargs=-1, type=ID)
@click.option("--all-refused", is_flag=True, help="As --state refused.")
@click.option("--all-expired", is_flag=True, help="As --state expired.")
@filter_options
@click.option("--again", is_flag=True, help="Also resend messages already sent (recipients get them twice).")
@click.option(
    "--via",
    metavar="NAME",
    shell_complete=smtp_names,
    help="Send as new messages through this SMTP; the old ones stay as they are.",
)
@click.option(
    "--to",
    metavar="ADDRESS",
    multiple=True,
    help="Send as new messages to these recipients; may be given several times, and may be a list.",
)
@click.option("--dry-run", is_flag=True, help="Only show which messages would be sent.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def retry(
    session: Session,
    ids: tuple[int, ...],
    chosen: MessageFilter,
    *,
    all_refused: bool,
    all_expired: bool,
    again: bool,
    via: str | None,
    to: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> int:
    """Resend refused, expired, canceled or unknown messages; try waiting ones now."""
    if via is not None or to:
        if not ids or all_refused or all_expired or chosen.given or dry_run:
            raise click.UsageError("--via and --to need the IDs of messages.")
        return _send_elsewhere(session, ids, again=again, via=via, to=to)
    shortcuts = {DeliveryState.REFUSED: all_refused, DeliveryState.EXPIRED: all_expired}
    states = chosen.states | {state for state, given in shortcuts.items() if given}
    by_filter = chosen.given or bool(states)
    if bool(ids) == by_filter:
        raise click.UsageError("Name the messages by their IDs, or choose them with --state and other filters.")
    if by_filter:
        _refuse_states(states, again=again)
        refuse_unasked(yes=yes, dry_run=dry_run)
    with session.open() as services:
        found = _matching(services, chosen, states) if by_filter else find_all(services, ids)
        _refuse(found, again=again)
        if by_filter and found and not (dry_run or yes):
            confirm(f"Send {counted(len(found), 'message')} again?", nothing=msg("Nothing was sent."))
        return _print_dry(session, services, found) if dry_run else _retry(session, services, found)


def _refuse_states(states: frozenset[DeliveryState], *, again: bool) -> None:
    if not states:
        raise click.UsageError("Name the state of the messages with --state, such as --state refused.")
    if DeliveryState.SENDING in states:
        raise click.UsageError("Messages in the state sending can't be sent again.")
    if DeliveryState.SENT in states and not again:
        raise click.UsageError("Messages in the state sent need --again: their recipients get them twice.")


def _matching(services: Services, chosen: MessageFilter, states: frozenset[DeliveryState]) -> list[Delivery]:
    wanted = chosen.read(services, states=states)
    return [one for page in pages(services, wanted) for one in page if not one.content_dropped]


def _print_dry(session: Session, services: Services, found: Sequence[Delivery]) -> int:
    document: Retried = {"resent": 0, "hurried": 0, "queued": [], "ids": [*ids_of(found)], "dry_run": True}
    shown = delivery_table(found, {}, services.profiles.all())
    session.output.answer(document, f"Would send {counted(len(found), 'message')} again.", *shown)
    return ExitCode.OK


def _retry(session: Session, services: Services, found: Sequence[Delivery]) -> int:
    waiting = [delivery.id for delivery in found if delivery.state is DeliveryState.WAITING]
    others = [delivery.id for delivery in found if delivery.state is not DeliveryState.WAITING]
    hurried = in_parts(waiting, services.outbox.send_now)
    resent = in_parts(others, services.outbox.resend)
    lines = [f"{counted(resent, 'message')} will be sent again."] if resent or not hurried else []
    lines += [f"{counted(hurried, 'waiting message')} will be tried now."] if hurried else []
    document: Retried = {"resent": resent, "hurried": hurried, "queued": [], "ids": [*ids_of(found)], "dry_run": False}
    session.output.result(document, *lines)
    return print_missed(session, len(found) - hurried - resent)


def _send_elsewhere(
    session: Session, ids: Sequence[int], *, again: bool, via: str | None, to: tuple[str, ...]
) -> ExitCode:
    with session.open() as services:
        chosen = find_all(services, ids)
        # With other recipients nobody gets it twice.
        _refuse(chosen, again=again or bool(to))
        for delivery in chosen:
            if not can_send_elsewhere(delivery):
                raise WrongState(
                    msg("Message {id} is still to be sent: cancel it first. Nothing was changed.", id=delivery.id)
                )
        smtp_id = services.profiles.by_name(via).id if via is not None else None
        queued = [
            services.outbox.send_elsewhere(
                delivery.id, Elsewhere(smtp_id=delivery.smtp_id if via is None else smtp_id, recipients=to)
            )
            for delivery in chosen
        ]
    numbers = ids_of(queued)
    line = f"Queued {counted(len(numbers), 'new message')}: {', '.join(map(str, numbers))}."
    document: Retried = {
        "resent": len(numbers),
        "hurried": 0,
        "queued": [*numbers],
        "ids": [*ids_of(chosen)],
        "dry_run": False,
    }
    session.output.result(document, line)
    return ExitCode.OK


def _refuse(chosen: Sequence[Delivery], *, again: bool) -> None:
    for delivery in chosen:
        if delivery.state is DeliveryState.SENDING:
            raise WrongState(msg("Message {id} is being sent right now. Nothing was changed.", id=delivery.id))
        if delivery.content_dropped:
            raise WrongState(
                msg(
                    "The content of message {id} has been deleted since it was sent, so it can't be sent again "
                    "(smtp-desktop settings get content_days). Nothing was changed.",
                    id=delivery.id,
                )
            )
        if delivery.state is DeliveryState.SENT and not again:
            raise WrongState(
                msg(
                    "Message {id} was already sent. Use --again to send it once more. Nothing was changed.",
                    id=delivery.id,
                )
            )
