"""The signal that anyone has changed the database, other processes included."""

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from smtp_desktop.domain.errors import StoreBusy
from smtp_desktop.store.database_file import FileIdentity, file_uri, gone, identity_of
from smtp_desktop.store.sqlite_errors import sqlite_errors_as_ours


class SqliteChangeSignal:
    """Reports whether the database has changed.

    It has a connection of its own, because SQLite counts the commits of all other connections but never a connection's
    own. The connection opens with the first question. Safe from every thread. Close it before the `Database`: the last
    connection to a file removes its write-ahead log, and a read-only one can't.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._version = 0
        self._identity: FileIdentity | None = None

    def version(self) -> int:
        """Returns a number that changes whenever anyone changes the database, and the last known one while somebody
        locks the whole file. Raises StoreError where the file can't be read."""
        with self._lock:
            with suppress(StoreBusy):
                self._version = self._read_version()
            return self._version

    def close(self) -> None:
        """Closes the connection. A second call does nothing; the next question opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read_version(self) -> int:
        with sqlite_errors_as_ours(self._path):
            if self._connection is None:
                # Read-only: it never creates the database, and never waits for a writer.
                self._connection = sqlite3.connect(
                    file_uri(self._path, "mode=ro"), uri=True, timeout=0, isolation_level=None, check_same_thread=False
                )
                self._identity = identity_of(self._path)
            elif identity_of(self._path) != self._identity:
                raise gone(self._path)
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
