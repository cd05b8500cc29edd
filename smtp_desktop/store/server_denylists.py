"""Servers that fail at something that they offer, so that they do without it for a while, in SQLite."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.store.database import Database
from smtp_desktop.store.timestamps import to_microseconds

REMEMBERED_FOR = timedelta(days=30)  # then it gets another chance: it may have been repaired

_Key = tuple[str | int, ...]


class _Denylist:
    """The rows of one table, for all processes; each call is one transaction.

    Where the database can't be used at the moment, only this process remembers: the mails that are being sent must not
    fail because of it."""

    def __init__(self, database: Database, now: Callable[[], datetime], table: str, *columns: str) -> None:
        self._database, self._now = database, now
        self._broke_at: dict[_Key, datetime] = {}
        same = " AND ".join(f"{column} = ?" for column in columns)
        values = ", ".join("?" for _ in columns)
        # Names of tables and columns alone; no input.
        self._has = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {same} AND broke_at > ?)"  # noqa: S608
        self._forget = f"DELETE FROM {table} WHERE broke_at <= ?"  # noqa: S608
        self._add = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}, broke_at) VALUES ({values}, ?)"  # noqa: S608

    def has(self, *key: str | int) -> bool:
        """Whether `key` was added within the last 30 days."""
        long_ago = self._now() - REMEMBERED_FOR
        if self._broke_at.get(key, long_ago) > long_ago:
            return True
        with suppress(StoreError):
            return bool(self._database.value(self._has, *key, to_microseconds(long_ago)))
        return False

    def add(self, *key: str | int) -> None:
        """Adds `key`, and drops what was added more than 30 days ago."""
        now = self._now()
        self._broke_at[key] = now
        with suppress(StoreError), self._database.write() as connection:
            connection.execute(self._forget, [to_microseconds(now - REMEMBERED_FOR)])
            connection.execute(self._add, [*key, to_microseconds(now)])


class SqlitePipeliningDenylist:
    """Servers that failed at pipelining or BDAT, and get one mail at a time."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """`now` returns the current time, aware UTC."""
        self._servers = _Denylist(database, now, "pipelining_denylist", "host", "port")

    def has(self, host: str, port: int) -> bool:
        """Whether the server broke within the last 30 days."""
        return self._servers.has(host, port)

    def add(self, host: str, port: int) -> None:
        """Notes that the server broke now."""
        self._servers.add(host, port)


class SqliteMechanismDenylist:
    """Servers that refuse a SASL mechanism whoever signs in, although they offer it."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """`now` returns the current time, aware UTC."""
        self._servers = _Denylist(database, now, "mechanism_denylist", "host", "port", "mechanism")

    def has(self, host: str, port: int, mechanism: str) -> bool:
        """Whether the server refused `mechanism` within the last 30 days."""
        return self._servers.has(host, port, mechanism)

    def add(self, host: str, port: int, mechanism: str) -> None:
        """Notes that the server refused `mechanism` now."""
        self._servers.add(host, port, mechanism)
