"""SQLite's errors, and those of its file, as errors for the user. The only module that knows their codes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from smtp_desktop.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from smtp_desktop.domain.message_text import msg


def primary_code(error: sqlite3.Error) -> int:
    """Returns SQLite's primary result code, 0 for an error of Python's module itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def os_errors_as_ours(path: Path) -> Iterator[None]:
    """Turns errors of the system about the file into StoreError."""
    try:
        yield
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from error


@contextmanager
def sqlite_errors_as_ours(path: Path) -> Iterator[None]:
    """Turns SQLite's errors about the file into StoreError; bugs (bad SQL, broken constraints) pass unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        raise_as_ours(error, path)


def raise_as_ours(error: sqlite3.Error, path: Path) -> NoReturn:
    """Raises SQLite's error about the file as StoreError; a bug as it is."""
    ours = _store_error(error, path)
    if ours is None:
        raise error
    raise ours from error


def _store_error(error: sqlite3.Error, path: Path) -> StoreError | None:
    match primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(
                msg("Another program is using the database {path}. Try again in a moment.", path=str(path))
            )
        case sqlite3.SQLITE_FULL:
            return StoreFull(
                msg(
                    "No space left to write {path}. Nothing was changed. Free some disk space and try again.",
                    path=str(path),
                )
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StoreDamaged(
                msg(
                    "{path} is damaged or not a database. Restore a backup, or move it away to start over.",
                    path=str(path),
                )
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_IOERR:
            return _unusable(path, str(error))
        case _:
            return None


def _unusable(path: Path, reason: str) -> StoreError:
    return StoreError(
        msg(
            "The database {path} can't be read or written: {reason}. Check the disk and the permissions of its folder.",
            path=str(path),
            reason=reason,
        )
    )
