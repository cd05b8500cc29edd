"""A database takes the place of a damaged one, which is kept beside it. Whoever is killed on the way has said in a file
what is left to do, and the next start finishes it."""

import json
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from smtp_desktop.store.database_file import create_private
from smtp_desktop.store.sqlite_errors import os_errors_as_ours

_PLAN = "restore.pending"
_LOGS = ("-wal", "-shm")


def exchange(database: Path, restored: Path, at: datetime) -> Path | None:
    """Puts the database `restored`, which has no log, in the place of `database`, and returns where that is kept; None
    where there was none. Raises StoreError."""
    with os_errors_as_ours(database):
        kept = _free(database, at)
        is_there = any(each.exists() for each in (database, *_logs(database)))
        _sync(restored)
        # Nobody removes it there, whatever goes wrong from here on.
        ready = database.with_name(f"{database.name}.restored")
        restored.replace(ready)
        try:
            _write_plan(database, ready, kept)
        except OSError:
            ready.unlink(missing_ok=True)
            raise
        finish_exchange(database)
        return kept if is_there else None


def is_unfinished(database: Path) -> bool:
    """Whether an exchange was interrupted. Quick."""
    return _plan_of(database).exists()


def finish_exchange(database: Path) -> None:
    """Does what an exchange has not done yet; with every step done, nothing. Raises OSError."""
    plan = _plan_of(database)
    found = json.loads(plan.read_text(encoding="utf-8"))
    restored, kept = database.parent / found["restored"], database.parent / found["kept"]
    if restored.exists():
        if database.exists() and not kept.exists():
            _link(database, kept)
        # Before the new one is there: SQLite would write the old log into it.
        for log, kept_log in zip(_logs(database), _logs(kept), strict=True):
            if log.exists():
                log.replace(kept_log)
        restored.replace(database)
    _sync(database.parent)
    plan.unlink(missing_ok=True)


def _write_plan(database: Path, restored: Path, kept: Path) -> None:
    folder = database.parent
    unfinished = folder / f"{_PLAN}.new"
    unfinished.unlink(missing_ok=True)
    create_private(unfinished)
    names = {"restored": restored.name, "kept": kept.name}
    unfinished.write_text(json.dumps(names), encoding="utf-8")
    _sync(unfinished)
    unfinished.replace(_plan_of(database))
    _sync(folder)


def _plan_of(database: Path) -> Path:
    return database.with_name(_PLAN)


def _free(database: Path, at: datetime) -> Path:
    """Returns a name for the damaged database that nothing has."""
    name = f"{database.name}.damaged-{at.astimezone(UTC):%Y%m%d-%H%M%S}"
    kept, number = database.with_name(name), 1
    while any(each.exists() for each in (kept, *_logs(kept))):
        number += 1
        kept = database.with_name(f"{name}-{number}")
    return kept


def _logs(database: Path) -> list[Path]:
    return [database.with_name(f"{database.name}{ending}") for ending in _LOGS]


def _link(source: Path, target: Path) -> None:
    """Gives the file a second name; a copy where the file system has no links."""
    try:
        target.hardlink_to(source)
    except (OSError, NotImplementedError):
        unfinished = target.with_name(f"{target.name}.new")
        shutil.copy2(source, unfinished)
        unfinished.replace(target)


def _sync(path: Path) -> None:
    """Writes the file, or what is in the folder, to the disk."""
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        with suppress(OSError):  # some network file systems refuse this
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
