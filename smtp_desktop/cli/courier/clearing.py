"""Clearing of the outbox while a courier runs, or before it ends."""

import threading
import time
from contextlib import suppress

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.services.delivery.next_work import CLEARING_INTERVAL
from smtp_desktop.services.services import Services

_END_S = 5.0


class Clearing:
    """Clears the outbox of old messages and contents, now and every hour."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next_at_s = 0.0
        self._thread: threading.Thread | None = None

    def start_if_due(self) -> None:
        """Starts it if an hour has passed, on a thread of its own: there may be much to delete."""
        now_s = time.monotonic()
        if now_s < self._next_at_s or (self._thread and self._thread.is_alive()):
            return
        self._next_at_s = now_s + CLEARING_INTERVAL.total_seconds()
        thread = threading.Thread(target=self._clear, name="clearing", daemon=True)
        thread.start()  # fails where the system has no thread left: then there is none to wait for
        self._thread = thread

    def join(self) -> None:
        """Waits for it to end, up to 5 seconds; closing the database ends the rest."""
        if self._thread:
            self._thread.join(_END_S)

    def do_little(self) -> None:
        """Clears so much as takes no time to speak of."""
        self._clear(little=True)

    def _clear(self, *, little: bool = False) -> None:
        # The courier reports the same error; or the program ends, and there is a next time.
        with suppress(StoreError):
            self._services.clear(little=little)
