"""The option --wait of commands that queue messages: sends them now, and says what became of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.courier.couriers import Couriers, sigterm_watched
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.interrupt import POLL_S
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.outbox.fates import exit_code_of, fate_text, has_failed
from smtp_desktop.cli.output.holds import hold_lines
from smtp_desktop.cli.shortage import shortage_as_ours
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import OPEN_STATES, Delivery, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.errors import SmtpDesktopError, StoreBusy
from smtp_desktop.domain.smtp.profile import default_id_of
from smtp_desktop.services.outbox import Outbox
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
            type=click.FloatRange(min=0.1),
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


class SentNow:
    """Sends messages that have just been queued, and all others that are due, until it is known what becomes of them:
    each was sent or refused, or has been tried and waits. Other couriers may run; each message has one of them."""

    def __init__(self, session: Session, services: Services, ids: Sequence[DeliveryId], *, wait_s: float) -> None:
        self._session = session
        self._services = services
        self._ids = ids
        self._undecided = list(ids)
        self._tried: set[DeliveryId] = set()  # they were tried here and wait
        self._until_s = time.monotonic() + wait_s
        self.exit_code = ExitCode.TEMPORARY
        """That of the command, once `run` has ended."""

    def run(self) -> list[Delivery]:
        """Returns the messages as they are afterwards, whatever happened meanwhile. Raises StoreError where they can't
        be read any more."""
        stopped = False
        try:
            with shortage_as_ours(), sigterm_watched() as terminated:
                self._work(lambda: terminated() or time.monotonic() >= self._until_s)
        except SmtpDesktopError as error:
            self._session.output.diagnostic(*(f"Error: {line}" for line in self._session.output.lines_of(error)))
        except (KeyboardInterrupt, click.Abort):
            stopped = True
        messages = [self._services.outbox.get(one) for one in self._ids]
        self.exit_code = ExitCode.CANCELLED if stopped else exit_code_of(messages)
        return messages

    def _work(self, should_end: Callable[[], bool]) -> None:
        couriers = Couriers(self._services)

        def decided() -> bool:
            return should_end() or self._are_decided()

        with_open_vault(self._services, lambda: couriers.run(decided, self._note))
        pause = threading.Event()
        while not decided() and self._is_being_sent():  # by another courier
            pause.wait(POLL_S)
        couriers.send_alerts(should_end)

    def _note(self, delivery: Delivery, _attempt: Attempt) -> None:
        if delivery.state is DeliveryState.WAITING:
            self._tried.add(delivery.id)

    def _are_decided(self) -> bool:
        with suppress(StoreBusy):  # the next look is soon
            while self._undecided and self._is_decided(self._services.outbox, self._undecided[-1]):
                self._undecided.pop()
        return not self._undecided

    def _is_decided(self, outbox: Outbox, delivery_id: DeliveryId) -> bool:
        return delivery_id in self._tried or outbox.get(delivery_id).state not in OPEN_STATES

    def _is_being_sent(self) -> bool:
        return any(self._services.outbox.get(one).state is DeliveryState.SENDING for one in self._undecided)


def print_unsent(session: Session, services: Services, deliveries: Sequence[Delivery]) -> None:
    """Says of each message that was not sent to all what became of it, and what keeps it up. Raises StoreError."""
    unsent = [one for one in deliveries if has_failed(one) or one.state is not DeliveryState.SENT]
    session.output.diagnostic(*map(fate_text, unsent))
    profiles, holds = services.profiles.all(), services.read_holds()
    default = default_id_of(profiles)
    found = {hold.profile_id: hold for one in unsent if (hold := hold_on(one, holds, default))}
    session.output.diagnostic(*hold_lines(found.values(), profiles))
