"""The options --wait and --timeout of commands that queue messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from smtp_desktop.cli.options.numbers import any_number

if TYPE_CHECKING:
    from smtp_desktop.cli.context import Session
    from smtp_desktop.cli.outbox.sent_messages import SentMessages
    from smtp_desktop.domain.delivery.delivery import DeliveryId
    from smtp_desktop.services.services import Services

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FOREVER_S = float("inf")

WAIT_EXIT_CODES = """\b
Exit codes with --wait:
  0   the message was sent
  69  it was refused, or has expired
  75  it is waiting: to be tried again, or because its SMTP is on hold or paused"""
"""For the epilog of such a command."""


def wait_options(command: _Command) -> _Command:
    """Adds the options, and the arguments `wait` and `timeout_s`: see `wait_time_s`."""
    options = (
        click.option("--wait", is_flag=True, help="Send it now, and end when it is known whether it was sent."),
        click.option(
            "--timeout",
            "timeout_s",
            metavar="SECONDS",
            type=any_number(0.1),
            help="With --wait: stop waiting after so many seconds. What is unsent stays in the outbox.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def wait_time_s(*, wait: bool, timeout_s: float | None) -> float | None:
    """Returns for how long to wait at most; None where nobody waits. Raises UsageError."""
    if timeout_s is not None and not wait:
        raise click.UsageError("--timeout needs --wait.")
    return (_FOREVER_S if timeout_s is None else timeout_s) if wait else None


def send_now(session: Session, services: Services, ids: Sequence[DeliveryId], *, wait_s: float) -> SentMessages:
    """Returns what `sent_messages.see_through` does."""
    # What sends takes as long to import as all else that a trigger needs.
    from smtp_desktop.cli.outbox.sent_messages import see_through  # noqa: PLC0415

    return see_through(session, services, ids, wait_s=wait_s)
