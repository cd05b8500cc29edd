"""The vault in an encrypted file, which processes and threads share."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from smtp_desktop.domain.errors import VaultError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import sealed_format
from smtp_desktop.vault.lock_file import exclusive
from smtp_desktop.vault.secret_refs import new_ref, unknown_ref

PREFIX = "file:"


class EncryptedFileVault:
    """Keeps all secrets in one encrypted file, locked until `unlock`. Safe from every thread.

    Every call reads the file anew, under a lock that holds for all processes, so that none misses or overwrites what
    another one wrote.
    """

    def __init__(self, path: Path, *, cost: sealed_format.Argon2Cost | None = None) -> None:
        """`cost` is for a new file; an existing one states its own."""
        self._path = path
        self._cost = cost or sealed_format.Argon2Cost()
        self._lock = threading.Lock()
        self._key: sealed_format.Key | None = None

    def unlock(self, master: Secret) -> None:
        """Opens the vault; if there is no file, makes one with `master` as its password.

        Raises WrongMasterPassword, VaultDamaged, VaultError, and VaultLocked for an empty new password.
        """
        with self._lock_held():
            if self._path.exists():
                content = self._content()
                key = sealed_format.key_for(content, master)
                sealed_format.unseal(content, key)
            else:
                if not master:
                    raise VaultLocked(msg("The master password is empty. Choose one."), new=True)
                key = sealed_format.new_key(master, self._cost)
                self._replace(sealed_format.seal({}, key))
            self._key = key

    def new_ref(self, owner: str, field: str) -> SecretRef:
        """Returns a reference that was never used. Raises VaultLocked."""
        if self._key is None:
            raise self._locked()
        return new_ref(PREFIX, owner, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """Writes the secret to the disk under `ref`, in place of any other. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, key):
            self._replace(sealed_format.seal({**secrets, ref: secret}, key))

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns the secret, or None if there is none. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, _):
            return secrets.get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Erases the secret, if there is one. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, key):
            if secrets.pop(ref, None) is not None:
                self._replace(sealed_format.seal(secrets, key))

    @contextmanager
    def _opened(self, ref: SecretRef) -> Iterator[tuple[dict[SecretRef, Secret], sealed_format.Key]]:
        """Yields what the file holds now, and the key, with the lock held."""
        if not ref.startswith(PREFIX):
            raise unknown_ref(ref)
        if self._key is None:
            raise self._locked()
        with self._lock_held():
            key = self._key
            yield self._read(key), key

    def _read(self, key: sealed_format.Key) -> dict[SecretRef, Secret]:
        try:
            content = self._content()
        except FileNotFoundError as error:
            raise self._forget_key() from error
        if not sealed_format.made_with(content, key):
            raise self._forget_key()  # it was replaced by another file
        try:
            return sealed_format.unseal(content, key)
        except WrongMasterPassword as error:
            raise sealed_format.damaged() from error  # the key has opened it before

    def _content(self) -> bytes:
        with self._path.open("rb") as file:
            content = file.read(sealed_format.LARGEST_BYTES + 1)
        if len(content) > sealed_format.LARGEST_BYTES:
            raise sealed_format.damaged()
        return content

    def _forget_key(self) -> VaultLocked:
        self._key = None
        return self._locked()

    def _locked(self) -> VaultLocked:
        if self._path.exists():
            return VaultLocked(msg("The encrypted file with the secrets is locked. Enter the master password."))
        return VaultLocked(
            msg(
                "This system has no keyring, so secrets are stored in an encrypted file. Choose a master "
                "password for it."
            ),
            new=True,
        )

    @contextmanager
    def _lock_held(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock, exclusive(self._beside(".lock")):
                yield
        except OSError as error:
            raise VaultError(
                msg(
                    "The encrypted file {path} can't be read or written: {reason}. "
                    "Check the disk and the permissions of its folder.",
                    path=str(self._path),
                    reason=error.strerror or type(error).__name__,
                )
            ) from error

    def _replace(self, content: bytes) -> None:
        """Writes `content` to the file; after a crash it holds all of that or all of what it held before."""
        unfinished = self._beside(".new")
        unfinished.unlink(missing_ok=True)
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        if os.name == "posix":
            # Some network file systems refuse this; the new content is in place nevertheless.
            with suppress(OSError):
                _sync_folder(self._path.parent)

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
