"""A vault in memory that can be locked, fail, and block as it does while the keyring prompts the user."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import VaultError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.memory import ProcessVault


class MemoryVault:
    """Keeps `secrets`. Every call raises `failure`, if set, and VaultLocked with `new` while `locked`.

    After `block()` every call blocks until `release()`; `waiting` is set as soon as one does.
    """

    def __init__(self) -> None:
        self.secrets: dict[SecretRef, Secret] = {}
        self.failure: VaultError | None = None
        self.locked = False
        self.new = False
        self.master: Secret | None = None
        self.waiting = threading.Event()
        self._free = threading.Event()
        self._free.set()
        self._numbers = itertools.count(1)
        self._locks = ProcessVault()

    def block(self) -> None:
        self.waiting.clear()
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def unlock(self, master: Secret) -> None:
        """Unlocks it with any password, which it keeps as `master`."""
        self.master = master
        self.locked = self.new = False

    def new_ref(self, owner: str, field: str) -> SecretRef:
        self._enter()
        return SecretRef(f"memory:{owner}/{field}/{next(self._numbers)}")

    def put(self, ref: SecretRef, secret: Secret) -> None:
        self._enter()
        self.secrets[ref] = secret

    def get(self, ref: SecretRef) -> Secret | None:
        self._enter()
        return self.secrets.get(ref)

    def erase(self, ref: SecretRef) -> None:
        self._enter()
        self.secrets.pop(ref, None)

    @contextmanager
    def exclusive(self, ref: SecretRef, cancel: Cancel) -> Iterator[None]:
        with self._locks.exclusive(ref, cancel):
            yield

    def _enter(self) -> None:
        if not self._free.is_set():
            self.waiting.set()
            self._free.wait()
        if self.locked:
            raise VaultLocked(msg("The vault is locked. Enter the master password."), new=self.new)
        if self.failure:
            raise self.failure
