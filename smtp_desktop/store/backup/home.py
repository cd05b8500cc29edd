"""The database of a data folder, whatever state it is in: copied as a whole, and restored from a backup."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from smtp_desktop.domain.backups import Backup, BackupCopy, BackupReason, DatabaseState
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import BadBackup, StoreDamaged, StoreError, StoreFull, StoreTooNew
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.store.backup.exchange import exchange
from smtp_desktop.store.backup.folder import BackupFolder, remove
from smtp_desktop.store.backup.small_backups import SqliteBackups, keep_secrets, named_secrets
from smtp_desktop.store.backup.unsent import make_open_unknown
from smtp_desktop.store.backup.whole_copy import Progress, copy_file, copy_whole, refuse_canceled
from smtp_desktop.store.database import Database
from smtp_desktop.store.database_file import file_uri
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.store.setup import SqliteSetup
from smtp_desktop.store.sqlite_errors import os_errors_as_ours, primary_code, sqlite_errors_as_ours

_SQLITE = b"SQLite format 3\0"
_HAS_CONTENT = "SELECT EXISTS (SELECT 1 FROM smtp) + EXISTS (SELECT 1 FROM activity) + EXISTS (SELECT 1 FROM mail)"
_MESSAGES = "SELECT count(*) FROM mail"
_KEEP_FOR_COPY = "INSERT OR IGNORE INTO kept_secret (backup, ref) VALUES (?, ?)"
_LET_GO = "DELETE FROM kept_secret WHERE backup = ?"
_OF_ANOTHER_TIME = ("DELETE FROM kept_secret", "DELETE FROM alert", "DELETE FROM smtp_stopped")


class SqliteHome:
    """The database at one path. Opens it anew for each call. Safe from every thread and process."""

    def __init__(self, database: Path) -> None:
        self._path = database
        self._folder = BackupFolder(database)

    def backups(self) -> tuple[Backup, ...]:
        """Returns the backups in the data folder, the newest first. Raises StoreError."""
        return self._folder.all()

    def file_of(self, name: str) -> Path | None:
        """Returns the file of the backup of that name in the data folder; None where there is none."""
        return self._folder.path_of(name)

    def state(self) -> DatabaseState:
        """Returns what is there. Reads the whole file. Raises StoreTooNew, StoreBusy, and StoreError where the file is
        another program's or can't be read."""
        if not self._path.exists() and not self._path.with_name(f"{self._path.name}-wal").exists():
            return DatabaseState.MISSING
        try:
            with closing(Database(self._path)) as database:
                if not _is_sound(database):
                    return DatabaseState.DAMAGED
                return DatabaseState.SOUND if database.value(_HAS_CONTENT) else DatabaseState.EMPTY
        except StoreDamaged:
            return DatabaseState.DAMAGED

    @contextmanager
    def copied(self, *, cancel: Cancel, on_progress: Progress) -> Iterator[BackupCopy]:
        """Yields a copy of the whole database for the block, whose secrets are not erased meanwhile. Raises StoreError,
        Cancelled."""
        part = self._folder.new_part()
        try:
            with closing(Database(self._path)) as database:
                try:
                    with sqlite_errors_as_ours(part), os_errors_as_ours(part):
                        self._copy_with_secrets_kept(database, part, cancel, on_progress)
                        yield _copy_at(part)
                finally:
                    with database.write() as connection:
                        connection.execute(_LET_GO, [part.name])
        finally:
            with os_errors_as_ours(part):
                remove(part)

    def _copy_with_secrets_kept(self, database: Database, part: Path, cancel: Cancel, on_progress: Progress) -> None:
        source = sqlite3.connect(file_uri(self._path, "mode=ro"), uri=True, isolation_level=None)
        with closing(source):
            with database.write() as connection:
                # What this sees is what is stored as its secrets are kept: nobody else writes meanwhile.
                source.execute("BEGIN")
                refs = named_secrets(source)
                connection.executemany(_KEEP_FOR_COPY, [[part.name, ref] for ref in sorted(refs)])
            copy_whole(source, part, cancel=cancel, on_progress=on_progress)

    @contextmanager
    def unpacked(
        self, content: Path | Iterable[bytes], *, cancel: Cancel, on_progress: Progress
    ) -> Iterator[BackupCopy]:
        """Yields a backup, which is a database file or the pieces of one, for the block: checked, and upgraded to the
        newest version. Raises BadBackup, StoreTooNew, StoreError, Cancelled, and what the pieces raise."""
        part = self._folder.new_part()
        try:
            if isinstance(content, Path):
                _copy_database(content, part, cancel, on_progress)
            else:
                _write_pieces(part, content, cancel)
            yield _checked(part)
        finally:
            with os_errors_as_ours(part):
                remove(part)

    def change_setup(
        self, change: Callable[[Setup, frozenset[SecretRef]], Setup], at: datetime
    ) -> tuple[Setup, Backup | None]:
        """Makes a backup, then makes SMTPs, activities and settings what `change` returns of what is stored and of the
        secrets that are sure to be there, in one transaction. Returns the setup, and the backup. Raises StoreError,
        ChangedMeanwhile."""
        with closing(Database(self._path)) as database:
            backup = SqliteBackups(database, self._folder).make(BackupReason.RESTORE, at)
            with database.read() as connection:
                kept = {SecretRef(row[0]) for row in connection.execute("SELECT ref FROM kept_secret")}
                usable = frozenset(kept | named_secrets(connection))
            return SqliteSetup(database).change(lambda present: change(present, usable)), backup

    def announce_secret(self, ref: SecretRef) -> None:
        """Records in the database that is there that a secret is about to be written to `ref`."""
        with closing(Database(self._path)) as database:
            SqliteProfiles(database).announce_secret(ref)

    def restore_all(
        self,
        copy: BackupCopy,
        change: Callable[[Setup], Setup] | None,
        new_secrets: Sequence[SecretRef],
        at: datetime,
    ) -> tuple[Setup, int, str]:
        """Puts the whole backup in the place of what is there, which is kept where it is damaged. `change` gives its
        SMTPs the places of their secrets, `new_secrets`; None where they are the same. Messages that waited end as
        unknown. Returns the setup, how many messages these were, and where the damaged database is. Raises
        StoreError."""
        with closing(Database(copy.path)) as database:
            with database.write() as connection:
                messages = make_open_unknown(connection, at)
                for statement in _OF_ANOTHER_TIME:
                    connection.execute(statement)
                if change:
                    connection.execute("DELETE FROM stale_secret")
            for ref in new_secrets:
                SqliteProfiles(database).announce_secret(ref)
            setup = SqliteSetup(database).change(change or (lambda present: present))
            if change:
                self._forget_old_secrets(database)
            with database.write() as connection:
                for small in self._folder.small():
                    if not small.problem:
                        keep_secrets(connection, small.name, self._folder.path_for(small.name))
        with sqlite_errors_as_ours(copy.path), closing(sqlite3.connect(copy.path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # so that there is no log beside it
        return setup, messages, self._put_in_place(copy.path, at)

    def _forget_old_secrets(self, database: Database) -> None:
        """The places of before are those of another vault, or of none."""
        with database.write() as connection:
            connection.execute("DELETE FROM stale_secret WHERE announced_at IS NULL")

    def _put_in_place(self, restored: Path, at: datetime) -> str:
        if self.state() is DatabaseState.EMPTY:
            # Others may have it open: they see the content change, as they see every other change.
            _overwrite(self._path, restored)
            return ""
        kept = exchange(self._path, restored, at)
        return str(kept) if kept else ""


def _is_sound(database: Database) -> bool:
    # The quick one finds in some versions of SQLite what is not wrong (3.40: a WITHOUT ROWID table whose key is in
    # another order than its columns).
    with database.read() as connection:
        return any(
            [row[0] for row in connection.execute(f"PRAGMA {check}(1)")] == ["ok"]
            for check in ("quick_check", "integrity_check")
        )


def _copy_at(path: Path) -> BackupCopy:
    with closing(Database(path)) as database:
        return BackupCopy(path=path, setup=SqliteSetup(database).read(), messages=database.value(_MESSAGES))


def _checked(part: Path) -> BackupCopy:
    damaged = BadBackup(msg("The backup is damaged. Use another one."))
    try:
        with closing(Database(part)) as database:
            if not _is_sound(database):
                raise damaged
        return _copy_at(part)
    except StoreTooNew as error:
        raise StoreTooNew(
            msg("A newer version of SMTP Desktop made the backup. Install that version to restore it.")
        ) from error
    except StoreDamaged as error:
        raise damaged from error
    except StoreFull:
        raise
    except StoreError as error:
        raise BadBackup(msg("This is the database of another program, not a backup of SMTP Desktop.")) from error


def _copy_database(source: Path, part: Path, cancel: Cancel, on_progress: Progress) -> None:
    with os_errors_as_ours(source), source.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            raise BadBackup(
                msg(
                    "{path} is no backup: neither a sealed one nor a database of SMTP Desktop, or it is damaged.",
                    path=str(source),
                )
            )
    try:
        with os_errors_as_ours(part):
            copy_file(source, part, cancel=cancel, on_progress=on_progress)
    except sqlite3.Error as error:
        if primary_code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise BadBackup(msg("The backup is damaged. Use another one.")) from error
        with sqlite_errors_as_ours(part):
            raise


def _write_pieces(part: Path, content: Iterable[bytes], cancel: Cancel) -> None:
    part.touch(mode=0o600)
    with os_errors_as_ours(part), part.open("wb") as file:
        for piece in content:
            refuse_canceled(cancel)
            file.write(piece)


def _overwrite(path: Path, restored: Path) -> None:
    with sqlite_errors_as_ours(path), closing(Database(path)) as database:
        page_bytes = database.value("PRAGMA page_size")
    with sqlite_errors_as_ours(path), closing(sqlite3.connect(restored, isolation_level=None)) as source:
        source.execute(f"PRAGMA page_size = {page_bytes:d}")
        source.execute("VACUUM")  # a database with a log can't take pages of another size
        with closing(sqlite3.connect(path, timeout=5)) as target:
            source.backup(target)
