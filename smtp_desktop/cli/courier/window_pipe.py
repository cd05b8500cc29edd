"""The pipe to the window that started this process: master passwords in, JSON objects out."""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

import click

from smtp_desktop.cli.interrupt import POLL_S
from smtp_desktop.domain.errors import VaultError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.services import Services


def yield_to_window() -> None:
    """Lowers this process's priority, so that the window gets the processor first; only on POSIX."""
    if hasattr(os, "nice"):
        os.nice(10)


class WindowPipe:
    """The window at the other end of standard input and output. It sends master passwords, one a line, and gets JSON
    objects, one a line. `closed` once standard input has ended: the window has gone."""

    def __init__(self) -> None:
        self.closed = False
        self._passwords: queue.SimpleQueue[Secret | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="window", daemon=True).start()

    def send(self, event: str, **fields: object) -> None:
        """Sends an event to the window. Does nothing if it has gone."""
        document: Mapping[str, object] = {"event": event, **fields}
        click.echo(json.dumps(document))

    def unlock(self, services: Services, locked: VaultLocked, should_end: Callable[[], bool]) -> bool:
        """Asks the window for the master password until it opens the vault. Returns False if the window has gone or
        `should_end`. Raises VaultError if no password helps."""
        problem: VaultError = locked
        while True:
            self.send("locked", new=isinstance(problem, VaultLocked) and problem.new, message=str(problem))
            password = self._password(should_end)
            if password is None:
                return False
            try:
                services.unlock(password)
            except (VaultLocked, WrongMasterPassword) as wrong:
                problem = wrong
            else:
                return True

    def _password(self, should_end: Callable[[], bool]) -> Secret | None:
        while not should_end():
            with suppress(queue.Empty):
                return self._passwords.get(timeout=POLL_S)
        return None

    def _read(self) -> None:
        for line in sys.stdin.buffer if sys.stdin else ():
            self._passwords.put(Secret(line.decode(errors="replace").rstrip("\r\n")))
        self.closed = True
        self._passwords.put(None)
