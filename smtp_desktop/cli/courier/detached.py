"""The courier that a window left behind: it goes on without one, and there is one for each data folder."""

import sys
from collections.abc import Callable

from smtp_desktop.domain.errors import VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.services import Services
from smtp_desktop.vault.lock_file import exclusive_at_once


def run_detached(services: Services, run: Callable[[], object]) -> None:
    """Calls `run`, unless another process does so on this data folder. The master password is the first line of
    standard input, or empty. Ends where the vault is locked nevertheless: what waits is sent by the next window."""
    master = Secret((sys.stdin.buffer.readline() if sys.stdin else b"").decode(errors="replace").rstrip("\r\n"))
    with exclusive_at_once(services.home / "courier.lock") as alone:
        if not alone:
            return
        try:
            run()
        except VaultLocked:
            if not master:
                raise
            services.unlock(master)
            run()
