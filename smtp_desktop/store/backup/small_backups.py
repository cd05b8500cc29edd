"""Small backups: SMTPs, activities and settings as they are, in a database of their own, made by the program's own
schema steps. The secrets that they name stay where they are, in the vault."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from smtp_desktop.domain.backups import Backup, BackupReason
from smtp_desktop.domain.checks.alert import WEBHOOK_REF_KEY
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import SecretField
from smtp_desktop.store.backup.folder import BackupFolder, remove
from smtp_desktop.store.database import Database
from smtp_desktop.store.database_file import file_uri
from smtp_desktop.store.sqlite_errors import os_errors_as_ours, sqlite_errors_as_ours

_TABLES = ("smtp", "activity", "preference")
_ROWS = "SELECT (SELECT count(*) FROM smtp) + (SELECT count(*) FROM activity)"
_VERSION = "SELECT number FROM setup_version"
_ORPHANS = "SELECT DISTINCT backup FROM kept_secret"
_TOKENS = f"{SecretField.TOKENS}_ref"


class SqliteBackups:
    """Makes, lists and drops small backups, and keeps the secrets that they name from being erased."""

    def __init__(self, database: Database, folder: BackupFolder) -> None:
        self._database = database
        self._folder = folder

    def make(self, reason: BackupReason, at: datetime, *, only_if_changed: bool = False) -> Backup | None:
        """Makes a backup of what is stored now; see `BackupStore.make`. Raises StoreError; then there is none."""
        if not self._database.value(_ROWS) or (only_if_changed and self._is_as_backed_up()):
            return None
        part = self._folder.new_part()
        try:
            with sqlite_errors_as_ours(part), os_errors_as_ours(part):
                Database(part).close()
                # Others wait from here on: what is copied is what is stored as the secrets that it names are kept.
                with self._database.write() as connection:
                    _copy_setup(self._database.path, part)
                    name = self._folder.new_name(reason, at)
                    keep_secrets(connection, name, part)
                    part.replace(self._folder.path_for(name))
        finally:
            remove(part)
        return self._folder.described(name)

    def _is_as_backed_up(self) -> bool:
        """Whether no SMTP or activity has changed since the last backup of the program's own."""
        last = next((one for one in self.all() if one.is_dropped_in_time and not one.problem), None)
        if last is None:
            return False
        path = self._folder.path_for(last.name)
        with (
            sqlite_errors_as_ours(path),
            closing(sqlite3.connect(file_uri(path, "immutable=1"), uri=True)) as connection,
        ):
            found = connection.execute(_VERSION).fetchone()
        return bool(found) and found[0] == self._database.value(_VERSION)

    def all(self) -> tuple[Backup, ...]:
        """Returns all backups, the newest first. Raises StoreError."""
        return self._folder.all()

    def drop(self, names: Sequence[str]) -> None:
        """Deletes these backups, and lets go of their secrets; of those as well whose files somebody else deleted.
        Raises StoreError."""
        for name in names:
            self._folder.remove(name)
        with self._database.read() as connection:
            gone = [row[0] for row in connection.execute(_ORPHANS) if not self._folder.has(row[0])]
        if gone:
            with self._database.write() as connection:
                connection.executemany("DELETE FROM kept_secret WHERE backup = ?", [[name] for name in gone])


def _copy_setup(source: Path, target: Path) -> None:
    """Copies SMTPs, activities and preferences from one database into another one without any, but no places of tokens:
    others renew these in their place, or sign out. Raises sqlite3.Error."""
    copy = sqlite3.connect(file_uri(target, "mode=rw"), uri=True, isolation_level=None)
    with closing(copy):
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, which can be copied
        copy.execute("PRAGMA synchronous = FULL")
        copy.execute("ATTACH ? AS home", [file_uri(source, "mode=ro")])
        copy.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            columns = ", ".join(columns_of(copy, table))
            copy.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM home.{table}")  # noqa: S608 - names of the schema
        copy.execute(f"UPDATE main.smtp SET {_TOKENS} = NULL WHERE {_TOKENS} IS NOT NULL")  # noqa: S608 - as above
        copy.execute("UPDATE main.setup_version SET number = (SELECT number FROM home.setup_version)")
        copy.execute("COMMIT")


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    """Returns the names of the table's columns."""
    return [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", [table])]


def secrets_named_in(path: Path) -> set[SecretRef]:
    """Returns the places of the secrets that a database names, but not those of tokens. Raises sqlite3.Error."""
    with closing(sqlite3.connect(file_uri(path, "mode=ro"), uri=True)) as connection:
        return named_secrets(connection)


def named_secrets(connection: sqlite3.Connection) -> set[SecretRef]:
    """Returns the places of the secrets that are named, but not those of tokens."""
    there = set(columns_of(connection, "smtp"))  # fewer in an older version
    columns = [f"{field}_ref" for field in SecretField if field is not SecretField.TOKENS and f"{field}_ref" in there]
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM smtp")  # noqa: S608 - names of the schema
    refs = {SecretRef(ref) for row in rows for ref in tuple(row) if ref}
    webhook = connection.execute("SELECT value FROM preference WHERE key = ?", [WEBHOOK_REF_KEY]).fetchone()
    return refs | ({SecretRef(webhook[0])} if webhook and webhook[0] else set())


def keep_secrets(connection: sqlite3.Connection, name: str, path: Path) -> None:
    """Keeps the secrets that the backup at `path` names, in a transaction of the caller's."""
    with sqlite_errors_as_ours(path):
        refs = secrets_named_in(path)
    connection.executemany(
        "INSERT OR IGNORE INTO kept_secret (backup, ref) VALUES (?, ?)", [[name, ref] for ref in sorted(refs)]
    )
