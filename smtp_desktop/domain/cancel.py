"""Stopping work that runs on another thread."""

import threading
from collections.abc import Callable


class Cancel:
    """A request to stop. Made by whoever waits, handed to the work; safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._wake: Callable[[], None] | None = None

    @property
    def requested(self) -> bool:
        """Whether the work should end as soon as it can."""
        return self._requested

    def request(self) -> None:
        """Asks the work to end and wakes it if it waits. A second call does nothing."""
        with self._lock:
            if self._requested:
                return
            self._requested = True
            wake = self._wake
        if wake:
            wake()

    def wakes(self, wake: Callable[[], None] | None) -> None:
        """Sets what interrupts the work's present wait (a socket's shutdown, say); called at once if already requested.

        `wake` runs on the thread that calls `request` and must neither block nor raise.
        """
        with self._lock:
            self._wake = wake
            requested = self._requested
        if requested and wake:
            wake()
