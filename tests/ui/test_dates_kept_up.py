"""How the page of dates keeps up with what happens, and with the days that go by."""

import threading
from datetime import datetime, timedelta

import pytest
from dates_hand import DatesHand, fact

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.ui.dates.model import Column


@pytest.fixture
def hand(world):
    return DatesHand(world)


def test_what_is_saved_deleted_and_learned_is_seen_at_once(world, hand):
    world.have("Relay", host_name="relay.example")
    world.open()
    hand.open_page()
    assert "No dates are known yet" in world.words(hand.page)
    hand.only_events_tell()
    hand.see_certificate("relay.example", 50)
    world.until(lambda: hand.names() == ["Relay"])
    box = hand.have_secret("Box", 3)
    world.until(lambda: hand.names() == ["Box", "Relay"])
    assert hand.badge() == "1"
    world.profiles.delete(box)
    world.until(lambda: hand.names() == ["Relay"])
    assert hand.badge() == ""
    assert hand.reads == []


def test_many_events_of_one_moment_make_the_table_anew_once(world, hand):
    for number in range(30):
        world.have(f"Relay_{number}", host_name=f"host{number}.example")
    world.open()
    hand.open_page()
    hand.only_events_tell()
    resets = []
    hand.table.model().modelReset.connect(lambda: resets.append(1))
    for number in range(30):
        hand.see_certificate(f"host{number}.example", 30 + number)
    world.until(lambda: len(hand.names()) == 30)
    assert len(resets) == 1


def test_an_event_during_a_reading_is_not_lost(world, hand):
    world.have("Relay", host_name="relay.example")
    world.open()
    hand.open_page()
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
    hand.see_certificate("relay.example", 50)
    go_on.set()
    world.until(lambda: not section._reading and hand.names() == ["Relay"])


def test_what_another_process_learns_is_seen(world, hand):
    world.have("Relay", host_name="relay.example")
    world.open()
    hand.open_page()
    other = Database(world.home / "smtp-desktop.db")
    try:
        SqliteHealth(other).learn(fact("relay.example", 5))
        world.until(lambda: hand.cells(Column.LEFT) == ["in 5 days"])
    finally:
        other.close()


def test_a_database_that_cant_be_read_offers_another_try(world, hand):
    hand.have_secret("Box", 3)
    world.store.failure = StoreError(msg("The disk is gone."))
    world.open_unready()
    world.press("Ctrl+4")
    world.until(lambda: world.visible("errorState", hand.page))
    assert "The disk is gone." in world.words(hand.page)
    world.store.failure = None
    world.click("reloadButton", hand.page)
    world.until(lambda: hand.names() == ["Box"])


def test_days_go_by_while_the_window_is_open(world, hand, monkeypatch):
    hand.have_secret("Box", 31)
    world.open()
    hand.open_page()
    assert (hand.cells(Column.LEFT), hand.badge()) == (["in 31 days"], "")
    later = datetime.now().astimezone() + timedelta(days=33)
    monkeypatch.setattr("smtp_desktop.ui.dates.section._now", lambda: later)  # the section's
    monkeypatch.setattr(world.window.dates.model, "_now", lambda: later)  # days can't be waited for
    world.window.dates._tick()
    assert (hand.cells(Column.LEFT), hand.badge()) == (["ended 2 days ago"], "! 1")
    box = world.part("dateAdvice", hand.page)
    world.until(lambda: "(ended 2 days ago)" in world.words(box))
