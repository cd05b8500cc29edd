"""The user's choices in SQLite."""

import sqlite3

from smtp_desktop.store.database import Database


class SqlitePreferences:
    """Keeps one text per key. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """Returns the value, or None where none was put."""
        with self._database.read() as connection:
            return read_preference(connection, key)

    def put(self, key: str, value: str) -> None:
        """Keeps `value` under `key`, in place of the one before."""
        with self._database.write() as connection:
            write_preference(connection, key, value)

    def all(self) -> dict[str, str]:
        """Returns every value by its key."""
        with self._database.read() as connection:
            return {row["key"]: row["value"] for row in connection.execute("SELECT * FROM preference")}


def read_preference(connection: sqlite3.Connection, key: str) -> str | None:
    """Returns the value, or None where none was put."""
    row = connection.execute("SELECT value FROM preference WHERE key = ?", [key]).fetchone()
    return row["value"] if row else None


def write_preference(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keeps `value` under `key`, in a transaction of the caller's."""
    connection.execute("INSERT OR REPLACE INTO preference (key, value) VALUES (?, ?)", [key, value])
