"""The SQLite database: opening, upgrades, transactions."""

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database_file import (
    create_private,
    file_uri,
    gone,
    identity_of,
    prepare,
    refuse_newer,
    set_layout,
    version_of,
)
from smtp_desktop.store.sqlite_errors import (
    SQLITE_ERRORS,
    os_errors_as_ours,
    primary_code,
    raise_as_ours,
    sqlite_errors_as_ours,
)

_BUSY_TIMEOUT_MS = 5_000
_WAL_RETRY_S = 0.02


def schema_scripts() -> tuple[Path, ...]:
    """Returns the files of the schema steps: the SQL of version 1, then of what turns each version into the next."""
    # Plain files: importlib.resources loads zipfile, tempfile and more, which takes longer than opening the database.
    return tuple(sorted((Path(__file__).parent / "schema").glob("*.sql")))


def schema_steps() -> tuple[str, ...]:
    """Returns the SQL of the schema steps."""
    return tuple(map(_sql_of, schema_scripts()))


def _sql_of(step: str | Path) -> str:
    return step if isinstance(step, str) else step.read_text(encoding="utf-8")


class Database:
    """An open database of the newest version. All threads share one connection, one at a time: safe from every thread,
    and a thread may begin no second transaction inside its own."""

    def __init__(
        self, path: Path, *, steps: Sequence[str] | None = None, busy_timeout_ms: int = _BUSY_TIMEOUT_MS
    ) -> None:
        """Opens `path`, creates it if need be, and upgrades it to the newest version of `steps` (by default the
        program's own). Raises StoreTooNew with the file untouched, StoreBusy, StoreError."""
        self.path = self._path = path
        # Most openings need no step, so that a step is read only when it is due.
        self._steps: Sequence[str | Path] = schema_scripts() if steps is None else tuple(steps)
        self._timeout_s = busy_timeout_ms / 1000
        self._lock = threading.RLock()
        self._open = True
        with os_errors_as_ours(path), sqlite_errors_as_ours(path):
            prepare(path, newest=len(self._steps), timeout_s=self._timeout_s)
            self._connection = sqlite3.connect(
                path, timeout=self._timeout_s, isolation_level=None, check_same_thread=False
            )
            self._identity = identity_of(path)
            try:
                self._configure()
                self._upgrade()
                # Only now: a step may replace a table that others refer to.
                self._connection.execute("PRAGMA foreign_keys = ON")
            except BaseException:  # is raised again, once the connection is closed
                self._connection.close()
                raise

    def write(self) -> AbstractContextManager[sqlite3.Connection]:
        """Begins a transaction that may write, for a `with` block: committed when the block ends, rolled back when it
        raises. Takes SQLite's write lock at once. Raises StoreBusy where another process keeps it too long."""
        return _Transaction(self._path, self._lock, self._open_connection, "BEGIN IMMEDIATE")

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """Begins a transaction that only reads, for a `with` block: all that it reads is one snapshot."""
        return _Transaction(self._path, self._lock, self._open_connection, "BEGIN")

    def value(self, query: str, *values: str | int) -> int:
        """Returns the one number that `query` gives with `values`, in a transaction of its own and without the cost
        of `read`."""
        with self._lock, sqlite_errors_as_ours(self._path):
            found: int = self._open_connection().execute(query, values).fetchone()[0]
            return found

    def run(self, statement: str) -> None:
        """Carries out a statement that can't be part of a transaction, to its end. Raises StoreError."""
        with self._lock, sqlite_errors_as_ours(self._path):
            self._open_connection().execute(statement).fetchall()

    def rewrite(self) -> None:
        """Writes the whole file anew without free pages, and such that it can give back further ones. Keeps all others
        from writing meanwhile. Raises StoreError."""
        with self._lock:
            set_layout(self._open_connection())
        self.run("VACUUM")

    def close(self) -> None:
        """Closes the file. Any later use raises StoreError; a second call does nothing."""
        with self._lock:
            self._open = False
            self._connection.close()

    def _open_connection(self) -> sqlite3.Connection:
        """Returns the connection. Raises StoreError where it is closed, StoreGone where its file is not there any
        more: what is written into a deleted file is lost."""
        if not self._open:
            raise StoreError(msg("The program is closing; its database is already closed."))
        if identity_of(self._path) != self._identity:
            raise gone(self._path)
        return self._connection

    def _configure(self) -> None:
        self._connection.row_factory = sqlite3.Row
        self._switch_to_wal()
        self._connection.execute("PRAGMA synchronous = FULL")
        # In pages. The log starts over that often: overwriting a file costs the disk less time than making it longer.
        self._connection.execute("PRAGMA wal_autocheckpoint = 200")

    def _switch_to_wal(self) -> None:
        # SQLite's busy timeout does not cover this switch, and two processes may start at once.
        give_up_at = time.monotonic() + self._timeout_s
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                    raise
                time.sleep(_WAL_RETRY_S)
            else:
                return

    def _upgrade(self) -> None:
        """Takes every step that is due, all in one transaction: where one fails, the version before can still open the
        file."""
        if version_of(self._connection) < len(self._steps):
            with self.write() as connection:
                # Read under the write lock: another process may have upgraded it meanwhile.
                version = version_of(connection)
                due = self._steps[version:]
                if due and version > 0:
                    self._back_up(before=version + 1)
                for step in due:
                    for statement in _statements(_sql_of(step)):
                        connection.execute(statement)
                if due:
                    connection.execute(f"PRAGMA user_version = {len(self._steps):d}")
        refuse_newer(self._path, version_of(self._connection), len(self._steps))

    def _back_up(self, *, before: int) -> None:
        """Copies the database as it is to a file beside it. Called under the write lock, so that nothing changes
        meanwhile."""
        backup = self._path.with_name(f"{self._path.name}.before-v{before}.bak")
        unfinished = backup.with_name(f"{backup.name}.new")
        unfinished.unlink(missing_ok=True)
        create_private(unfinished)
        # A connection of its own: SQLite copies from no connection that is in a write transaction.
        source = sqlite3.connect(file_uri(self._path, "mode=ro"), uri=True)
        with closing(source), closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        unfinished.replace(backup)


class _Transaction:
    """A transaction, as a context manager. Not by `contextmanager`: its generator takes as long as a short transaction
    does."""

    def __init__(
        self, path: Path, lock: threading.RLock, connection: Callable[[], sqlite3.Connection], begin: str
    ) -> None:
        self._path, self._lock, self._get_connection, self._begin = path, lock, connection, begin

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        try:
            self._connection = self._get_connection()
            self._connection.execute(self._begin)
        except SQLITE_ERRORS as error:
            self._lock.release()
            raise_as_ours(error, self._path)
        except BaseException:  # is raised again, once the lock is released
            self._lock.release()
            raise
        return self._connection

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        try:
            if error is None:
                try:
                    self._connection.execute("COMMIT")
                except SQLITE_ERRORS as refused:
                    error = refused
            # SQLite rolls back by itself on some errors, as a full disk.
            if error is not None and self._connection.in_transaction:
                with sqlite_errors_as_ours(self._path):
                    self._connection.execute("ROLLBACK")
        finally:
            self._lock.release()
        if isinstance(error, SQLITE_ERRORS):
            raise_as_ours(error, self._path)


def _statements(script: str) -> Iterator[str]:
    """Yields the statements of `script`: `executescript` would commit the transaction that the step runs in."""
    statement = ""
    for part in re.split("(?<=;)", script):
        statement += part
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
