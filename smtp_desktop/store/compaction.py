"""Room of the database that is not needed any more goes back to the disk.

SQLite reuses free pages, but its file never becomes smaller by itself. New databases can give them back bit by bit
(`auto_vacuum`); of old ones the whole content has to be written anew once (VACUUM), which keeps all others from writing
as long as it takes. That is done only where it takes about a second: of a large one, once contents of sent mails were
dropped. A step of the schema would do it sooner, but at the start of the window, however large the file is.
"""

from itertools import count

from smtp_desktop.store.database import Database

_PAGES_AT_ONCE = 1000
_WORTH_BYTES = 1_000_000  # so much free room will soon be needed again
_CHEAP_BYTES = 64_000_000
_INCREMENTAL = 2


def give_back_room(database: Database, *, batches: int | None = None) -> None:
    """Gives free pages back to the disk, in so many small transactions at most. Raises StoreError."""
    page_bytes = database.value("PRAGMA page_size")
    if _free(database) * page_bytes < _WORTH_BYTES:
        return
    if database.value("PRAGMA auto_vacuum") != _INCREMENTAL:
        used_bytes = (database.value("PRAGMA page_count") - _free(database)) * page_bytes
        if used_bytes > _CHEAP_BYTES:
            return
        database.rewrite()
    for _ in count() if batches is None else range(batches):
        if not _free(database):
            break
        database.run(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE:d})")
    # The file shrinks when the write-ahead log is folded into it; nobody is waited for.
    database.run("PRAGMA wal_checkpoint(PASSIVE)")


def _free(database: Database) -> int:
    return database.value("PRAGMA freelist_count")
