"""Calls of a fake that can be made to wait."""

import threading

from smtp_desktop.domain.cancel import Cancel


class Blocking:
    """After `block()`, or with `blocking`, calls wait until `release()` or their cancel, for half a minute at most;
    `waiting` counts those that do. With `deaf` the cancel ends no wait."""

    def __init__(self, *, blocking: bool = False) -> None:
        self.waiting = threading.Semaphore(0)
        self.deaf = False
        self._blocked = blocking
        self._awake: list[threading.Event] = []

    def block(self) -> None:
        """Makes every later call wait."""
        self._blocked = True

    def release(self) -> None:
        """Lets every waiting call go on, and all later ones pass."""
        self._blocked = False
        for awake in self._awake:
            awake.set()

    def _wait(self, cancel: Cancel) -> bool:
        """Waits for `release` or the cancel, and returns whether it was the cancel."""
        awake = threading.Event()
        self._awake.append(awake)
        if not self._blocked:
            awake.set()  # released meanwhile
        if not self.deaf:
            cancel.set_waker(awake.set)
        self.waiting.release()
        assert awake.wait(30)
        cancel.set_waker(None)
        return cancel.requested
