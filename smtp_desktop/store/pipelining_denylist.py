"""Servers that get one mail at a time, without pipelining and BDAT, in SQLite."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.store.database import Database
from smtp_desktop.store.timestamps import to_microseconds

REMEMBERED_FOR = timedelta(days=30)  # then it gets another chance: it may have been repaired

_HAS = "SELECT EXISTS (SELECT 1 FROM pipelining_denylist WHERE host = ? AND port = ? AND broke_at > ?)"
_FORGET = "DELETE FROM pipelining_denylist WHERE broke_at <= ?"
_ADD = "INSERT OR REPLACE INTO pipelining_denylist (host, port, broke_at) VALUES (?, ?, ?)"


class SqlitePipeliningDenylist:
    """Lists servers that failed at pipelining or BDAT, for all processes; each call is one transaction.

    Where the database can't be used at the moment, only this process remembers: the mails that are being sent must not
    fail because of it."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """`now` returns the current time, aware UTC."""
        self._database, self._now = database, now
        self._broke_at: dict[tuple[str, int], datetime] = {}

    def has(self, host: str, port: int) -> bool:
        """Whether the server broke within the last 30 days."""
        long_ago = self._now() - REMEMBERED_FOR
        if self._broke_at.get((host, port), long_ago) > long_ago:
            return True
        with suppress(StoreError):
            return bool(self._database.value(_HAS, host, port, to_microseconds(long_ago)))
        return False

    def add(self, host: str, port: int) -> None:
        """Notes that the server broke now, and drops those that broke more than 30 days ago."""
        now = self._now()
        self._broke_at[host, port] = now
        with suppress(StoreError), self._database.write() as connection:
            connection.execute(_FORGET, [to_microseconds(now - REMEMBERED_FOR)])
            connection.execute(_ADD, [host, port, to_microseconds(now)])
