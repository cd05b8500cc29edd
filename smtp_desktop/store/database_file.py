"""The file of the database: made, recognised, and missed when it is gone."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from smtp_desktop.domain.errors import StoreDamaged, StoreError, StoreGone, StoreTooNew
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.sqlite_errors import damaged

_LEAST_PAGE_BYTES = 512  # https://www.sqlite.org/fileformat.html 1.3.2

_VERSIONS_TO_COME = 1000
_OUR_TABLES = "SELECT count(*) FROM sqlite_schema WHERE name = 'setup_version'"

FileIdentity = tuple[int, int]
"""Device and number of a file: another file of the same name has others."""


def prepare(path: Path, *, newest: int, timeout_s: float) -> None:
    """Creates the file, readable for its owner alone, or makes sure that the one that is there may be used.
    Raises StoreTooNew, StoreError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _refuse_left_log(path)
        _create(path)
        return
    _refuse_cut_short(path, page_bytes=_LEAST_PAGE_BYTES)
    _refuse_unusable(path, newest=newest, timeout_s=timeout_s)


def _refuse_cut_short(path: Path, *, page_bytes: int) -> None:
    """Raises StoreError for a file that is shorter than its first page. The program itself leaves no such file; SQLite
    would take it for a new one, in which all SMTPs are gone."""
    # By its size alone: whoever opens and closes the file drops the locks that SQLite has on it in this process.
    if path.is_file() and path.stat().st_size < page_bytes:
        raise StoreDamaged(
            msg(
                "{path} is damaged or not a database: only {size} bytes are left, perhaps after a full disk or "
                "an interrupted copy. Restore a backup, or move it away to start over.",
                path=str(path),
                size=path.stat().st_size,
            )
        )


def _refuse_left_log(path: Path) -> None:
    """Raises StoreDamaged where the write-ahead log of a database is left alone: SQLite would write it into the new
    one."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size > 0:
        raise StoreDamaged(
            msg(
                "{path} is missing, but its log {log} is there. Restore a backup, or move the log away to start over.",
                path=str(path),
                log=log.name,
            )
        )


def _create(path: Path) -> None:
    """Makes a database without tables. It has its first page before it has its name: nothing can leave it empty."""
    unfinished = path.with_name(f"{path.name}.{os.urandom(8).hex()}.new")
    create_private(unfinished)
    try:
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            set_layout(connection)
            connection.execute("PRAGMA journal_mode = WAL")  # writes the first page
        _put_in_place(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _put_in_place(unfinished: Path, path: Path) -> None:
    """Gives the file its name, unless another process was quicker."""
    with suppress(FileExistsError):
        try:
            path.hardlink_to(unfinished)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):  # a file system without links
            if not path.exists():
                unfinished.rename(path)


def set_layout(connection: sqlite3.Connection) -> None:
    """Sets what only takes effect in a database without tables."""
    # A new mail changes one page of every index: with half the page size, half as much is written to the disk.
    connection.execute("PRAGMA page_size = 2048")
    # Free pages go back to the disk when they are asked to: see `compaction`.
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")


def identity_of(path: Path) -> FileIdentity | None:
    """Returns the identity of the file at `path`; None where there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


def gone(path: Path) -> StoreGone:
    """Returns the error for a database that is not the one any more that was opened."""
    return StoreGone(
        msg(
            "The database {path} was deleted or replaced while the program was using it. Changes are no "
            "longer saved: quit the program and start it again.",
            path=str(path),
        )
    )


def _refuse_unusable(path: Path, *, newest: int, timeout_s: float) -> None:
    """Raises StoreTooNew for a file of a newer version and StoreError for one of another program. Changes no byte."""
    # `immutable` keeps SQLite from creating files beside it, but hides what is in a write-ahead log. Where there is
    # a log, a process runs or was killed; `ro` reads both.
    has_log = path.with_name(f"{path.name}-wal").exists()
    uri = file_uri(path, "mode=ro" if has_log else "immutable=1")
    with closing(sqlite3.connect(uri, uri=True, timeout=timeout_s)) as connection:
        # In this order: another process may create the tables meanwhile, and nothing is locked here. Tables and version
        # come in one transaction, so where tables are seen, the version that is read after them is theirs.
        has_tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] > 0
        version = version_of(connection)
        page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
        is_ours = (
            connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'setup_version'").fetchone()[0] > 0
        )
        foreign = version == 0 and has_tables
    _refuse_cut_short(path, page_bytes=page_bytes)
    refuse_newer(path, version, newest)
    if foreign and is_ours:
        raise damaged(path)  # its tables and its version come together
    if foreign:
        raise StoreError(
            msg("{path} is another program's database. Move it away or choose another folder.", path=str(path))
        )


def refuse_newer(path: Path, version: int, newest: int) -> None:
    """Raises StoreTooNew for a version that is newer than the newest one that is known, and StoreDamaged for one that
    there never was."""
    if not 0 <= version <= newest + _VERSIONS_TO_COME:
        raise damaged(path)
    if version > newest:
        raise StoreTooNew(
            msg(
                "{path} was written by a newer version of SMTP Desktop (format {version}; this version supports "
                "{newest}). Nothing was changed. Install the newer version to use it.",
                path=str(path),
                version=version,
                newest=newest,
            )
        )


def version_of(connection: sqlite3.Connection) -> int:
    """Returns the version of the schema, 0 where there is none yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def create_private(path: Path) -> None:
    """Makes an empty file that only its owner can read. Raises FileExistsError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def file_uri(path: Path, options: str) -> str:
    """Returns the URI of `path` as SQLite takes it, with `options` as in "mode=ro"."""
    return f"{path.absolute().as_uri()}?{options}"
