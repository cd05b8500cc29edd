"""The vault of this system: its keyring or, where there is none, the encrypted file."""

from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import keyring_vault, sealed_file
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.large_secrets import LargeSecrets, fits_a_keyring
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.secret_refs import unknown_ref


class SecretStorage(StrEnum):
    """Where new secrets are kept."""

    KEYRING = "keyring"
    FILE = "file"


class SystemVault:
    """Keeps new secrets where this system can, and finds each old one where it was kept. Safe from every thread.

    A reference to the keyring is also that of a large secret, in the file whose key the keyring keeps.
    """

    def __init__(self, keyring: KeyringVault | None, file: EncryptedFileVault, *, large_path: Path) -> None:
        """Without `keyring`, that of the system is not used. `large_path` is the file for what it is too small for."""
        self._keyring = _RoomyKeyring(keyring, LargeSecrets(large_path, keyring)) if keyring else None
        self._file = file

    def place(self) -> SecretStorage:
        """Returns where new secrets are kept. The first call looks for a keyring, which is slow."""
        return SecretStorage.KEYRING if self._keyring and self._keyring.entries.usable() else SecretStorage.FILE

    def unlock(self, master: Secret) -> None:
        """Opens the encrypted file; see EncryptedFileVault.unlock."""
        self._file.unlock(master)

    def new_ref(self, owner: str, field: str) -> SecretRef:
        """Returns a reference that was never used. Raises VaultLocked, VaultError."""
        if self._keyring and self.place() is SecretStorage.KEYRING:
            return self._keyring.entries.new_ref(owner, field)
        return self._file.new_ref(owner, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """Keeps the secret under `ref`, in place of any other. Raises VaultLocked, VaultError."""
        self._vault_of(ref).put(ref, secret)

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns the secret, or None if there is none. Raises VaultLocked, VaultError."""
        return self._vault_of(ref).get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Erases the secret, if there is one. Raises VaultLocked, VaultError."""
        self._vault_of(ref).erase(ref)

    def exclusive(self, ref: SecretRef, cancel: Cancel) -> AbstractContextManager[None]:
        """Keeps other threads and processes from `ref`; see `RefLocks.exclusive`. Raises Cancelled, VaultError."""
        return self._file.exclusive(ref, cancel)

    def _vault_of(self, ref: SecretRef) -> "_RoomyKeyring | EncryptedFileVault":
        if self._keyring and ref.startswith(keyring_vault.PREFIX):
            return self._keyring
        if ref.startswith(sealed_file.PREFIX):
            return self._file
        raise unknown_ref(ref)


class _RoomyKeyring:
    """The keyring's entries, and the file of those that are too large for one.

    A secret that is in both, since a process died between the two, is the one in the file.
    """

    def __init__(self, entries: KeyringVault, large: LargeSecrets) -> None:
        self.entries = entries
        self._large = large

    def put(self, ref: SecretRef, secret: Secret) -> None:
        in_file = self._in_file(ref)
        if fits_a_keyring(secret) and not in_file:
            self.entries.put(ref, secret)
            return
        self._large.put(ref, secret)
        if not in_file:
            self.entries.erase(ref)  # a smaller one of before

    def get(self, ref: SecretRef) -> Secret | None:
        try:
            secret = self._large.get(ref)
        except VaultError:
            # Passwords must not be out of reach because the file is.
            secret = self.entries.get(ref)
            if secret is None:
                raise
            return secret
        return self.entries.get(ref) if secret is None else secret

    def erase(self, ref: SecretRef) -> None:
        try:
            self._large.erase(ref)
        except VaultError:
            if self.entries.get(ref) is None:
                raise  # so that it is in the file, if anywhere
        self.entries.erase(ref)

    def _in_file(self, ref: SecretRef) -> bool:
        try:
            return self._large.get(ref) is not None
        except VaultError:
            return False
