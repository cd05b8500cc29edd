"""The system's vault, with what it takes loaded by the first secret."""
# ruff: noqa: PLC0415 - see above: a list of SMTPs, and the window's start, open none

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtp_desktop.domain.secret import Secret, SecretRef
    from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
    from smtp_desktop.vault.system_vault import SecretStorage, SystemVault


class VaultOnDemand:
    """A `SystemVault` whose encrypted file is at `path`. Safe from every thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._making = threading.Lock()
        self._made: SystemVault | None = None

    def place(self) -> "SecretStorage":
        """Returns where new secrets go. The first call may take as long as finding the keyring takes."""
        return self._vault().place()

    def unlock(self, master: "Secret") -> None:
        """The encrypted file is open. Raises VaultError."""
        self._vault().unlock(master)

    def new_ref(self, profile_id: "ProfileId", field: "SecretField") -> "SecretRef":
        """Returns a place that nothing was ever kept in. Raises VaultLocked, VaultError."""
        return self._vault().new_ref(profile_id, field)

    def put(self, ref: "SecretRef", secret: "Secret") -> None:
        """The secret is kept at `ref`. Raises VaultError."""
        self._vault().put(ref, secret)

    def get(self, ref: "SecretRef") -> "Secret | None":
        """Returns None when nothing is kept there. Raises VaultError."""
        return self._vault().get(ref)

    def erase(self, ref: "SecretRef") -> None:
        """Nothing is kept at `ref`. Raises VaultError."""
        self._vault().erase(ref)

    def _vault(self) -> "SystemVault":
        from smtp_desktop.vault.keyring_vault import KeyringVault
        from smtp_desktop.vault.sealed_file import EncryptedFileVault
        from smtp_desktop.vault.system_vault import SystemVault

        with self._making:
            if self._made is None:
                self._made = SystemVault(KeyringVault(), EncryptedFileVault(self._path))
            return self._made
