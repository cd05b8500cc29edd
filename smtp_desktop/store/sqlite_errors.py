"""SQLite's errors, and those of its file, as errors for the user. The only module that knows their codes."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from smtp_desktop.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from smtp_desktop.domain.message_text import msg

SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises about a file. The second one is of Python's module, about the text of an error: SQLite quotes what
is damaged."""

_FORMAT = ("unsupported file format", "malformed")
_NAMED = re.compile(
    r"(?:no such (?:table|column|view|index): |has no column named |duplicate column name: |(?:table|index|view) )"
    r"(?:\w+\.)?(\w+)"
)


def primary_code(error: Exception) -> int:
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
    except SQLITE_ERRORS as error:
        raise_as_ours(error, path)


def raise_as_ours(error: Exception, path: Path) -> NoReturn:
    """Raises SQLite's error about the file as StoreError; a bug as it is."""
    ours = _store_error(error, path)
    if ours is None:
        raise error
    raise ours from error


def _is_of_damage(error: Exception) -> bool:
    """Whether only damage leads to it: text that is not UTF-8, or a schema that is not the one of the file's version,
    although both are written together."""
    words = str(error)
    if not hasattr(error, "sqlite_errorcode"):
        return "decode" in words
    if any(format_words in words for format_words in _FORMAT):
        return True
    found = _NAMED.search(words) if primary_code(error) == sqlite3.SQLITE_ERROR else None
    return found is not None and _is_in_schema(found[1])


def _is_in_schema(name: str) -> bool:
    """Whether a step of the program's own schema has the name: whatever else there is none of is a bug."""
    steps = (Path(__file__).parent / "schema").glob("*.sql")
    return any(re.search(rf"\b{name}\b", step.read_text(encoding="utf-8")) for step in steps)


def _store_error(error: Exception, path: Path) -> StoreError | None:
    if isinstance(error, UnicodeDecodeError) or _is_of_damage(error):
        return damaged(path)
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
            return damaged(path)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_IOERR:
            return _unusable(path, str(error))
        case _:
            return None


def damaged(path: Path) -> StoreDamaged:
    """Returns the error for a file that is no sound database."""
    return StoreDamaged(
        msg("{path} is damaged or not a database. Restore a backup, or move it away to start over.", path=str(path))
    )


def _unusable(path: Path, reason: str) -> StoreError:
    return StoreError(
        msg(
            "The database {path} can't be read or written: {reason}. Check the disk and the permissions of its folder.",
            path=str(path),
            reason=reason,
        )
    )
