"""The SQLite file: opening, upgrading, transactions. The only place that knows SQLite's errors."""

import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import NoReturn

from smtp_desktop.domain.errors import StoreBusy, StoreError, StoreTooNew
from smtp_desktop.domain.message_text import msg

_BUSY_TIMEOUT_MS = 5_000
_WAL_RETRY_S = 0.02


def schema_scripts() -> tuple[Path, ...]:
    """Returns where the SQL is that makes version 1, then what turns each version into the next."""
    # As plain files: importlib.resources would load zipfile, tempfile and more, for longer than all of it takes.
    return tuple(sorted((Path(__file__).parent / "schema").glob("*.sql")))


def schema_steps() -> tuple[str, ...]:
    """Returns that SQL."""
    return tuple(map(_sql_of, schema_scripts()))


def _sql_of(step: str | Path) -> str:
    return step if isinstance(step, str) else step.read_text(encoding="utf-8")


class Database:
    """An open database of the newest version. One connection, taken in turns: safe from every thread."""

    def __init__(
        self, path: Path, *, steps: Sequence[str] | None = None, busy_timeout_ms: int = _BUSY_TIMEOUT_MS
    ) -> None:
        """Opens `path`, makes it if need be, and brings it to the newest version of `steps` (the program's own,
        unless given). Raises StoreTooNew with the file untouched, StoreBusy, StoreError."""
        self._path = path
        # Hardly an opening needs one of them: each is read when it does.
        self._steps: Sequence[str | Path] = schema_scripts() if steps is None else tuple(steps)
        self._timeout_s = busy_timeout_ms / 1000
        self._lock = threading.RLock()
        self._open = True
        with _files_told(path), sqlite_told(path):
            _prepare(path, newest=len(self._steps), timeout_s=self._timeout_s)
            self._connection = sqlite3.connect(
                path, timeout=self._timeout_s, isolation_level=None, check_same_thread=False
            )
            try:
                self._configure()
                self._upgrade()
                # Not before: a step may put a table in the place of one that others refer to.
                self._connection.execute("PRAGMA foreign_keys = ON")
            except BaseException:  # whatever it is goes on; only the connection is let go first
                self._connection.close()
                raise

    def write(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction that may change things: kept when the block ends, undone when it raises."""
        return _Turn(self._path, self._lock, self._use, "BEGIN IMMEDIATE")

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction that only looks: everything read in it is of one moment."""
        return _Turn(self._path, self._lock, self._use, "BEGIN")

    def value(self, query: str, *values: str | int) -> int:
        """Returns the number that `query` gives with `values`: a transaction of its own, and the cheapest."""
        with self._lock, sqlite_told(self._path):
            found: int = self._use().execute(query, values).fetchone()[0]
            return found

    def close(self) -> None:
        """Everything is in the file; any later use raises StoreError. A second call does nothing."""
        with self._lock:
            self._open = False
            self._connection.close()

    def _use(self) -> sqlite3.Connection:
        if not self._open:
            raise StoreError(msg("The program is closing; its database is closed already."))
        return self._connection

    def _configure(self) -> None:
        self._connection.row_factory = sqlite3.Row
        # For new files. A mail changes a page of every index: half the size is half of what goes to the disk.
        self._connection.execute("PRAGMA page_size = 2048")
        self._switch_to_wal()
        self._connection.execute("PRAGMA synchronous = FULL")
        # The log is used from its beginning again that often: writing over what a file has takes the disk less time
        # than making it longer.
        self._connection.execute("PRAGMA wal_autocheckpoint = 200")

    def _switch_to_wal(self) -> None:
        # SQLite's own busy timeout does not cover this switch, and two programs may start at once.
        give_up_at = time.monotonic() + self._timeout_s
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if _primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                    raise
                time.sleep(_WAL_RETRY_S)
            else:
                return

    def _upgrade(self) -> None:
        is_new = _version(self._connection) == 0
        for number, step in enumerate(self._steps, start=1):
            if _version(self._connection) >= number:
                continue
            with self.write() as connection:
                # Read again under the lock: another process may have done this step meanwhile.
                if _version(connection) >= number:
                    continue
                if not is_new:
                    self._back_up(before=number)
                for statement in _statements(_sql_of(step)):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number:d}")
        _refuse_newer(self._path, _version(self._connection), len(self._steps))

    def _back_up(self, *, before: int) -> None:
        """A copy of the database as it is stands beside it. Called under the write lock, so nothing moves meanwhile."""
        backup = self._path.with_name(f"{self._path.name}.before-v{before}.bak")
        unfinished = backup.with_name(f"{backup.name}.new")
        unfinished.unlink(missing_ok=True)
        _create_private(unfinished)
        # A connection of its own: SQLite copies from none that is in a write transaction.
        source = sqlite3.connect(uri_of(self._path, "mode=ro"), uri=True)
        with closing(source), closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        unfinished.replace(backup)


class _Turn:
    """A transaction, for a `with` statement. A generator would take as long as all that a short one does."""

    def __init__(self, path: Path, lock: threading.RLock, use: Callable[[], sqlite3.Connection], begin: str) -> None:
        self._path, self._lock, self._use, self._begin = path, lock, use, begin

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        try:
            self._connection = self._use()
            self._connection.execute(self._begin)
        except sqlite3.Error as error:
            self._lock.release()
            _raise_told(error, self._path)
        except BaseException:  # whatever it is goes on; only the turn is over
            self._lock.release()
            raise
        return self._connection

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        try:
            if error is None:
                try:
                    self._connection.execute("COMMIT")
                except sqlite3.Error as refused:
                    error = refused
            # SQLite undoes some failures by itself (a full disk): then there is nothing to roll back.
            if error is not None and self._connection.in_transaction:
                with sqlite_told(self._path):
                    self._connection.execute("ROLLBACK")
        finally:
            self._lock.release()
        if isinstance(error, sqlite3.Error):
            _raise_told(error, self._path)


def _prepare(path: Path, *, newest: int, timeout_s: float) -> None:
    """The file exists, for its owner's eyes only where this call made it, and is none that we must not touch."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        if path.stat().st_size:
            _look(path, newest=newest, timeout_s=timeout_s)
        return
    try:
        _create_private(path)
    except FileExistsError:
        return  # another process was quicker


def _look(path: Path, *, newest: int, timeout_s: float) -> None:
    """Raises StoreTooNew or StoreError for a file that is not ours to change, without changing a byte of it."""
    # `immutable` keeps SQLite from leaving files of its own beside it, but hides what stands in a
    # write-ahead log; where one is, its owner runs or died, and `ro` reads both.
    has_log = path.with_name(f"{path.name}-wal").exists()
    address = uri_of(path, "mode=ro" if has_log else "immutable=1")
    with closing(sqlite3.connect(address, uri=True, timeout=timeout_s)) as connection:
        version = _version(connection)
        foreign = version == 0 and connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] > 0
    _refuse_newer(path, version, newest)
    if foreign:
        raise StoreError(
            msg("{path} is the database of another program. Move it away or choose another folder.", path=str(path))
        )


def _refuse_newer(path: Path, version: int, newest: int) -> None:
    if version > newest:
        raise StoreTooNew(
            msg(
                "A newer version of SMTP Desktop wrote {path} (format {version}; this one knows {newest}). "
                "Nothing was changed. Install the newer version to use it.",
                path=str(path),
                version=version,
                newest=newest,
            )
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """Yields the statements of `script`. `executescript` would commit the transaction that holds the step."""
    statement = ""
    for piece in re.split("(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _create_private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def uri_of(path: Path, options: str) -> str:
    return f"{path.absolute().as_uri()}?{options}"


def _primary_code(error: sqlite3.Error) -> int:
    """Returns SQLite's primary result code, 0 where the error is Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _files_told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from error


@contextmanager
def sqlite_told(path: Path) -> Iterator[None]:
    """Turns what SQLite says of the file into our errors; a mistake of ours (SQL, constraints) stays as it is."""
    try:
        yield
    except sqlite3.Error as error:
        _raise_told(error, path)


def _raise_told(error: sqlite3.Error, path: Path) -> NoReturn:
    told = _meaning(error, path)
    if told is None:
        raise error
    raise told from error


def _meaning(error: sqlite3.Error, path: Path) -> StoreError | None:
    match _primary_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(
                msg("Another program is using the database {path}. Try again in a moment.", path=str(path))
            )
        case sqlite3.SQLITE_FULL:
            return StoreError(
                msg(
                    "There is no room left to write {path}; nothing was changed. Free some and try again.",
                    path=str(path),
                )
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StoreError(
                msg(
                    "{path} is damaged or no database. Put a backup in its place, or move it away to start afresh.",
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
