"""A lock that processes and threads share."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from smtp_desktop.domain.errors import VaultError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.vault import sealing as sealed
from smtp_desktop.vault.places import new_ref, unknown_place

if sys.platform == "win32":
    import msvcrt

    def _acquire(descriptor: int) -> None:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except PermissionError:
                # LK_LOCK gives up after ten tries, a second apart.
                continue
            return

    def _release(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _acquire(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Nobody else is inside a block with the same `path`, in any process; waits until that is so.

    The file stays: removing it would let two in. A process that dies lets go. Raises OSError.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor)
        try:
            yield
        finally:
            _release(descriptor)
    finally:
        os.close(descriptor)


PREFIX = "file:"


class EncryptedFileVault:
    """Keeps all secrets in one encrypted file, locked until `unlock`. It is read again for every call, under a lock
    that other processes respect, so that all see and lose nothing. Safe from every thread."""

    def __init__(self, path: Path, *, cost: sealed.Argon2Cost | None = None) -> None:
        """`cost` is for a new file; an existing one says its own."""
        self._path = path
        self._cost = cost or sealed.Argon2Cost()
        self._lock = threading.Lock()
        self._key: sealed.Key | None = None

    def unlock(self, master: Secret) -> None:
        """The vault is open; if there was no file, a new one has `master` as its password.

        Raises WrongMasterPassword, VaultDamaged, VaultError, and VaultLocked for an empty new password.
        """
        with self._alone():
            if self._path.exists():
                content = self._path.read_bytes()
                key = sealed.key_for(content, master)
                sealed.unseal(content, key)
            else:
                if not master:
                    raise VaultLocked(msg("The master password is empty. Choose one."), new=True)
                key = sealed.new_key(master, self._cost)
                self._replace(sealed.seal({}, key))
            self._key = key

    def new_ref(self, profile_id: ProfileId, field: SecretField) -> SecretRef:
        """Returns a place that nothing was ever kept in. Raises VaultLocked."""
        if self._key is None:
            raise self._locked()
        return new_ref(PREFIX, profile_id, field)

    def put(self, ref: SecretRef, secret: Secret) -> None:
        """The secret is on the disk at `ref`, in place of what was. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, key):
            self._replace(sealed.seal({**secrets, ref: secret}, key))

    def get(self, ref: SecretRef) -> Secret | None:
        """Returns None when nothing is kept there. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, _):
            return secrets.get(ref)

    def erase(self, ref: SecretRef) -> None:
        """Nothing is kept at `ref`. Raises VaultLocked, VaultError."""
        with self._opened(ref) as (secrets, key):
            if secrets.pop(ref, None) is not None:
                self._replace(sealed.seal(secrets, key))

    @contextmanager
    def _opened(self, ref: SecretRef) -> Iterator[tuple[dict[SecretRef, Secret], sealed.Key]]:
        """Yields what the file holds now, and the key; nobody else changes it meanwhile."""
        if not ref.startswith(PREFIX):
            raise unknown_place(ref)
        if self._key is None:
            raise self._locked()
        with self._alone():
            key = self._key
            yield self._read(key), key

    def _read(self, key: sealed.Key) -> dict[SecretRef, Secret]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError as error:
            raise self._forget_key() from error
        if not sealed.made_with(content, key):
            raise self._forget_key()  # another file took its place
        try:
            return sealed.unseal(content, key)
        except WrongMasterPassword as error:
            raise sealed.damaged() from error  # the key did open it before

    def _forget_key(self) -> VaultLocked:
        self._key = None
        return self._locked()

    def _locked(self) -> VaultLocked:
        if self._path.exists():
            return VaultLocked(msg("The encrypted file with the secrets is locked. Enter the master password."))
        return VaultLocked(
            msg("This system has no keyring, so secrets go into an encrypted file. Choose a master password for it."),
            new=True,
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
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
        """The file holds `content`, all of it or, after a crash, all of what it held before."""
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
