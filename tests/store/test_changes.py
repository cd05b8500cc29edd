import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.store.changes import SqliteChangeSignal
from smtp_desktop.store.database import Database
from smtp_desktop.store.preferences import SqlitePreferences


@pytest.fixture
def signal(path):
    with closing(SqliteChangeSignal(path)) as signal:
        yield signal


def test_stays_while_nothing_changes(signal, database):
    first = signal.version()
    SqlitePreferences(database).all()
    with database.write():
        pass
    assert [signal.version() for _ in range(3)] == [first] * 3


def test_changes_with_every_change_by_anyone(signal, database, path):
    seen = [signal.version()]
    SqlitePreferences(database).put("a", "1")
    seen.append(signal.version())
    with closing(Database(path)) as other:
        SqlitePreferences(other).put("a", "2")
        seen.append(signal.version())
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute("DELETE FROM preference")
        foreign.commit()
        seen.append(signal.version())
    assert len(set(seen)) == 4


def test_a_rollback_is_no_change(signal, database):
    first = signal.version()
    with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
        connection.executemany("INSERT INTO preference VALUES ('a', ?)", [["1"], ["2"]])
    assert signal.version() == first


def test_a_busy_database_can_be_asked(signal, database):
    first = signal.version()
    with database.write() as connection:
        connection.execute("INSERT INTO preference VALUES ('a', '1')")
        assert signal.version() == first
    assert signal.version() != first


def test_while_somebody_locks_the_whole_file_the_last_number_stays(path):
    """Not in WAL mode, where nobody can lock out readers for long."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as holder, closing(SqliteChangeSignal(path)) as signal:
        holder.execute("CREATE TABLE t (x)")
        first = signal.version()
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("INSERT INTO t VALUES (1)")
        assert signal.version() == first
        holder.execute("COMMIT")
        assert signal.version() != first


def test_creates_and_changes_no_file(signal, path):
    with pytest.raises(StoreError, match="can't be read or written"):
        signal.version()
    assert not path.parent.exists()
    with closing(Database(path)):
        signal.version()
        before = {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")}
        signal.version()
        after = {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")}
        assert before == after


def test_a_file_that_is_no_database_is_refused(signal, path):
    path.parent.mkdir()
    path.write_bytes(b"Dear diary\n" * 100)
    with pytest.raises(StoreError, match="damaged or not a database"):
        signal.version()


def test_can_be_asked_on_any_thread_and_closed_twice(path, database):
    signal = SqliteChangeSignal(path)
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda _: signal.version(), range(40)))) == 1
    signal.close()
    signal.close()
    assert signal.version()
    signal.close()


def test_closed_before_the_database_it_leaves_nothing_behind(path):
    with closing(Database(path)) as database, closing(SqliteChangeSignal(path)) as signal:
        SqlitePreferences(database).put("a", "1")
        signal.version()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
