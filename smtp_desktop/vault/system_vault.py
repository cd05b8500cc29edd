"""The vault of this system: its keyring or, where there is none, the encrypted file."""

from enum import StrEnum

from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import keyring_vault, sealed_file
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.secret_refs import unknown_ref


class SecretStorage(StrEnum):
    """Where new secrets are kept."""

    KEYRING = "keyring"
    FILE = "file"


class SystemVault:
    """Keeps new secrets where this system can, and finds each old one where it was kept. Safe from every thread."""

    def __init__(self, keyring: KeyringVault | None, file: EncryptedFileVault) -> None:
        """Without `keyring`, that of the system is not used."""
        self._keyring = keyring
        self._file = file

    def place(self) -> SecretStorage:
        """Returns where new secrets are kept. The first call looks for a keyring, which is slow."""
        return SecretStorage.KEYRING if self._keyring and self._keyring.usable() else SecretStorage.FILE

    def unlock(self, master: Secret) -> None:
        """Opens the encrypted file; see EncryptedFileVault.unlock."""
        self._file.unlock(master)

    def new_ref(self, owner: str, field: str) -> SecretRef:
        """Returns a reference that was never used. Raises VaultLocked, VaultError."""
        if self._keyring and self.place() is SecretStorage.KEYRING:
            return self._keyring.new_ref(owner, field)
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

    def _vault_of(self, ref: SecretRef) -> KeyringVault | EncryptedFileVault:
        if self._keyring and ref.startswith(keyring_vault.PREFIX):
            return self._keyring
        if ref.startswith(sealed_file.PREFIX):
            return self._file
        raise unknown_ref(ref)
