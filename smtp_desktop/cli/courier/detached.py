"""The courier that a window left behind: it goes on without one, and there is one for each data folder."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from smtp_desktop.domain.errors import VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.services import Services

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def run_detached(services: Services, run: Callable[[], object]) -> None:
    """Calls `run`, unless another process does so on this data folder. The master password is the first line of
    standard input, or empty. Ends where the vault is locked nevertheless: what waits is sent by the next window."""
    master = Secret((sys.stdin.buffer.readline() if sys.stdin else b"").decode(errors="replace").rstrip("\r\n"))
    with _only_one(services.home / "courier.lock") as alone:
        if not alone:
            return
        try:
            run()
        except VaultLocked:
            if not master:
                raise
            services.unlock(master)
            run()


@contextmanager
def _only_one(path: Path) -> Iterator[bool]:
    """Yields whether nobody else holds the lock file, which is held meanwhile. The file stays: if it were removed, two
    could hold it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        try:
            _lock(descriptor)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
