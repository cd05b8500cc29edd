"""Noticing that anybody has changed the database, other processes included."""

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from smtp_desktop.domain.errors import StoreBusy
from smtp_desktop.store.database import sqlite_told, uri_of


class SqliteChangeSignal:
    """Tells whether the database has changed. On a connection of its own, because SQLite counts the commits of all
    others but never a connection's own. Opened at the first question; safe from every thread. To be closed before the
    Database: whoever leaves a file last tidies up its log, and a connection that only reads can't."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._version = 0

    def version(self) -> int:
        """Returns a number that is another one once anybody has changed the database, and the last one while it can't
        be told because somebody holds the whole file. Raises StoreError where the file can't be read."""
        with self._lock:
            with suppress(StoreBusy):
                self._version = self._asked()
            return self._version

    def close(self) -> None:
        """The file is let go. A second call does nothing; a later question opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _asked(self) -> int:
        with sqlite_told(self._path):
            if self._connection is None:
                # Read-only: it never makes the database, and never waits for a writer.
                self._connection = sqlite3.connect(
                    uri_of(self._path, "mode=ro"), uri=True, timeout=0, isolation_level=None, check_same_thread=False
                )
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
