"""Being there while a courier works on another thread: signals, the window's pipe, and clearing out."""

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TypeVar

import click

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.routing import outbox_days
from smtp_desktop.domain.errors import StoreError, VaultError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.delivery.holds import CLEARING
from smtp_desktop.services.services import Services

_LOOK_EVERY_S = 0.2  # on Windows Ctrl+C is only seen between two waits
_CLEARING_END_S = 5.0
Result = TypeVar("Result")


def attend(work: Callable[[Cancel], Result], *, shall_end: Callable[[], bool], meanwhile: Callable[[], None]) -> Result:
    """Returns what `work` returns, which runs on another thread, and raises what it raises; its cancel is requested
    once `shall_end` says so. `meanwhile` is called again and again. Raises KeyboardInterrupt after Ctrl+C, once the
    work has ended."""
    cancel = Cancel()
    with ThreadPoolExecutor(1, thread_name_prefix="courier") as pool:
        future = pool.submit(work, cancel)
        try:
            while wait([future], timeout=_LOOK_EVERY_S).not_done:
                if shall_end():
                    cancel.request()
                meanwhile()
        except KeyboardInterrupt:
            cancel.request()
            wait([future])
            raise
    return future.result()


@contextmanager
def sigterm_noticed() -> Iterator[Callable[[], bool]]:
    """Gives what tells whether the process was asked to end since."""
    asked: list[int] = []

    def notice(number: int, _frame: FrameType | None) -> None:
        # No more than this: it may come between any two instructions, and no lock is safe to take.
        asked.append(number)

    before = signal.signal(signal.SIGTERM, notice)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGTERM, before)


def let_window_come_first() -> None:
    """This process gets less of a processor that the window wants too, where the system knows such a thing."""
    if hasattr(os, "nice"):
        os.nice(10)


class ClearingOut:
    """Deletes what was finished long ago, now and every hour."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next_at_s = 0.0
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """It has begun if it is time, on a thread of its own: there may be much to delete."""
        now_s = time.monotonic()
        if now_s < self._next_at_s or (self._thread and self._thread.is_alive()):
            return
        self._next_at_s = now_s + CLEARING.total_seconds()
        self._thread = threading.Thread(target=self._prune, name="clearing out", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """It has ended; what is left of it ends with the database."""
        if self._thread:
            self._thread.join(_CLEARING_END_S)

    def _prune(self) -> None:
        # The courier meets the same error, and tells; or the program ends, and there is a next time.
        with suppress(StoreError):
            days = outbox_days(self._services.preferences.all())
            self._services.outbox.prune(retention_days=days.retention)


class WindowPipe:
    """The window at the other ends of standard input and output: master passwords come, one a line, and JSON objects
    go. It has gone once standard input ends."""

    def __init__(self) -> None:
        self.closed = False
        self._passwords: queue.SimpleQueue[Secret | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="window", daemon=True).start()

    def say(self, event: str, **more: object) -> None:
        """The window hears of `event`."""
        document: Mapping[str, object] = {"event": event, **more}
        # The window may have died: then standard input ends as well.
        with suppress(BrokenPipeError):
            click.echo(json.dumps(document))

    def unlock(self, services: Services, locked: VaultLocked, shall_end: Callable[[], bool]) -> bool:
        """The vault is open, with a master password that the window was asked for; False where it has gone. Raises
        VaultError where no password helps."""
        problem: VaultError = locked
        while True:
            self.say("locked", new=isinstance(problem, VaultLocked) and problem.new, message=str(problem))
            password = self._password(shall_end)
            if password is None:
                return False
            try:
                services.unlock(password)
            except (VaultLocked, WrongMasterPassword) as wrong:
                problem = wrong
            else:
                return True

    def _password(self, shall_end: Callable[[], bool]) -> Secret | None:
        while not shall_end():
            with suppress(queue.Empty):
                return self._passwords.get(timeout=_LOOK_EVERY_S)
        return None

    def _read(self) -> None:
        for line in sys.stdin.buffer:
            self._passwords.put(Secret(line.decode(errors="replace").rstrip("\r\n")))
        self.closed = True
        self._passwords.put(None)
