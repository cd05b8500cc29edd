"""The couriers of one command: with a window, or without one."""

import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from smtp_desktop.cli.courier.alerts import CourierAlerts
from smtp_desktop.cli.courier.clearing import Clearing
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.services.services import Services

LEASE_S = 60.0

AttemptListener = Callable[[Delivery, Attempt], None]
"""Gets a message as it is after an attempt; on any thread."""


class Couriers:
    """Runs couriers, one after the other where the vault has to be opened in between."""

    def __init__(
        self, services: Services, *, lease_s: float = LEASE_S, watch: bool = False, idle_s: float = math.inf
    ) -> None:
        self.services = services
        self.watch = watch
        self._idle_s = idle_s
        self._courier = services.courier(lease_s)
        self._clearing = Clearing(services)
        self._alerts = CourierAlerts(services)

    def run(self, should_end: Callable[[], bool], on_attempt: AttemptListener) -> None:
        """Sends what is due; with `watch` goes on until `should_end`, or until nothing was due for `idle_s`. Raises as
        `Courier.run` does."""

        def noted(delivery: Delivery, attempt: Attempt) -> None:
            self._alerts.note(attempt)
            on_attempt(delivery, attempt)

        def meanwhile() -> None:
            self._alerts.start_if_due()
            if self.watch:
                self._clearing.start_if_due()

        try:
            interruptible(
                lambda cancel: self._courier.run(
                    watch=self.watch, cancel=cancel, on_attempt=noted, idle_s=self._idle_s
                ),
                should_end=should_end,
                meanwhile=meanwhile,
            )
        finally:
            self._alerts.end()
            self._clearing.join()

    def send_alerts(self, should_end: Callable[[], bool]) -> None:
        """Sends all alerts that there are, where nobody looks every few seconds."""
        if not self.watch:
            self._alerts.send_all(should_end)

    def clear(self) -> None:
        """Clears a little, where nobody clears every hour."""
        if not self.watch:
            self._clearing.do_little()


@contextmanager
def sigterm_watched() -> Iterator[Callable[[], bool]]:
    """Yields a function that returns whether SIGTERM came since."""
    received: list[int] = []

    def notice(number: int, _frame: FrameType | None) -> None:
        # Nothing else: it may come between any two instructions, and no lock is safe to take.
        received.append(number)

    before = signal.signal(signal.SIGTERM, notice)
    try:
        yield lambda: bool(received)
    finally:
        signal.signal(signal.SIGTERM, before)
