"""The files of the backups in the data folder. Needs no database that can be opened."""

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from smtp_desktop.domain.backups import Backup, BackupReason
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.store.database_file import file_uri
from smtp_desktop.store.sqlite_errors import os_errors_as_ours

_ENDING, _PART = ".sqlite3", ".part"
_DAY_S = 86_400
_NAME = re.compile(r"(\d{8}-\d{6})-([a-z]+)(?:-\d+)?")
_TIME = "%Y%m%d-%H%M%S"
_DAMAGED = msg("It is damaged.")


class BackupFolder:
    """The folder `backups` of a data folder, and the copies that upgrades left beside the database. Its calls raise
    StoreError for what the disk refuses."""

    def __init__(self, database: Path) -> None:
        """`database` is the path of the data folder's database."""
        self.path = database.with_name("backups")
        self._database = database

    def all(self) -> tuple[Backup, ...]:
        """Returns all backups, the newest first."""
        with os_errors_as_ours(self.path):
            found = [
                *(self._backup(path) for path in self._ours()),
                *(self._upgrade(path) for path in self._upgrades()),
            ]
        return tuple(sorted(found, key=lambda one: (one.made_at, one.name), reverse=True))

    def path_of(self, name: str) -> Path | None:
        """Returns the file of the backup of that name; None where there is none."""
        wanted = name.removesuffix(_ENDING)
        paths = [*self._ours(), *self._upgrades()]
        return next((path for path in paths if wanted in {path.name, _stem(path)}), None)

    def new_name(self, reason: BackupReason, at: datetime) -> str:
        """Returns a name that no backup has."""
        name = f"{at.astimezone(UTC):{_TIME}}-{reason}"
        number = 1
        while self.path_for(name if number == 1 else f"{name}-{number}").exists():
            number += 1
        return name if number == 1 else f"{name}-{number}"

    def path_for(self, name: str) -> Path:
        """Returns where the file of a backup of that name is to be."""
        return self.path / f"{name}{_ENDING}"

    def has(self, name: str) -> bool:
        """Whether there is a backup of that name, or a file that is being made."""
        return self.path_for(name).exists() or (self.path / name).exists()

    def new_part(self) -> Path:
        """Returns the path of a file yet to be made, for what is not finished. Such files that were left behind a day
        ago are removed."""
        with os_errors_as_ours(self.path):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in self.path.glob(f"*{_PART}*"):
                if time.time() - left.stat().st_mtime > _DAY_S:
                    left.unlink(missing_ok=True)
        return self.path / f"{os.urandom(8).hex()}{_PART}"

    def described(self, name: str) -> Backup:
        """Returns the backup of that name, which must be there."""
        return self._backup(self.path_for(name))

    def remove(self, name: str) -> None:
        """Removes the file of the backup."""
        with os_errors_as_ours(self.path):
            remove(self.path_for(name))

    def small(self) -> tuple[Backup, ...]:
        """Returns the small backups."""
        with os_errors_as_ours(self.path):
            return tuple(self._backup(path) for path in self._ours())

    def _ours(self) -> list[Path]:
        return [path for path in sorted(self.path.glob(f"*{_ENDING}")) if path.is_file()]

    def _upgrades(self) -> Iterator[Path]:
        return self._database.parent.glob(f"{self._database.name}.before-v*.bak")

    def _backup(self, path: Path) -> Backup:
        parsed = _NAME.fullmatch(_stem(path))
        reason = next((one for one in BackupReason if parsed and one == parsed[2]), None)
        at = _time_in(parsed[1]) if parsed and reason else None
        return _described(path, name=_stem(path), reason=reason if at else None, at=at)

    def _upgrade(self, path: Path) -> Backup:
        return _described(path, name=path.name, reason=BackupReason.UPGRADE, at=None)


def remove(path: Path) -> None:
    """Removes a database that nobody uses, with what SQLite or an upgrade may have left beside it. Raises OSError."""
    for each in (path, *path.parent.glob(f"{path.name}[-.]*")):
        each.unlink(missing_ok=True)


def _described(path: Path, *, name: str, reason: BackupReason | None, at: datetime | None) -> Backup:
    status = path.stat()
    counts, problem = _counts(path)
    return Backup(
        name=name,
        made_at=at or datetime.fromtimestamp(int(status.st_mtime), UTC),
        reason=reason,
        smtps=counts.get("smtp", 0),
        activities=counts.get("activity", 0),
        size_bytes=status.st_size,
        problem=problem,
    )


def _counts(path: Path) -> tuple[dict[str, int], MessageText | None]:
    """Returns how many rows these tables have, and what is wrong with the file."""
    try:
        with closing(sqlite3.connect(file_uri(path, "immutable=1"), uri=True)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            counts = {
                table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - these two
                for table in ("smtp", "activity")
                if table in tables
            }
    except sqlite3.Error:
        return {}, _DAMAGED
    return counts, None if "smtp" in tables else _DAMAGED


def _stem(path: Path) -> str:
    return path.name.removesuffix(_ENDING)


def _time_in(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
