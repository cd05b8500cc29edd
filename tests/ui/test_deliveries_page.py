"""The page of deliveries: what it says, what it shows only, and how it keeps up with other processes."""

import threading
import time
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from outbox_hand import TRY_LATER, OutboxHand, refused, submission, taken

from smtp_desktop.domain.delivery.delivery import DeliveryState, SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.ui.deliveries.model import Column


@pytest.fixture
def hand(world):
    """An SMTP is there, the default."""
    world.relay = world.have("Relay", is_default=True)
    return OutboxHand(world)


@pytest.fixture
def mixed(world, hand):
    """The page is open on one mail of each kind."""
    world.backup = world.have("Backup")
    hand.tried(hand.have("Gone"), DeliveryState.SENT, taken())
    hand.tried(hand.have("Partly", "a@x.example", "b@x.example"), DeliveryState.SENT, taken())
    partly = hand.have("Half", "a@x.example", "b@x.example")
    hand.tried(partly, DeliveryState.SENT, taken(), recipients={"b@x.example": DeliveryState.REFUSED})
    hand.tried(
        hand.have("Detour", smtp_id=world.relay, backup_id=world.backup),
        DeliveryState.SENT,
        taken(),
        smtp="Backup",
        by_backup=True,
    )
    hand.tried(hand.have("No", "nobody@x.example"), DeliveryState.REFUSED, refused())
    hand.tried(hand.have("Later"), DeliveryState.WAITING, refused(TRY_LATER), next_try=timedelta(minutes=5))
    hand.tried(hand.have("Lost"), DeliveryState.UNKNOWN, refused(), may_be_twice=True)
    hand.have("New", activity_name="Nightly")
    world.open()
    hand.open_page()
    world.until(lambda: len(hand.subjects()) == 8)
    return hand


def test_every_state_is_said_in_words(mixed):
    assert mixed.subjects() == ["New", "Lost", "Later", "No", "Detour", "Half", "Partly", "Gone"]
    states = dict(zip(mixed.subjects(), mixed.cells(Column.STATE), strict=True))
    assert states["Gone"] == states["Partly"] == "Sent"
    assert states["Half"] == "Sent · 1 refused"
    assert states["Detour"] == "Sent by backup"
    assert states["No"] == "Refused"
    assert states["Lost"] == "Not known · may arrive twice"
    assert states["New"] == "Waiting"
    assert states["Later"].startswith("Waiting 4:")
    assert mixed.cell("Detour", Column.SMTP) == "Relay → Backup"
    assert mixed.cell("New", Column.SMTP) == "Default (Relay)"
    assert mixed.cell("New", Column.ACTIVITY) == "Nightly"
    assert mixed.cell("Half", Column.TO) == "a@x.example, b@x.example"


def test_the_title_and_the_entry_count(world, mixed):
    assert world.part("deliveryCounts").accessibleName() == "8 today · 2 waiting · 1 refused · 1 not known"
    assert "2 waiting" in world.words(world.part("deliveriesEntry"))


@pytest.mark.parametrize(
    ("segment", "subjects"),
    [
        ("waitingSegment", ["New", "Later"]),
        ("refusedSegment", ["No"]),
        ("sentSegment", ["Detour", "Half", "Partly", "Gone"]),
        ("unknownSegment", ["Lost"]),
    ],
)
def test_segments_show_only_these(world, mixed, segment, subjects):
    world.click(segment, mixed.page)
    world.until(lambda: mixed.subjects() == subjects)
    world.click("allSegment", mixed.page)
    world.until(lambda: len(mixed.subjects()) == 8)


def test_not_known_is_offered_only_where_there_are_some(world, hand):
    hand.have("New")
    world.open()
    hand.open_page()
    assert not world.visible("unknownSegment")


def test_the_search_looks_through_recipients_and_may_find_nothing(world, mixed):
    world.press("Ctrl+F")
    world.write("NOBODY")
    world.until(lambda: mixed.subjects() == ["No"])
    world.write("xyz")
    world.until(lambda: world.visible("noMatchState"))
    assert "Nothing found" in world.words(world.part("noMatchState"))
    # Each page has a search of its own.
    world.press("Ctrl+1")
    assert world.part("searchField").text() == ""
    assert sorted(world.names()) == ["Backup", "Relay"]
    world.press("Ctrl+3")
    assert world.part("searchField").text() == "NOBODYxyz"


def test_an_empty_outbox_says_what_will_be_here(world, hand):
    world.open()
    hand.open_page()
    world.until(lambda: world.visible("emptyState", hand.page))
    assert "Nothing was sent yet" in world.words(hand.page)
    assert not world.part("exportButton").isEnabled()


def test_a_database_that_cant_be_read_offers_another_try(world, hand, monkeypatch):
    hand.have("New")
    store, page = world.outbox_store, world.outbox_store.page

    def fail(*_args, **_kwargs):
        raise StoreError(msg("The disk is gone."))

    monkeypatch.setattr(store, "page", fail)  # a disk that fails can't be had for real
    world.open()
    world.click("deliveriesEntry")
    world.until(lambda: world.visible("errorState", hand.page))
    assert "The disk is gone." in world.words(hand.page)
    monkeypatch.setattr(store, "page", page)
    world.click("reloadButton", hand.page)
    world.until(lambda: hand.subjects() == ["New"])


def test_what_another_process_adds_is_seen_within_a_second(world, hand):
    world.open()
    hand.open_page()
    other = Database(world.home / "smtp-desktop.db")
    try:
        begun = time.monotonic()
        SqliteOutbox(other).add([submission("From a script")])
        world.until(lambda: hand.subjects() == ["From a script"])
        assert time.monotonic() - begun < 2  # a second, and as much for a busy machine
        world.until(lambda: "1 waiting" in world.words(world.part("deliveriesEntry")))
    finally:
        other.close()


def test_an_smtp_that_another_process_adds_gets_its_card(world, hand):
    world.open()
    changed = world.profiles.get(world.relay)
    other = Database(world.home / "smtp-desktop.db")
    try:
        with other.write() as connection:
            connection.execute("UPDATE smtp SET name = 'Renamed' WHERE id = ?", [changed.id])
        world.until(lambda: world.names() == ["Renamed"])
    finally:
        other.close()


def test_selection_and_place_stay_when_new_mails_come(world, hand):
    hand.have_many(150)
    world.open()
    hand.open_page()
    world.until(lambda: len(hand.subjects()) == 150)
    hand.table.scrollToBottom()
    hand.click_row("Mail 3")
    top = hand.table.rowAt(0)
    seen = hand.subjects()[top]
    hand.have_many(5)
    world.until(lambda: len(hand.subjects()) == 155)
    assert [delivery.subject for delivery in hand.page.selected()] == ["Mail 3"]
    assert hand.subjects()[hand.table.rowAt(0)] == seen


def test_at_the_top_new_mails_come_in_view(world, hand):
    hand.have_many(150)
    world.open()
    hand.open_page()
    world.until(lambda: len(hand.subjects()) == 150)
    hand.have("The newest")
    world.until(lambda: hand.subjects()[0] == "The newest")
    assert hand.table.rowAt(0) == 0


def test_a_hundred_thousand_rows_are_read_a_page_at_a_time(world, hand):
    hand.have_many(100_000, at=datetime.now(UTC) - timedelta(days=2))
    store, asked = world.outbox_store, []
    page = store.page

    def counted(wanted, *, before, limit):
        asked.append(limit)
        return page(wanted, before=before, limit=limit)

    store.page = counted
    world.open()
    hand.open_page()
    world.until(lambda: len(hand.subjects()) == 200)
    assert sum(asked) <= 3 * 200 + 1000  # the first load, the watch's first look, and what holds look through
    assert hand.table.model().canFetchMore(hand.table.rootIndex())
    for wanted in (400, 600):
        hand.table.scrollToBottom()
        world.until(lambda wanted=wanted: len(hand.subjects()) == wanted)
    hand.table.setFocus()
    world.press("Ctrl+End")
    world.until(lambda: len(hand.subjects()) == 800)
    assert hand.subjects() == [f"Mail {number}" for number in range(100_000, 99_200, -1)]
    assert sum(asked) < 5000
    assert "100,000 waiting" in world.words(world.part("deliveriesEntry"))


def test_the_deliveries_of_one_activity(world, hand):
    nightly = world.have_activity("Nightly")
    hand.have("Its mail", activity_id=nightly, activity_name="Nightly")
    hand.have("Another")
    world.open()
    world.window.activities.deliveries_asked.emit(nightly)
    world.until(lambda: hand.subjects() == ["Its mail"])
    assert world.visible("deliveriesPage")
    chip = world.part("onlyActivityButton")
    assert "Nightly" in chip.text()
    world.click(chip)
    world.until(lambda: hand.subjects() == ["Another", "Its mail"])


def test_a_narrow_page_leaves_out_columns_and_keeps_the_segments(world, mixed):
    world.window.resize(960, 600)
    mixed.open_row("No")
    world.until(lambda: mixed.page.width() < 560)
    hidden = [column for column in Column if mixed.table.isColumnHidden(column)]
    assert hidden == [Column.ACTIVITY, Column.SMTP, Column.TO]
    for name in ("allSegment", "unknownSegment", "exportButton"):
        button = world.part(name)
        world.until(lambda b=button: b.width() >= b.fontMetrics().horizontalAdvance(b.text()))
        assert mixed.page.rect().contains(button.mapTo(mixed.page, button.rect().bottomRight()))


def test_a_held_smtp_says_so_on_its_card(world, hand):

    hand.have_many(3)
    world.open()
    now = datetime.now(UTC)
    hold = SmtpHold(
        profile_id=world.relay,
        since=now,
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        reply="535 5.7.8 Wrong password",
        probe_at=now + timedelta(minutes=5),
    )
    world.outbox_store.hold(hold)
    world.until(lambda: world.card("Relay").status == "On hold: sign-in refused · 3 waiting")
    world.outbox_store.release(world.relay)
    world.until(lambda: world.card("Relay").status == "Never tested")


def test_the_gui_thread_touches_no_database(world, hand, monkeypatch):
    hand.tried(hand.have("No"), DeliveryState.REFUSED, refused())
    use, by_window, by_workers = world.database._use, [], []

    def noted():
        stack = traceback.format_stack()
        if threading.current_thread() is not threading.main_thread():
            by_workers.append(1)
        elif any("smtp_desktop/ui/" in frame for frame in stack):  # not this test's own look
            by_window.append("".join(stack))
        return use()

    monkeypatch.setattr(world.database, "_use", noted)  # every way into the database goes through it
    world.open_unready()
    hand.open_page()
    world.until(lambda: hand.subjects() == ["No"])
    hand.open_row("No")
    world.click("resendButton", hand.panel)
    world.until(lambda: hand.cell("No", Column.STATE) == "Waiting")
    world.click("waitingSegment", hand.page)
    world.until(lambda: world.visible("cancelDeliveryButton", hand.panel))
    world.click("cancelDeliveryButton", hand.panel)
    world.until(lambda: not hand.subjects())
    world.close_window()
    assert by_workers
    assert by_window == []
