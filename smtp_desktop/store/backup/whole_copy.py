"""Copies of whole databases: as they were at one moment, whatever others write meanwhile, and in bounded memory."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database_file import create_private, file_uri

_PAGES_AT_ONCE = 2000

Progress = Callable[[float], None]
"""Is called with how much of the work is done, from 0 to 1."""


def copy_whole(source: sqlite3.Connection, target: Path, *, cancel: Cancel, on_progress: Progress) -> None:
    """Copies the database that `source` is connected to into the new file `target`, readable for its owner alone. With
    a transaction of `source`, it is as that sees it. Raises sqlite3.Error, OSError, Cancelled."""

    def progressed(_status: int, remaining: int, total: int) -> None:
        refuse_canceled(cancel)
        on_progress(1 - remaining / max(total, 1))

    create_private(target)
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=_PAGES_AT_ONCE, progress=progressed)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def copy_file(source: Path, target: Path, *, cancel: Cancel, on_progress: Progress) -> None:
    """Copies a database, with what is in its log. Raises as `copy_whole` does."""
    with closing(sqlite3.connect(file_uri(source, "mode=ro"), uri=True)) as connection:
        copy_whole(connection, target, cancel=cancel, on_progress=on_progress)


def refuse_canceled(cancel: Cancel) -> None:
    """Raises Cancelled where that was asked for."""
    if cancel.requested:
        raise Cancelled(msg("Stopped. Nothing was changed."))
