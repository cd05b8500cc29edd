"""Secrets that are too large for a keyring: in a sealed file, whose random key the keyring keeps.

The file's salt names its key: each data folder has a file of its own, and all of a user share one keyring. The key is
in the keyring, and was read back, before there is a file that needs it; so a crash leaves at most a key that opens
nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smtp_desktop.domain.errors import VaultDamaged, VaultError, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import sealed_format
from smtp_desktop.vault.keyring_vault import PREFIX, KeyringVault
from smtp_desktop.vault.shared_file import SharedFile

LARGEST_FOR_A_KEYRING = 1280
"""How many characters the smallest keyring takes: CRED_MAX_CREDENTIAL_BLOB_SIZE of Windows is 5 * 512 bytes, and it
keeps UTF-16. It holds for all keyrings, so that the same happens on every system, and is tested on each; others have
limits as well, which nobody documents."""

_KEY_BYTES = 32
# The key is random, so there is no guess that should cost anything. RFC 9106 3.1: at least 8 KiB.
_COST = sealed_format.Argon2Cost(memory_kib=8, iterations=1, lanes=1)


def fits_a_keyring(secret: Secret) -> bool:
    """Whether every keyring takes a secret of this length."""
    return len(secret.reveal().encode("utf-16-le", "surrogatepass")) <= 2 * LARGEST_FOR_A_KEYRING


class LargeSecrets:
    """Secrets in the file at `path`, which is made when the first one is put. Safe from every thread and process.

    Damage, and a file whose key is not in the keyring, raise VaultError and are left as they are.
    """

    def __init__(self, path: Path, keyring: KeyringVault) -> None:
        self._file = SharedFile(path)
        self._keyring = keyring
        self._key: sealed_format.Key | None = None

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """Writes the secret to the disk under `ref`, in place of any other. Raises VaultError."""
        with self._file.locked():
            if not self._file.exists():
                self._file.replace({ref: secret}, self._new_key())
                return
            secrets, key = self._read()
            self._file.replace({**secrets, ref: secret}, key)

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns the secret, or None if there is none. Raises VaultError."""
        with self._held() as (secrets, _):
            return secrets.get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Erases the secret, if there is one. Raises VaultError."""
        with self._held() as (secrets, key):
            if secrets.pop(ref, None) is not None and key:
                self._file.replace(secrets, key)

    @contextmanager
    def _held(self) -> Iterator[tuple[dict[SecretRef, Secret], sealed_format.Key | None]]:
        """Yields what the file holds now, and its key, with the lock held; nothing where there is no file."""
        if not self._file.exists():  # most have none, and need no lock either
            yield {}, None
            return
        with self._file.locked():
            yield self._read() if self._file.exists() else ({}, None)

    def _new_key(self) -> sealed_format.Key:
        random = Secret(os.urandom(_KEY_BYTES).hex())
        key = sealed_format.new_key(random, _COST)
        self._keyring.put(_key_ref(key.salt), random)
        self._key = key
        return key

    def _read(self) -> tuple[dict[SecretRef, Secret], sealed_format.Key]:
        try:
            content = self._file.content()
            key = self._key
            if key is None or not self._file.made_with(content, key):
                key = self._key_of(content)
            secrets = self._file.secrets(content, key)
        except (VaultDamaged, WrongMasterPassword) as error:
            raise VaultDamaged(
                msg(
                    "The file {path} is damaged. Restore a backup of it; or delete it, sign in again and enter again "
                    "what it held.",
                    path=str(self._file.path),
                )
            ) from error
        self._key = key
        return secrets, key

    def _key_of(self, content: bytes) -> sealed_format.Key:
        random = self._keyring.get(_key_ref(sealed_format.salt_of(content)))
        if random is None:
            raise VaultError(
                msg(
                    "The file {path} can't be opened: its key is not in the system keyring. Restore the keyring; or "
                    "delete the file, sign in again and enter again what it held.",
                    path=str(self._file.path),
                )
            )
        return sealed_format.key_for(content, random)


def _key_ref(salt: bytes) -> SecretRef:
    return SecretRef(f"{PREFIX}large-secrets/key/{salt.hex()}")
