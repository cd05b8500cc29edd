"""The vault in an encrypted file, which processes and threads share."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import VaultLocked, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import sealed_format
from smtp_desktop.vault.ref_locks import RefLocks
from smtp_desktop.vault.secret_refs import new_ref, unknown_ref
from smtp_desktop.vault.shared_file import SharedFile

PREFIX = "file:"


class EncryptedFileVault:
    """Keeps all secrets in one encrypted file, locked until `unlock`. Safe from every thread.

    Every call reads the file anew, under a lock that holds for all processes, so that none misses or overwrites what
    another one wrote.
    """

    def __init__(self, path: Path, *, cost: sealed_format.Argon2Cost | None = None) -> None:
        """`cost` is for a new file; an existing one states its own."""
        self._file = SharedFile(path)
        self._ref_locks = RefLocks(path.parent)
        self._cost = cost or sealed_format.Argon2Cost()
        self._key: sealed_format.Key | None = None

    def unlock(self, master: Secret) -> None:
        """Opens the vault; if there is no file, makes one with `master` as its password.

        Raises WrongMasterPassword, VaultDamaged, VaultError, and VaultLocked for an empty new password.
        """
        with self._file.locked():
            if self._file.exists():
                content = self._file.content()
                key = sealed_format.key_for(content, master)
                self._file.secrets(content, key)
            else:
                if not master:
                    raise VaultLocked(msg("The master password is empty. Choose one."), new=True)
                key = sealed_format.new_key(master, self._cost)
                self._file.replace({}, key)
            self._key = key

    def new_ref(self, owner: str, field: str) -> SecretRef:
        """Returns a reference that was never used. Raises VaultLocked."""
        if self._key is None:
            raise self._locked()
        return new_ref(PREFIX, owner, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """Writes the secret to the disk under `ref`, in place of any other. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, key):
            self._file.replace({**secrets, ref: secret}, key)

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns the secret, or None if there is none. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, _):
            return secrets.get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Erases the secret, if there is one. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, key):
            if secrets.pop(ref, None) is not None:
                self._file.replace(secrets, key)

    def exclusive(self, ref: SecretRef, cancel: Cancel) -> AbstractContextManager[None]:
        """Keeps other threads and processes from `ref`; see `RefLocks.exclusive`. Raises Cancelled, VaultError."""
        return self._ref_locks.exclusive(ref, cancel)

    @contextmanager
    def _opened(self, ref: SecretRef) -> Iterator[tuple[dict[SecretRef, Secret], sealed_format.Key]]:
        """Yields what the file holds now, and the key, with the lock held."""
        if not ref.startswith(PREFIX):
            raise unknown_ref(ref)
        if self._key is None:
            raise self._locked()
        with self._file.locked():
            key = self._key
            yield self._read(key), key

    def _read(self, key: sealed_format.Key) -> dict[SecretRef, Secret]:
        try:
            content = self._file.content()
        except FileNotFoundError as error:
            raise self._forget_key() from error
        if not self._file.made_with(content, key):
            raise self._forget_key()  # it was replaced by another file
        try:
            return self._file.secrets(content, key)
        except WrongMasterPassword as error:
            raise sealed_format.damaged() from error  # the key has opened it before

    def _forget_key(self) -> VaultLocked:
        self._key = None
        return self._locked()

    def _locked(self) -> VaultLocked:
        if self._file.exists():
            return VaultLocked(msg("The encrypted file with the secrets is locked. Enter the master password."))
        return VaultLocked(
            msg(
                "This system has no keyring, so secrets are stored in an encrypted file. Choose a master "
                "password for it."
            ),
            new=True,
        )
