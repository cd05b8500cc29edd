"""The page of dates stays up to date with events, and with the days that go by."""

import threading
from datetime import datetime, timedelta

import pytest
from ui.dates_driver import DatesDriver, fact

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.ui.dates.model import DateColumn


@pytest.fixture
def dates(gui):
    return DatesDriver(gui)


def test_what_is_saved_deleted_and_learned_is_seen_at_once(gui, dates):
    gui.have("Relay", host_name="relay.example")
    gui.open()
    dates.open_page()
    assert "No dates yet" in gui.words(dates.page)
    dates.stop_reading_store()
    dates.see_certificate("relay.example", 50)
    gui.until(lambda: dates.names() == ["Relay"])
    box = dates.have_secret("Box", 3)
    gui.until(lambda: dates.names() == ["Box", "Relay"])
    assert dates.badge() == "1"
    gui.profiles.delete(box)
    gui.until(lambda: dates.names() == ["Relay"])
    assert dates.badge() == ""
    assert dates.reads == []


def test_many_events_of_one_moment_update_the_table_once(gui, dates):
    for number in range(30):
        gui.have(f"Relay_{number}", host_name=f"host{number}.example")
    gui.open()
    dates.open_page()
    dates.stop_reading_store()
    resets = []
    dates.table.model().modelReset.connect(lambda: resets.append(1))
    for number in range(30):
        dates.see_certificate(f"host{number}.example", 30 + number)
    gui.until(lambda: len(dates.names()) == 30)
    assert len(resets) == 1


def test_an_event_during_a_reading_is_not_lost(gui, dates):
    gui.have("Relay", host_name="relay.example")
    gui.open()
    dates.open_page()
    gui.window._watch.stop()
    section, read, go_on = gui.window.dates, threading.Event(), threading.Event()
    gui.until(lambda: not section._reading)
    sources = section._end_dates.sources

    def read_slowly():
        found = sources()
        read.set()
        go_on.wait(5)
        return found

    section._end_dates.sources = read_slowly
    section.load()
    gui.until(read.is_set)
    dates.see_certificate("relay.example", 50)
    go_on.set()
    gui.until(lambda: not section._reading and dates.names() == ["Relay"])


def test_what_another_process_learns_is_seen(gui, dates):
    gui.have("Relay", host_name="relay.example")
    gui.open()
    dates.open_page()
    other = Database(gui.home / "smtp-desktop.db")
    try:
        SqliteHealth(other).learn(fact("relay.example", 5))
        gui.until(lambda: dates.cells(DateColumn.LEFT) == ["in 5 days"])
    finally:
        other.close()


def test_a_database_that_cant_be_read_offers_another_try(gui, dates):
    dates.have_secret("Box", 3)
    gui.store.failure = StoreError(msg("The disk is gone."))
    gui.open_unready()
    gui.press("Ctrl+4")
    gui.until(lambda: gui.visible("errorState", dates.page))
    assert "The disk is gone." in gui.words(dates.page)
    gui.store.failure = None
    gui.click("reloadButton", dates.page)
    gui.until(lambda: dates.names() == ["Box"])


def test_days_go_by_while_the_window_is_open(gui, dates, monkeypatch):
    dates.have_secret("Box", 61)
    gui.open()
    dates.open_page()
    assert (dates.cells(DateColumn.LEFT), dates.badge()) == (["in 61 days"], "")
    later = datetime.now().astimezone() + timedelta(days=63)
    monkeypatch.setattr("smtp_desktop.ui.dates.section._now", lambda: later)  # the section's
    monkeypatch.setattr(gui.window.dates.model, "_now", lambda: later)  # days can't be waited for
    gui.window.dates._tick()
    assert (dates.cells(DateColumn.LEFT), dates.badge()) == (["expired 2 days ago"], "! 1")
    box = gui.part("dateAdvice", dates.page)
    gui.until(lambda: "(expired 2 days ago)" in gui.words(box))
