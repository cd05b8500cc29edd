"""A vault in memory, for tests, benchmarks and screenshots: they must not touch the user's keyring."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.ref_locks import LOOK_EVERY_S, stopped_waiting
from smtp_desktop.vault.secret_refs import new_ref

PREFIX = "memory:"


class ProcessVault:
    """Keeps secrets until the process ends. Never locked. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[SecretRef, Secret] = {}
        self._ref_locks: dict[SecretRef, threading.Lock] = {}

    def new_ref(self, owner: str, field: str) -> SecretRef:
        """Returns a reference that was never used."""
        return new_ref(PREFIX, owner, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """Keeps the secret under `ref`, in place of any other."""
        with self._lock:
            self._secrets[ref] = secret

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns the secret, or None if there is none."""
        with self._lock:
            return self._secrets.get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Erases the secret, if there is one."""
        with self._lock:
            self._secrets.pop(ref, None)

    @contextmanager
    def exclusive(self, ref: SecretRef, cancel: Cancel) -> Iterator[None]:
        """Keeps other threads that ask for the same secret waiting during the block. Raises Cancelled."""
        with self._lock:
            lock = self._ref_locks.setdefault(ref, threading.Lock())
        while not lock.acquire(timeout=0 if cancel.requested else LOOK_EVERY_S):
            if cancel.requested:
                raise stopped_waiting()
        try:
            yield
        finally:
            lock.release()
