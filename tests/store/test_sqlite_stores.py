import sqlite3
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from contracts.health_store_contract import FACT, SERVER, TIMELINE, HealthStoreContract, result
from contracts.profile_store_contract import ProfileStoreContract, generic, graph
from fakes.stored import put

from smtp_desktop.domain.checks.check_detail import CheckDetail
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.preferences import SqlitePreferences
from smtp_desktop.store.profiles import SqliteProfiles


class TestSqliteProfiles(ProfileStoreContract):
    def test_everything_is_there_after_a_restart(self, profiles, health, database, path):
        put(profiles, generic("a", default=True))
        profiles.announce_secret("file:x")
        health.record(result("a"))
        health.learn(FACT)
        database.close()
        with closing(Database(path)) as again:
            assert list(SqliteProfiles(again).all()) == [generic("a", default=True)]
            assert list(SqliteProfiles(again).stale_secrets()) == ["file:x"]
            assert SqliteHealth(again).latest(1) == {"a": [result("a")]}
            assert list(SqliteHealth(again).server_facts()) == [FACT]

    def test_another_process_sees_it_at_once(self, profiles, path):
        with closing(Database(path)) as other:
            put(profiles, generic("a"))
            assert list(SqliteProfiles(other).all()) == [generic("a")]

    def test_threads_lose_nothing(self, profiles):
        names = [f"smtp{number}" for number in range(40)]
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda name: put(profiles, generic(name, default=True)), names))
        everything = profiles.all()
        assert sorted(p.name for p in everything) == sorted(names)
        assert [p.is_default for p in everything] == [True] + [False] * 39


class TestSqliteHealth(HealthStoreContract):
    @pytest.mark.parametrize("damaged", [b"not zlib", zlib.compress(b"\xff"), zlib.compress(b"[1]"), "text"], ids=str)
    def test_a_damaged_conversation_is_none_that_is_kept(self, health, profiles, database, damaged):
        put(profiles, generic("a"))
        health.record(result("a"), details={result("a"): CheckDetail(server=SERVER, timeline=TIMELINE)})
        with database.write() as connection:
            connection.execute("UPDATE check_detail SET conversation = CAST(? AS BLOB)", [damaged])
        assert health.detail_of(result("a")) == CheckDetail(server=SERVER)

    def test_a_server_fact_goes_with_its_last_smtp(self, health, profiles):
        health.learn(FACT)
        put(profiles, generic("c", host_name="Bücher.example", smtp_port=587))
        put(profiles, generic("d", host_name="XN--BCHER-KVA.example.", smtp_port=587))
        put(profiles, graph("m"))
        profiles.delete(ProfileId("m"), new_default=None)
        profiles.delete(ProfileId("c"), new_default=None)
        assert list(health.server_facts()) == [FACT]
        put(profiles, generic("e", host_name="bücher.example", smtp_port=2525))
        profiles.delete(ProfileId("d"), new_default=None)
        assert list(health.server_facts()) == []

    def test_a_server_fact_goes_when_its_last_smtp_moves(self, health, profiles):
        health.learn(FACT)
        put(profiles, generic("c", host_name="bücher.example"))
        put(profiles, generic("c", "renamed", host_name="bücher.example"))
        assert list(health.server_facts()) == [FACT]
        put(profiles, generic("c", host_name="other.example"))
        assert list(health.server_facts()) == []

    def test_an_smtp_with_an_impossible_host_can_be_deleted(self, health, profiles):
        health.learn(FACT)
        put(profiles, generic("c", host_name="..bad.."))
        profiles.delete(ProfileId("c"), new_default=None)
        assert list(health.server_facts()) == [FACT]


class TestTheDatabaseItself:
    """Rules that hold for SQL of others too."""

    def refused(self, path, statement):
        with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)

    def test_refuses_two_defaults(self, profiles, path):
        put(profiles, generic("a", default=True))
        put(profiles, generic("b"))
        self.refused(path, "UPDATE smtp SET is_default = 1")

    @pytest.mark.parametrize(
        "change",
        [
            "smtp_port = 0",
            "smtp_port = 'many'",
            "type = 'graph'",
            "type = 'other'",
            "tenant_id = 'x'",
            "host_name = NULL",
            "envelope_sender = 'nobody'",
            "is_default = 2",
            "name = ''",
            "name = 'B'",
        ],
    )
    def test_refuses_what_is_no_smtp(self, profiles, path, change):
        put(profiles, generic("a"))
        put(profiles, generic("b"))
        self.refused(path, f"UPDATE smtp SET {change} WHERE id = 'a'")

    def test_refuses_a_cloud_that_is_none(self, profiles, path):
        put(profiles, graph("m"))
        self.refused(path, "UPDATE smtp SET cloud = 'moon'")


class TestSqlitePreferences:
    def test_keeps_one_text_per_key(self, database):
        preferences = SqlitePreferences(database)
        assert preferences.get("theme") is None
        preferences.put("theme", "dark")
        preferences.put("theme", "löwe")
        preferences.put("language", "")
        assert preferences.get("theme") == "löwe"
        assert preferences.all() == {"theme": "löwe", "language": ""}
