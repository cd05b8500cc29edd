"""Backups of SMTPs, activities and settings in the data folder."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from contracts.activity_store_contract import FULL
from contracts.backup_store_contract import BackupStoreContract
from contracts.profile_store_contract import generic, graph
from fakes.backups import MemoryBackups
from fakes.stored import put

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.alerts import SqliteAlerts
from smtp_desktop.store.backup.folder import BackupFolder
from smtp_desktop.store.backup.small_backups import SqliteBackups, secrets_named_in
from smtp_desktop.store.database import Database
from smtp_desktop.store.preferences import SqlitePreferences
from smtp_desktop.store.profiles import SqliteProfiles

AT = datetime(2026, 11, 30, 22, 17, 0, tzinfo=UTC)


@pytest.fixture
def folder(path):
    return BackupFolder(path)


@pytest.fixture
def backups(database, folder):
    return SqliteBackups(database, folder)


class TestSqliteBackups(BackupStoreContract):
    @pytest.fixture
    def backups(self, database, folder, profiles):
        put(profiles, generic("main"))
        return SqliteBackups(database, folder)


class TestMemoryBackups(BackupStoreContract):
    @pytest.fixture
    def backups(self):
        return MemoryBackups()


def test_nothing_is_backed_up_where_there_is_nothing(backups, folder):
    assert backups.make(BackupReason.IMPORT, AT) is None
    assert backups.all() == ()
    assert not folder.path.exists()


def test_a_backup_has_smtps_activities_and_settings(database, profiles, backups, folder):
    put(profiles, generic("main", default=True, password_ref="file:a"))
    put(profiles, graph("spare"))
    put(SqliteActivities(database), FULL)
    SqlitePreferences(database).put("theme", "dark")
    made = backups.make(BackupReason.IMPORT, AT)
    assert made
    assert (made.name, made.reason, made.made_at) == ("20261130-221700-import", BackupReason.IMPORT, AT)
    assert (made.smtps, made.activities, made.problem) == (2, 1, None)
    assert backups.all() == (made,)
    with closing(Database(folder.path_for(made.name))) as copy:
        assert SqliteProfiles(copy).all() == profiles.all()
        assert SqliteActivities(copy).all() == SqliteActivities(database).all()
        assert SqlitePreferences(copy).all() == {"theme": "dark"}


def test_a_backup_is_one_file_that_only_its_owner_can_read(profiles, backups, folder):
    put(profiles, generic("main"))
    made = backups.make(BackupReason.EDIT, AT)
    assert [path.name for path in folder.path.iterdir()] == [f"{made.name}.sqlite3"]
    assert stat.S_IMODE(folder.path_for(made.name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_two_backups_of_one_second_have_different_names(profiles, backups):
    put(profiles, generic("main"))
    first, second = (backups.make(BackupReason.EDIT, AT) for _ in range(2))
    assert second.name == f"{first.name}-2"
    assert {one.reason for one in backups.all()} == {BackupReason.EDIT}


def test_a_daily_backup_is_made_only_of_what_changed(profiles, backups):
    put(profiles, generic("main"))
    assert backups.make(BackupReason.DAILY, AT, only_if_changed=True)
    assert backups.make(BackupReason.DAILY, AT, only_if_changed=True) is None
    put(profiles, generic("other"))
    assert backups.make(BackupReason.DAILY, AT, only_if_changed=True)


def test_secrets_that_a_backup_names_are_not_erased_until_it_is_dropped(database, profiles, backups):
    put(profiles, generic("a", password_ref="file:old"))
    made = backups.make(BackupReason.EDIT, AT)
    put(profiles, generic("a", password_ref="file:new"))
    assert list(profiles.stale_secrets()) == list(profiles.abandon_secrets()) == []
    backups.drop([made.name])
    assert backups.all() == ()
    assert list(profiles.stale_secrets()) == list(profiles.abandon_secrets()) == ["file:old"]


def test_the_secret_of_a_webhook_is_kept_as_well(database, profiles, backups):
    put(profiles, generic("a"))
    profiles.announce_secret(SecretRef("file:hook"))
    SqliteAlerts(database).keep_webhook(SecretRef("file:hook"), "https://x.example")
    made = backups.make(BackupReason.EDIT, AT)
    SqliteAlerts(database).keep_webhook(None, "")
    assert list(profiles.stale_secrets()) == []
    backups.drop([made.name])
    assert list(profiles.stale_secrets()) == ["file:hook"]


def test_a_deleted_smtp_takes_its_secrets_from_backups_unless_its_deletion_is_backed_up(profiles, backups):
    put(profiles, generic("a", password_ref="file:a"))
    put(profiles, generic("b", password_ref="file:b"))
    backups.make(BackupReason.DAILY, AT)
    profiles.delete(ProfileId("a"), new_default=None, keep_secrets=True)
    assert list(profiles.stale_secrets()) == []
    profiles.delete(ProfileId("b"), new_default=None)
    assert list(profiles.stale_secrets()) == ["file:b"]


def test_the_secrets_of_a_backup_that_somebody_else_deleted_are_let_go(profiles, backups, folder):
    put(profiles, generic("a", password_ref="file:old"))
    made = backups.make(BackupReason.EDIT, AT)
    put(profiles, generic("a", password_ref="file:new"))
    folder.path_for(made.name).unlink()
    backups.drop([])
    assert list(profiles.stale_secrets()) == ["file:old"]


def test_a_backup_that_can_not_be_made_leaves_nothing(profiles, backups, folder):
    put(profiles, generic("a", password_ref="file:old"))
    folder.path.write_text("in the way")
    with pytest.raises(StoreError):
        backups.make(BackupReason.EDIT, AT)
    put(profiles, generic("a", password_ref="file:new"))
    assert list(profiles.stale_secrets()) == ["file:old"]


def test_damaged_and_foreign_files_are_listed_with_what_is_wrong(path, profiles, backups, folder):
    put(profiles, generic("main"))
    made = backups.make(BackupReason.EDIT, AT)
    folder.path_for("20261129-000000-daily").write_bytes(b"no database at all" * 100)
    folder.path_for("from-a-friend").write_bytes(folder.path_for(made.name).read_bytes())
    with closing(sqlite3.connect(path.with_name(f"{path.name}.before-v17.bak"))) as copy:
        copy.execute("CREATE TABLE smtp (id TEXT)")
    found = {one.name: (one.reason, one.smtps, one.problem is None) for one in backups.all()}
    assert found == {
        made.name: (BackupReason.EDIT, 1, True),
        "20261129-000000-daily": (BackupReason.DAILY, 0, False),
        "from-a-friend": (None, 1, True),
        f"{path.name}.before-v17.bak": (BackupReason.UPGRADE, 0, True),
    }


def test_names_are_found_with_and_without_their_ending(profiles, backups, folder):
    put(profiles, generic("main"))
    made = backups.make(BackupReason.EDIT, AT)
    assert folder.path_of(made.name) == folder.path_of(f"{made.name}.sqlite3") == folder.path_for(made.name)
    assert folder.path_of("nothing") is folder.path_of("../smtp-desktop.db") is None


def test_unfinished_files_of_a_killed_process_go_a_day_later(profiles, backups, folder):
    put(profiles, generic("main"))
    fresh, old = folder.new_part(), folder.new_part()
    for part in (fresh, old):
        part.write_bytes(b"x")
    yesterday = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(old, (yesterday, yesterday))
    backups.make(BackupReason.EDIT, AT)
    assert [part.exists() for part in (fresh, old)] == [True, False]


def test_backups_of_two_processes_keep_every_secret_that_they_name_whoever_writes_at_the_same_time(path, profiles):
    put(profiles, generic("a", password_ref="file:0"))
    folder, errors = BackupFolder(path), []

    def back_up():
        with closing(Database(path)) as database:
            for _ in range(5):
                SqliteBackups(database, folder).make(BackupReason.EDIT, AT)

    def write(number):
        with closing(Database(path)) as database:
            for count in range(10):
                put(SqliteProfiles(database), generic("a", password_ref=f"file:{number}.{count}"))

    def noting(act, *arguments):
        try:
            act(*arguments)
        except Exception as error:  # noqa: BLE001 - looked at below, on the thread of the test
            errors.append(error)

    calls = [(back_up,), (back_up,), (write, 1)]
    threads = [threading.Thread(target=noting, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    made = folder.all()
    assert len({one.name for one in made}) == 10
    named = {ref for one in made for ref in secrets_named_in(folder.path_for(one.name))}
    assert named.isdisjoint(profiles.stale_secrets())
