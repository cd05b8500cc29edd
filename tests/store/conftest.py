"""A database of its own for a test, and the stores on it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fakes.databases import opened_database

from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.profiles import SqliteProfiles


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is, in a folder that is not there yet."""
    return tmp_path / "home" / "smtp-desktop.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(opened_database(path)) as database:
        yield database


@pytest.fixture
def profiles(database: Database) -> SqliteProfiles:
    return SqliteProfiles(database)


@pytest.fixture
def health(database: Database) -> SqliteHealth:
    return SqliteHealth(database)
