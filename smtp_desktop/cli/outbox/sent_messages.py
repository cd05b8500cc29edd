"""Messages that have just been queued, sent at once: what --wait asks for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.courier.couriers import Couriers, sigterm_watched
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.interrupt import POLL_S
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.outbox.delivery_results import exit_code_of, has_failed, result_sentence
from smtp_desktop.cli.output.delivery import attempt_lines
from smtp_desktop.cli.output.holds import hold_lines
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.shortage import shortage_as_ours
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import OPEN_STATES, Delivery, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.errors import SmtpDesktopError, StoreBusy
from smtp_desktop.domain.smtp.profile import default_id_of
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.services.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessages:
    """Messages as they are after they were waited for, and the exit code that says so."""

    messages: Sequence[Delivery]
    exit_code: ExitCode


def see_through(session: Session, services: Services, ids: Sequence[DeliveryId], *, wait_s: float) -> SentMessages:
    """Sends these messages, and waits until it is known what becomes of them, for `wait_s` at most. Prints what keeps
    up those that were not sent. Raises StoreError where they can't be read any more."""
    sending = _Sending(services, ids, output=session.output, wait_s=wait_s)
    stopped = False
    try:
        with shortage_as_ours():
            sending.run()
    except SmtpDesktopError as error:
        session.output.diagnostic(*(f"Error: {line}" for line in session.output.lines_of(error)))
    except (KeyboardInterrupt, click.Abort):
        stopped = True
    messages = [services.outbox.get(one) for one in ids]
    _print_unsent(session, services, messages)
    return SentMessages(messages=messages, exit_code=ExitCode.CANCELLED if stopped else exit_code_of(messages))


class _Sending:
    """Sends messages that have just been queued, and all others that are due, until it is known what becomes of them:
    each was sent or refused, or has been tried and waits. Other couriers may run; each message has one of them."""

    def __init__(self, services: Services, ids: Sequence[DeliveryId], *, output: Output, wait_s: float) -> None:
        self._services = services
        self._output = output
        self._undecided = list(ids)
        self._tried: set[DeliveryId] = set()  # they were tried here and wait
        self._until_s = time.monotonic() + wait_s

    def run(self) -> None:
        """Returns once nothing more is to be known now, or after the time, Ctrl+C or SIGTERM. Raises as `Courier.run`
        does."""
        with sigterm_watched() as terminated:
            self._work(lambda: terminated() or time.monotonic() >= self._until_s)

    def _work(self, should_end: Callable[[], bool]) -> None:
        couriers = Couriers(self._services)

        def decided() -> bool:
            return should_end() or self._are_decided()

        with_open_vault(self._services, lambda: couriers.run(decided, self._note))
        pause = threading.Event()
        while not decided() and self._is_being_sent():  # by another courier
            pause.wait(POLL_S)
        couriers.send_alerts(should_end)

    def _note(self, delivery: Delivery, attempt: Attempt) -> None:
        self._output.detail(*attempt_lines(attempt, transcript=True))
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


def _print_unsent(session: Session, services: Services, deliveries: Sequence[Delivery]) -> None:
    """Says of each message that was not sent to all what became of it, and what keeps it up. Raises StoreError."""
    unsent = [one for one in deliveries if has_failed(one) or one.state is not DeliveryState.SENT]
    session.output.diagnostic(*map(result_sentence, unsent))
    profiles, holds = services.profiles.all(), services.read_holds()
    default = default_id_of(profiles)
    found = {hold.profile_id: hold for one in unsent if (hold := hold_on(one, holds, default))}
    session.output.diagnostic(*hold_lines(found.values(), profiles))
