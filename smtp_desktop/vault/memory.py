"""Secrets for this process alone: for the demo's throw-away home."""

import threading

from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.vault.places import new_ref

PREFIX = "memory:"


class ProcessVault:
    """Keeps secrets until the process ends, and nowhere on disk. Never locked. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[SecretRef, Secret] = {}

    def new_ref(self, profile_id: ProfileId, field: SecretField) -> SecretRef:
        """Returns a place that nothing was ever kept in."""
        return new_ref(PREFIX, profile_id, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """The secret is kept at `ref`, in place of what was."""
        with self._lock:
            self._secrets[ref] = secret

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns None when nothing is kept there."""
        with self._lock:
            return self._secrets.get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Nothing is kept at `ref`."""
        with self._lock:
            self._secrets.pop(ref, None)
