"""Room that is not needed any more goes back to the disk."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from contracts.outbox_examples import ANN, LATER, LEASE, NOW, entry, message, update
from contracts.profile_store_contract import generic
from fakes.stored import put

from smtp_desktop.domain.errors import StoreBusy
from smtp_desktop.store import compaction
from smtp_desktop.store.compaction import give_back_room
from smtp_desktop.store.database import Database, schema_steps
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles

MAILS, TEXT = 60, "All is well. " * 4000


def fill_and_empty(database):
    """Mails were sent, and their contents dropped."""
    put(SqliteProfiles(database), generic("main", default=True))
    outbox = SqliteOutbox(database)
    ids = outbox.add([entry(message(text=f"{n} {TEXT}")) for n in range(MAILS)])
    assert len(outbox.claim(ANN, now=NOW, lease_ends_at=LEASE, limit=MAILS)) == MAILS
    outbox.finish(ANN, {each: update() for each in ids})
    outbox.drop_contents(finished_before=LATER, now=LATER, limit=MAILS)


def size_of(path, database):
    database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def test_the_file_becomes_smaller(path, database):
    fill_and_empty(database)
    full = size_of(path, database)
    assert full > MAILS * len(TEXT)
    give_back_room(database, batches=1)
    between = size_of(path, database)
    give_back_room(database)
    assert full > between > size_of(path, database) < full / 10
    assert SqliteOutbox(database).prune(finished_before=LATER + timedelta(days=1), limit=MAILS) == MAILS


def test_little_room_is_kept_for_what_comes_next(path, database, monkeypatch):
    monkeypatch.setattr(compaction, "_WORTH_BYTES", 10**9)  # as if so much were free
    fill_and_empty(database)
    full = size_of(path, database)
    give_back_room(database)
    assert size_of(path, database) == full


@pytest.fixture
def old(path):
    """A database from before it could give back room."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema_steps()[0])
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    with closing(Database(path)) as database:
        assert database.value("PRAGMA auto_vacuum") == 0
        yield database


def test_an_old_database_is_written_anew_once(path, old):
    fill_and_empty(old)
    full = size_of(path, old)
    give_back_room(old)
    assert size_of(path, old) < full / 10
    assert old.value("PRAGMA auto_vacuum") == 2
    assert old.value("PRAGMA foreign_keys") == 1
    assert SqliteOutbox(old).prune(finished_before=LATER + timedelta(days=1), limit=MAILS) == MAILS


def test_a_large_old_database_is_left_as_it_is(path, old, monkeypatch):
    monkeypatch.setattr(compaction, "_CHEAP_BYTES", 1)  # as if it were larger than that
    fill_and_empty(old)
    full = size_of(path, old)
    give_back_room(old)
    assert (size_of(path, old), old.value("PRAGMA auto_vacuum")) == (full, 0)


def test_who_writes_at_the_moment_is_left_in_peace(path):
    with closing(Database(path, busy_timeout_ms=1)) as database, closing(Database(path)) as other:
        fill_and_empty(database)
        with other.write(), pytest.raises(StoreBusy):
            give_back_room(database)
        give_back_room(database)
