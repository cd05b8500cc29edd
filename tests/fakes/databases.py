"""Empty databases: the newest schema is built once, and copied for each test."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from smtp_desktop.store.database import Database


def opened_database(path: Path) -> Database:
    """Opens the database at `path`; where there is none, a new one."""
    provide_database(path)
    return Database(path)


def provide_database(path: Path) -> None:
    """Has an empty database at `path`, unless there is one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty())


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        Database(path).close()
        return path.read_bytes()
