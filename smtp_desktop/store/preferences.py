"""The user's choices in SQLite."""

from smtp_desktop.store.database import Database


class SqlitePreferences:
    """Keeps one text per key. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """Returns the value, or None where none was put."""
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM preference WHERE key = ?", [key]).fetchone()
            return row["value"] if row else None

    def put(self, key: str, value: str) -> None:
        """Keeps `value` under `key`, in place of the one before."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO preference (key, value) VALUES (?, ?)", [key, value])

    def all(self) -> dict[str, str]:
        """Returns every value by its key."""
        with self._database.read() as connection:
            return {row["key"]: row["value"] for row in connection.execute("SELECT * FROM preference")}
