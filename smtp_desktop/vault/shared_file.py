"""A sealed file on the disk, which processes and threads share: read and replaced whole, one at a time."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import sealed_format
from smtp_desktop.vault.lock_file import exclusive


class SharedFile:
    """A file in the sealed format. Safe from every thread; everything but `exists` and `locked` is for the block of
    `locked` alone, and may raise OSError there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        # What the file held when it was last read: with thousands of tokens, to decrypt it takes a tenth of a second.
        self._last: tuple[bytes, sealed_format.Key, dict[SecretRef, Secret]] | None = None

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps every other thread and process from the file during the block, and makes a VaultError of an OSError
        that the block raises."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock, exclusive(self._beside(".lock")):
                yield
        except OSError as error:
            raise VaultError(
                msg(
                    "The encrypted file {path} can't be read or written: {reason}. "
                    "Check the disk and the permissions of its folder.",
                    path=str(self.path),
                    reason=error.strerror or type(error).__name__,
                )
            ) from error

    def content(self) -> bytes:
        """Returns what is in the file. Raises FileNotFoundError, VaultDamaged."""
        with self.path.open("rb") as file:
            content = file.read(sealed_format.LARGEST_BYTES + 1)
        if len(content) > sealed_format.LARGEST_BYTES:
            raise sealed_format.damaged()
        return content

    def made_with(self, content: bytes, key: sealed_format.Key) -> bool:
        """Whether `content` was encrypted with the cost and salt of `key`. Raises VaultDamaged, VaultError."""
        return self._is_last(content, key) or sealed_format.made_with(content, key)

    def secrets(self, content: bytes, key: sealed_format.Key) -> dict[SecretRef, Secret]:
        """Returns the secrets in `content`, as `content()` returned it. Raises VaultDamaged, WrongMasterPassword."""
        if self._last is None or not self._is_last(content, key):
            self._last = (content, key, sealed_format.unseal(content, key))
        return dict(self._last[2])

    def replace(self, secrets: Mapping[SecretRef, Secret], key: sealed_format.Key) -> None:
        """Writes `secrets` to the file; after a crash it holds all of them or all of what it held before. Raises
        VaultError where they are too many."""
        content = sealed_format.seal(dict(secrets), key)
        if len(content) > sealed_format.LARGEST_BYTES:
            raise VaultError(
                msg(
                    "The encrypted file with the secrets would exceed {limit} MB, so the secret was not stored. "
                    "Delete SMTPs that are not needed.",
                    limit=sealed_format.LARGEST_BYTES // 1024**2,
                )
            )
        self._write(content)
        self._last = (content, key, dict(secrets))

    def _is_last(self, content: bytes, key: sealed_format.Key) -> bool:
        return self._last is not None and self._last[:2] == (content, key)

    def _write(self, content: bytes) -> None:
        unfinished = self._beside(".new")
        unfinished.unlink(missing_ok=True)
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self.path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        if os.name == "posix":
            # Some network file systems refuse this; the new content is in place nevertheless.
            with suppress(OSError):
                _sync_folder(self.path.parent)

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
