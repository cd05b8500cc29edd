"""Servers that are to be served plainly, in SQLite."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from contracts.profile_store_contract import generic
from contracts.small_contracts import PlainServersContract
from fakes.small import FixedClock

from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.pipelining_denylist import SqlitePipeliningDenylist
from smtp_desktop.store.profiles import SqliteProfiles


@pytest.fixture
def path(tmp_path):
    return tmp_path / "smtp-desktop.db"


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def database(path):
    with closing(Database(path, busy_timeout_ms=0)) as database:
        yield database


@pytest.fixture
def pipelining_denylist(database, clock):
    return SqlitePipeliningDenylist(database, clock.now)


@pytest.fixture
def others(path, clock):
    """Those of another process."""
    with closing(Database(path)) as database:
        yield SqlitePipeliningDenylist(database, clock.now)


def places(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT host, port FROM pipelining_denylist ORDER BY host, port").fetchall()


class TestSqlitePlainServers(PlainServersContract):
    pass


class TestSqlitePlainServersOfAnotherProcess(PlainServersContract):
    """What one process adds, another one has."""

    @pytest.fixture
    def pipelining_denylist(self, pipelining_denylist, others):
        pipelining_denylist.has = others.has
        return pipelining_denylist


def test_those_that_are_forgotten_leave_the_disk_with_the_next_one(pipelining_denylist, clock, path):
    pipelining_denylist.add("mail.example", 25)
    pipelining_denylist.add("mail.example", 587)
    clock.moment += timedelta(days=29)
    pipelining_denylist.add("mail.example", 587)
    assert places(path) == [("mail.example", 25), ("mail.example", 587)]
    clock.moment += timedelta(days=1)
    pipelining_denylist.add("other.example", 25)
    assert places(path) == [("mail.example", 587), ("other.example", 25)]


def test_a_database_that_is_written_to_fails_nothing_and_this_process_remembers(
    pipelining_denylist, others, clock, path
):
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        pipelining_denylist.add("mail.example", 25)
        assert pipelining_denylist.has("mail.example", 25)
        assert not others.has("mail.example", 25)
        clock.moment += timedelta(days=30)
        assert not pipelining_denylist.has("mail.example", 25)


def test_a_database_that_is_closed_fails_nothing(pipelining_denylist, database):
    pipelining_denylist.add("mail.example", 25)
    database.close()
    pipelining_denylist.add("mail.example", 587)
    assert pipelining_denylist.has("mail.example", 25)
    assert pipelining_denylist.has("mail.example", 587)
    assert not pipelining_denylist.has("other.example", 25)


def test_a_mistake_of_ours_is_not_hidden(pipelining_denylist, database):
    with database.write() as connection:
        connection.execute("DROP TABLE pipelining_denylist")
    with pytest.raises(sqlite3.OperationalError):
        pipelining_denylist.has("mail.example", 25)
    with pytest.raises(sqlite3.OperationalError):
        pipelining_denylist.add("mail.example", 25)


def test_what_is_known_of_a_server_goes_with_its_last_smtp(pipelining_denylist, database, path):
    profiles = SqliteProfiles(database)
    pipelining_denylist.add("xn--bcher-kva.example", 587)
    profiles.put(generic("a", host_name="Bücher.example", smtp_port=587))
    profiles.put(generic("b", host_name="bücher.example", smtp_port=587))
    profiles.delete(ProfileId("a"), new_default=None)
    assert places(path) == [("xn--bcher-kva.example", 587)]
    profiles.delete(ProfileId("b"), new_default=None)
    assert places(path) == []
