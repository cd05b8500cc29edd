"""The messages that a command changes: named by their IDs, or chosen by filters after a question."""

from collections.abc import Callable, Sequence

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.cli.output.output import counted
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.services.services import Services

_AT_ONCE = 500


def find_all(services: Services, ids: Sequence[int]) -> list[Delivery]:
    """Returns the messages of these IDs: all of them first, so that one wrong ID stops the command before anything is
    changed. Raises NoSuchDelivery."""
    return [services.outbox.get(DeliveryId(delivery_id)) for delivery_id in dict.fromkeys(ids)]


def ids_of(chosen: Sequence[Delivery]) -> list[DeliveryId]:
    """Returns the IDs in that order."""
    return [delivery.id for delivery in chosen]


def in_parts(ids: Sequence[DeliveryId], change: Callable[[Sequence[DeliveryId]], int]) -> int:
    """Changes the messages some at a time, so that others can write in between; returns how many were changed."""
    return sum(change(ids[begin : begin + _AT_ONCE]) for begin in range(0, len(ids), _AT_ONCE))


def refuse_unasked(*, yes: bool, dry_run: bool) -> None:
    """Raises UsageError where messages chosen by filters would be changed and nobody can be asked about it."""
    if not (yes or dry_run or can_ask()):
        raise click.UsageError(
            "This may change many messages. Use --yes to confirm, or --dry-run to see which ones they are."
        )


def print_missed(session: Session, missed: int) -> ExitCode:
    """Says how many messages were sent or changed by others in between; returns the exit code."""
    if missed <= 0:
        return ExitCode.OK
    verb = "has" if missed == 1 else "have"
    session.output.diagnostic(f"{counted(missed, 'message')} {verb} moved on and can no longer be changed.")
    return ExitCode.REFUSED_DATA
