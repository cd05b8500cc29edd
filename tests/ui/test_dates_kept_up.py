"""The page of dates stays up to date with events, and with the days that go by."""

import threading
from datetime import datetime, timedelta

import pytest
from dates_driver import DatesDriver, fact

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.ui.dates.model import DateColumn


@pytest.fixture
def dates(world):
    return DatesDriver(world)


def test_what_is_saved_deleted_and_learned_is_seen_at_once(world, dates):
    world.have("Relay", host_name="relay.example")
    world.open()
    dates.open_page()
    assert "No dates are known yet" in world.words(dates.page)
    dates.only_events_tell()
    dates.see_certificate("relay.example", 50)
    world.until(lambda: dates.names() == ["Relay"])
    box = dates.have_secret("Box", 3)
    world.until(lambda: dates.names() == ["Box", "Relay"])
    assert dates.badge() == "1"
    world.profiles.delete(box)
    world.until(lambda: dates.names() == ["Relay"])
    assert dates.badge() == ""
    assert dates.reads == []


def test_many_events_of_one_moment_update_the_table_once(world, dates):
    for number in range(30):
        world.have(f"Relay_{number}", host_name=f"host{number}.example")
    world.open()
    dates.open_page()
    dates.only_events_tell()
    resets = []
    dates.table.model().modelReset.connect(lambda: resets.append(1))
    for number in range(30):
        dates.see_certificate(f"host{number}.example", 30 + number)
    world.until(lambda: len(dates.names()) == 30)
    assert len(resets) == 1


def test_an_event_during_a_reading_is_not_lost(world, dates):
    world.have("Relay", host_name="relay.example")
    world.open()
    dates.open_page()
    world.window._watch.stop()
    section, read, go_on = world.window.dates, threading.Event(), threading.Event()
    world.until(lambda: not section._reading)
    sources = section._end_dates.sources

    def read_slowly():
        found = sources()
        read.set()
        go_on.wait(5)
        return found

    section._end_dates.sources = read_slowly
    section.load()
    world.until(read.is_set)
    dates.see_certificate("relay.example", 50)
    go_on.set()
    world.until(lambda: not section._reading and dates.names() == ["Relay"])


def test_what_another_process_learns_is_seen(world, dates):
    world.have("Relay", host_name="relay.example")
    world.open()
    dates.open_page()
    other = Database(world.home / "smtp-desktop.db")
    try:
        SqliteHealth(other).learn(fact("relay.example", 5))
        world.until(lambda: dates.cells(DateColumn.LEFT) == ["in 5 days"])
    finally:
        other.close()


def test_a_database_that_cant_be_read_offers_another_try(world, dates):
    dates.have_secret("Box", 3)
    world.store.failure = StoreError(msg("The disk is gone."))
    world.open_unready()
    world.press("Ctrl+4")
    world.until(lambda: world.visible("errorState", dates.page))
    assert "The disk is gone." in world.words(dates.page)
    world.store.failure = None
    world.click("reloadButton", dates.page)
    world.until(lambda: dates.names() == ["Box"])


def test_days_go_by_while_the_window_is_open(world, dates, monkeypatch):
    dates.have_secret("Box", 31)
    world.open()
    dates.open_page()
    assert (dates.cells(DateColumn.LEFT), dates.badge()) == (["in 31 days"], "")
    later = datetime.now().astimezone() + timedelta(days=33)
    monkeypatch.setattr("smtp_desktop.ui.dates.section._now", lambda: later)  # the section's
    monkeypatch.setattr(world.window.dates.model, "_now", lambda: later)  # days can't be waited for
    world.window.dates._tick()
    assert (dates.cells(DateColumn.LEFT), dates.badge()) == (["ended 2 days ago"], "! 1")
    box = world.part("dateAdvice", dates.page)
    world.until(lambda: "(ended 2 days ago)" in world.words(box))
