"""Locks of single secrets, for whoever reads one, asks a server for its successor, and writes that."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.vault.lock_file import exclusive_while

LOOK_EVERY_S = 0.05
"""How often a lock that somebody else holds is tried again, and a request to stop is noticed."""

_FOLDER = "locks"


def stopped_waiting() -> Cancelled:
    """Returns the error of a caller that does not wait for a secret any longer."""
    return Cancelled(msg("The sign-in is being renewed at the moment."))


class RefLocks:
    """One lock file for each secret, in the folder `locks` of the data folder. Safe from every thread."""

    def __init__(self, home: Path) -> None:
        self._folder = home / _FOLDER

    @contextmanager
    def exclusive(self, ref: SecretRef, cancel: Cancel) -> Iterator[None]:
        """Keeps every other thread and process that asks for the same secret waiting during the block; reading and
        writing alone waits for nobody. A process that dies lets the next one in. Raises Cancelled where the caller
        gives up waiting, and VaultError."""

        def waits() -> bool:
            if not cancel.requested:
                time.sleep(LOOK_EVERY_S)
            return not cancel.requested

        path = self._folder / _file_name(ref)
        with ExitStack() as stack:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                held = stack.enter_context(exclusive_while(path, waits))
            except OSError as error:
                raise VaultError(
                    msg(
                        "The lock {path} can't be used: {reason}. Check the disk and the permissions of its folder.",
                        path=str(path),
                        reason=error.strerror or type(error).__name__,
                    )
                ) from error
            if not held:
                raise stopped_waiting()
            yield


def _file_name(ref: SecretRef) -> str:
    """Returns a file name for a reference that every system takes."""
    import hashlib  # noqa: PLC0415 - it loads OpenSSL, which commands without a secret do not need

    return f"{hashlib.sha256(ref.encode()).hexdigest()[:32]}.lock"
