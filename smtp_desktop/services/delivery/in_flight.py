"""What a courier has in its hand while it runs."""

import threading
from dataclasses import dataclass

from smtp_desktop.domain.delivery.delivery import DeliveryId, DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySummary:
    """How many mails were sent and refused, and how many of those that were tried wait for a later try, or are
    unknown."""

    sent: int = 0
    refused: int = 0
    later: int = 0
    unknown: int = 0


class InFlight:
    """The mails that are being worked on, and how those went that are not any more. Safe from every thread.

    `wakeup` rings when the courier should look: there is room for more, nothing is left, or something went wrong.
    """

    def __init__(self) -> None:
        self.wakeup = threading.Event()
        self._lock = threading.Lock()
        self._held: set[DeliveryId] = set()
        self._error: BaseException | None = None
        self._sent = 0
        self._refused = 0
        self._open: dict[DeliveryId, DeliveryState] = {}

    @property
    def empty(self) -> bool:
        with self._lock:
            return not self._held

    @property
    def held(self) -> tuple[DeliveryId, ...]:
        """The mails in it."""
        with self._lock:
            return tuple(self._held)

    @property
    def error(self) -> BaseException | None:
        """What ends the courier, if anything: the first one that came."""
        with self._lock:
            return self._error

    def take(self, *delivery_ids: DeliveryId) -> None:
        """They are in it."""
        with self._lock:
            self._held.update(delivery_ids)

    def drop(self, *delivery_ids: DeliveryId) -> None:
        """They are in it no more."""
        with self._lock:
            self._held.difference_update(delivery_ids)
            empty = not self._held
        if empty:
            self.wakeup.set()

    def fail(self, error: BaseException) -> None:
        """The courier ends, and raises `error`."""
        with self._lock:
            self._error = self._error or error
        self.wakeup.set()

    def count(self, delivery_id: DeliveryId, state: DeliveryState) -> None:
        """An attempt left the mail in `state`."""
        with self._lock:
            self._open.pop(delivery_id, None)
            if state is DeliveryState.SENT:
                self._sent += 1
            elif state is DeliveryState.REFUSED:
                self._refused += 1
            else:
                self._open[delivery_id] = state

    def summary(self) -> DeliverySummary:
        with self._lock:
            unknown = sum(state is DeliveryState.UNKNOWN for state in self._open.values())
            return DeliverySummary(
                sent=self._sent, refused=self._refused, later=len(self._open) - unknown, unknown=unknown
            )
