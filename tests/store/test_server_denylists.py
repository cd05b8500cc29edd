"""The lists of servers that fail at what they offer, in SQLite."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from contracts.profile_store_contract import generic
from contracts.small_contracts import PipeliningDenylistContract
from fakes.small import FixedClock
from fakes.stored import put

from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.store.server_denylists import SqliteMechanismDenylist, SqlitePipeliningDenylist


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
    """The list as another process has it."""
    with closing(Database(path)) as database:
        yield SqlitePipeliningDenylist(database, clock.now)


def listed(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT host, port FROM pipelining_denylist ORDER BY host, port").fetchall()


class TestSqlitePipeliningDenylist(PipeliningDenylistContract):
    pass


class TestSqlitePipeliningDenylistOfAnotherProcess(PipeliningDenylistContract):
    """One process adds a server, another one reads it."""

    @pytest.fixture
    def pipelining_denylist(self, pipelining_denylist, others):
        pipelining_denylist.has = others.has
        return pipelining_denylist


def test_expired_servers_leave_the_disk_when_the_next_one_is_added(pipelining_denylist, clock, path):
    pipelining_denylist.add("mail.example", 25)
    pipelining_denylist.add("mail.example", 587)
    clock.moment += timedelta(days=29)
    pipelining_denylist.add("mail.example", 587)
    assert listed(path) == [("mail.example", 25), ("mail.example", 587)]
    clock.moment += timedelta(days=1)
    pipelining_denylist.add("other.example", 25)
    assert listed(path) == [("mail.example", 587), ("other.example", 25)]


def test_a_locked_database_raises_nothing_and_this_process_remembers(pipelining_denylist, others, clock, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        pipelining_denylist.add("mail.example", 25)
        assert pipelining_denylist.has("mail.example", 25)
        assert not others.has("mail.example", 25)
        clock.moment += timedelta(days=30)
        assert not pipelining_denylist.has("mail.example", 25)


def test_a_closed_database_raises_nothing(pipelining_denylist, database):
    pipelining_denylist.add("mail.example", 25)
    database.close()
    pipelining_denylist.add("mail.example", 587)
    assert pipelining_denylist.has("mail.example", 25)
    assert pipelining_denylist.has("mail.example", 587)
    assert not pipelining_denylist.has("other.example", 25)


def test_a_table_that_damage_took_keeps_no_message_back(pipelining_denylist, database):
    with database.write() as connection:
        connection.execute("DROP TABLE pipelining_denylist")
    assert not pipelining_denylist.has("mail.example", 25)
    pipelining_denylist.add("mail.example", 25)


def test_a_server_leaves_the_lists_with_its_last_smtp(pipelining_denylist, database, clock, path):
    profiles, mechanism_denylist = SqliteProfiles(database), SqliteMechanismDenylist(database, clock.now)
    pipelining_denylist.add("xn--bcher-kva.example", 587)
    mechanism_denylist.add("xn--bcher-kva.example", 587, "SCRAM-SHA-256")
    put(profiles, generic("a", host_name="Bücher.example", smtp_port=587))
    put(profiles, generic("b", host_name="bücher.example", smtp_port=587))
    profiles.delete(ProfileId("a"), new_default=None)
    assert listed(path) == [("xn--bcher-kva.example", 587)]
    profiles.delete(ProfileId("b"), new_default=None)
    assert listed(path) == []
    assert not SqliteMechanismDenylist(database, clock.now).has("xn--bcher-kva.example", 587, "SCRAM-SHA-256")


def test_mechanisms_that_a_server_refuses_are_listed_for_30_days_and_for_every_process(database, clock, path):
    refused = SqliteMechanismDenylist(database, clock.now)
    refused.add("mail.example", 25, "SCRAM-SHA-256")
    with closing(Database(path)) as other:
        for seen in (refused, SqliteMechanismDenylist(other, clock.now)):
            assert seen.has("mail.example", 25, "SCRAM-SHA-256")
            assert not seen.has("mail.example", 25, "SCRAM-SHA-256-PLUS")
            assert not seen.has("mail.example", 587, "SCRAM-SHA-256")
        clock.moment += timedelta(days=30)
        assert not SqliteMechanismDenylist(other, clock.now).has("mail.example", 25, "SCRAM-SHA-256")
