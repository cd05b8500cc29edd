"""The contracts of the small ports, for fakes and adapters."""

import pytest
from contracts.small_contracts import (
    ClockContract,
    EventsContract,
    InboxServerContract,
    PipeliningDenylistContract,
    PreferencesContract,
    taken_port,
)
from fakes.small import FakeInboxServer, FixedClock, MemoryPipeliningDenylist, MemoryPreferences, RecordedEvents

from smtp_desktop.composition.application import SystemClock
from smtp_desktop.local_inbox.server import LocalInbox
from smtp_desktop.store.database import Database
from smtp_desktop.store.preferences import SqlitePreferences
from smtp_desktop.ui.runtime.bus import Bus

__all__ = ["taken_port"]


class TestFixedClock(ClockContract):
    @pytest.fixture
    def clock(self):
        return FixedClock()


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self):
        return SystemClock()


class TestMemoryPreferences(PreferencesContract):
    @pytest.fixture
    def preferences(self):
        return MemoryPreferences()


class TestSqlitePreferences(PreferencesContract):
    @pytest.fixture
    def preferences(self, tmp_path):
        database = Database(tmp_path / "a.sqlite3")
        yield SqlitePreferences(database)
        database.close()


class TestMemoryPipeliningDenylist(PipeliningDenylistContract):
    @pytest.fixture
    def clock(self):
        return FixedClock()

    @pytest.fixture
    def pipelining_denylist(self, clock):
        return MemoryPipeliningDenylist(clock)


class TestRecordedEvents(EventsContract):
    @pytest.fixture
    def publisher(self):
        events = RecordedEvents([])
        return events, lambda _: events.published


class TestBus(EventsContract):
    @pytest.fixture
    def publisher(self, qtbot):
        bus, got = Bus(), []
        bus.published.connect(got.append)

        def listened(count):
            qtbot.waitUntil(lambda: len(got) >= count)
            return got

        return bus, listened


class TestFakeInboxServer(InboxServerContract):
    @pytest.fixture
    def inbox(self, taken_port):
        return FakeInboxServer(taken=[taken_port])


class TestLocalInboxServer(InboxServerContract):
    @pytest.fixture
    def inbox(self):
        inbox = LocalInbox(None, lambda _: None)
        yield inbox
        inbox.stop()
