"""Servers that are to be served plainly, in SQLite."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.store.database import Database
from smtp_desktop.store.timestamps import stored

REMEMBERED_FOR = timedelta(days=30)  # one that was mended is served better then

_HAS = "SELECT EXISTS (SELECT 1 FROM pipelining_denylist WHERE host = ? AND port = ? AND broke_at > ?)"
_FORGET = "DELETE FROM pipelining_denylist WHERE broke_at <= ?"
_ADD = "INSERT OR REPLACE INTO pipelining_denylist (host, port, broke_at) VALUES (?, ?, ?)"


class SqlitePipeliningDenylist:
    """Remembers them for all processes, each call one transaction. Where the database can't be used just then, this
    process alone remembers: the mails that are on their way must not fail for it."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """`now` gives the present moment, aware UTC."""
        self._database, self._now = database, now
        self._learned: dict[tuple[str, int], datetime] = {}

    def has(self, host: str, port: int) -> bool:
        """Whether it broke within the last 30 days."""
        long_ago = self._now() - REMEMBERED_FOR
        if self._learned.get((host, port), long_ago) > long_ago:
            return True
        with suppress(StoreError):
            return bool(self._database.value(_HAS, host, port, stored(long_ago)))
        return False

    def add(self, host: str, port: int) -> None:
        """It broke now. Those that broke too long ago are dropped."""
        now = self._now()
        self._learned[host, port] = now
        with suppress(StoreError), self._database.write() as connection:
            connection.execute(_FORGET, [stored(now - REMEMBERED_FOR)])
            connection.execute(_ADD, [host, port, stored(now)])
