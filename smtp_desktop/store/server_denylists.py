"""Servers that fail at something that they offer, so that they do without it for a while, in SQLite."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import ClassVar

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.store.database import Database
from smtp_desktop.store.timestamps import to_microseconds

REMEMBERED_FOR = timedelta(days=30)  # then it gets another chance: it may have been repaired


class _SqliteDenylist:
    """Lists servers for all processes; each call is one transaction.

    Where the database can't be used at the moment, only this process remembers: the mails that are being sent must not
    fail because of it."""

    _table: ClassVar[str]

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """`now` returns the current time, aware UTC."""
        self._database, self._now = database, now
        self._broke_at: dict[tuple[str, int], datetime] = {}

    def has(self, host: str, port: int) -> bool:
        """Whether the server broke within the last 30 days."""
        long_ago = self._now() - REMEMBERED_FOR
        if self._broke_at.get((host, port), long_ago) > long_ago:
            return True
        found = f"SELECT EXISTS (SELECT 1 FROM {self._table} WHERE host = ? AND port = ? AND broke_at > ?)"  # noqa: S608 - no input
        with suppress(StoreError):
            return bool(self._database.value(found, host, port, to_microseconds(long_ago)))
        return False

    def add(self, host: str, port: int) -> None:
        """Notes that the server broke now, and drops those that broke more than 30 days ago."""
        now = self._now()
        self._broke_at[host, port] = now
        forget = f"DELETE FROM {self._table} WHERE broke_at <= ?"  # noqa: S608 - as above
        add = f"INSERT OR REPLACE INTO {self._table} (host, port, broke_at) VALUES (?, ?, ?)"  # noqa: S608 - as above
        with suppress(StoreError), self._database.write() as connection:
            connection.execute(forget, [to_microseconds(now - REMEMBERED_FOR)])
            connection.execute(add, [host, port, to_microseconds(now)])


class SqlitePipeliningDenylist(_SqliteDenylist):
    """Servers that failed at pipelining or BDAT, and get one mail at a time."""

    _table = "pipelining_denylist"


class SqliteScramDenylist(_SqliteDenylist):
    """Servers that have no SCRAM key of a user, although they offer SCRAM."""

    _table = "scram_denylist"
