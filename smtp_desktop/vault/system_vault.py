"""Which vault keeps a secret: the system keyring or, where there is none, the encrypted file."""

from enum import StrEnum

from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.vault import keyring_vault
from smtp_desktop.vault import sealed_file as encrypted_file
from smtp_desktop.vault.keyring_vault import KeyringVault
from smtp_desktop.vault.places import unknown_place
from smtp_desktop.vault.sealed_file import EncryptedFileVault


class SecretStorage(StrEnum):
    """Where new secrets are kept."""

    KEYRING = "keyring"
    FILE = "file"


class SystemVault:
    """Keeps new secrets where this system can, and finds each old one where it is. Safe from every thread."""

    def __init__(self, keyring: KeyringVault, file: EncryptedFileVault) -> None:
        self._keyring = keyring
        self._file = file

    def place(self) -> SecretStorage:
        """Returns where new secrets go. The first call may take as long as finding the keyring takes."""
        return SecretStorage.KEYRING if self._keyring.usable() else SecretStorage.FILE

    def unlock(self, master: Secret) -> None:
        """The encrypted file is open; see EncryptedFileVault.unlock."""
        self._file.unlock(master)

    def new_ref(self, profile_id: ProfileId, field: SecretField) -> SecretRef:
        """Returns a place that nothing was ever kept in. Raises VaultLocked, VaultError."""
        vault = self._keyring if self.place() is SecretStorage.KEYRING else self._file
        return vault.new_ref(profile_id, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """The secret is kept at `ref`, in place of what was. Raises VaultLocked, VaultError."""
        self._vault_of(ref).put(ref, secret)

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns None when nothing is kept there. Raises VaultLocked, VaultError."""
        return self._vault_of(ref).get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Nothing is kept at `ref`. Raises VaultLocked, VaultError."""
        self._vault_of(ref).erase(ref)

    def _vault_of(self, ref: SecretRef) -> KeyringVault | EncryptedFileVault:
        if ref.startswith(keyring_vault.PREFIX):
            return self._keyring
        if ref.startswith(encrypted_file.PREFIX):
            return self._file
        raise unknown_place(ref)
