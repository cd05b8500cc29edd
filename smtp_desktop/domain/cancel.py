"""The request to cancel work that runs on another thread."""

import threading
from collections.abc import Callable


class Cancel:
    """A request to stop: the caller makes it, the work obeys it. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._waker: Callable[[], None] | None = None

    @property
    def requested(self) -> bool:
        """Whether the work should end as soon as it can."""
        return self._requested

    def request(self) -> None:
        """Asks the work to end, and wakes it where it waits. A second call does nothing."""
        with self._lock:
            if self._requested:
                return
            self._requested = True
            waker = self._waker
        if waker:
            waker()

    def set_waker(self, waker: Callable[[], None] | None) -> None:
        """Sets the function that interrupts the work's present wait, such as a socket's shutdown; None for no wait.

        Calls `waker` at once if a stop was already requested. Otherwise `waker` runs on the thread that calls
        `request`. It must neither block nor raise.
        """
        with self._lock:
            self._waker = waker
            requested = self._requested
        if requested and waker:
            waker()
