"""The mails that a run of a courier has leases on."""

import threading
from dataclasses import dataclass

from smtp_desktop.domain.delivery.delivery import DeliveryId, DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySummary:
    """How many mails a run sent and had refused, how many of those that it tried wait for a later try, and of how many
    the outcome is unknown."""

    sent: int = 0
    refused: int = 0
    later: int = 0
    unknown: int = 0


class InFlight:
    """The mails that are queued or being sent, how the finished ones went, and what ends the run early.

    `wakeup` is set when the courier should look: there is room for more, nothing is left, or something went wrong.
    Safe from every thread.
    """

    def __init__(self) -> None:
        self.wakeup = threading.Event()
        self._lock = threading.Lock()
        self._ids: set[DeliveryId] = set()
        self._error: BaseException | None = None
        self._sent = 0
        self._refused = 0
        self._open: dict[DeliveryId, DeliveryState] = {}

    @property
    def empty(self) -> bool:
        """Whether no mail is in flight."""
        with self._lock:
            return not self._ids

    @property
    def ids(self) -> tuple[DeliveryId, ...]:
        """The mails in flight."""
        with self._lock:
            return tuple(self._ids)

    @property
    def error(self) -> BaseException | None:
        """The first error that was reported; it ends the courier."""
        with self._lock:
            return self._error

    def add(self, *delivery_ids: DeliveryId) -> None:
        """Adds mails that were claimed."""
        with self._lock:
            self._ids.update(delivery_ids)

    def remove(self, *delivery_ids: DeliveryId) -> None:
        """Removes mails that are finished, released or another courier's."""
        with self._lock:
            self._ids.difference_update(delivery_ids)
            empty = not self._ids
        if empty:
            self.wakeup.set()

    def fail(self, error: BaseException) -> None:
        """Ends the courier, which raises `error` unless an earlier one was reported."""
        with self._lock:
            self._error = self._error or error
        self.wakeup.set()

    def count(self, delivery_id: DeliveryId, state: DeliveryState) -> None:
        """Counts a mail that an attempt left in `state`; only its last state counts."""
        with self._lock:
            self._open.pop(delivery_id, None)
            if state is DeliveryState.SENT:
                self._sent += 1
            elif state is DeliveryState.REFUSED:
                self._refused += 1
            else:
                self._open[delivery_id] = state

    def summary(self) -> DeliverySummary:
        """Returns the counts so far."""
        with self._lock:
            unknown = sum(state is DeliveryState.UNKNOWN for state in self._open.values())
            return DeliverySummary(
                sent=self._sent, refused=self._refused, later=len(self._open) - unknown, unknown=unknown
            )
