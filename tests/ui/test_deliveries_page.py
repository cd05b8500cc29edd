"""The page of deliveries: its texts, its filters, and keeping up with other processes."""

import threading
import time
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from outbox_driver import TRY_LATER, OutboxDriver, accepted, outbox_entry, refused

from smtp_desktop.domain.delivery.delivery import DeliveryState, SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.ui.deliveries.model import DeliveryColumn


@pytest.fixture
def outbox(world):
    """Stores a default SMTP."""
    world.relay = world.have("Relay", is_default=True)
    return OutboxDriver(world)


@pytest.fixture
def mixed(world, outbox):
    """Opens the page on one mail of each kind."""
    world.backup = world.have("Backup")
    outbox.tried(outbox.have("Gone"), DeliveryState.SENT, accepted())
    outbox.tried(outbox.have("Partly", "a@x.example", "b@x.example"), DeliveryState.SENT, accepted())
    partly = outbox.have("Half", "a@x.example", "b@x.example")
    outbox.tried(partly, DeliveryState.SENT, accepted(), recipients={"b@x.example": DeliveryState.REFUSED})
    outbox.tried(
        outbox.have("Detour", smtp_id=world.relay, backup_id=world.backup),
        DeliveryState.SENT,
        accepted(),
        smtp="Backup",
        by_backup=True,
    )
    outbox.tried(outbox.have("No", "nobody@x.example"), DeliveryState.REFUSED, refused())
    outbox.tried(outbox.have("Later"), DeliveryState.WAITING, refused(TRY_LATER), next_try=timedelta(minutes=5))
    outbox.tried(outbox.have("Lost"), DeliveryState.UNKNOWN, refused(), may_be_twice=True)
    outbox.have("New", activity_name="Nightly")
    world.open()
    outbox.open_page()
    world.until(lambda: len(outbox.subjects()) == 8)
    return outbox


def test_every_state_has_words(mixed):
    assert mixed.subjects() == ["New", "Lost", "Later", "No", "Detour", "Half", "Partly", "Gone"]
    states = dict(zip(mixed.subjects(), mixed.cells(DeliveryColumn.STATE), strict=True))
    assert states["Gone"] == states["Partly"] == "Sent"
    assert states["Half"] == "Sent · 1 refused"
    assert states["Detour"] == "Sent by backup"
    assert states["No"] == "Refused"
    assert states["Lost"] == "Not known · may arrive twice"
    assert states["New"] == "Waiting"
    assert states["Later"].startswith("Waiting 4:")
    assert mixed.cell("Detour", DeliveryColumn.SMTP) == "Relay → Backup"
    assert mixed.cell("New", DeliveryColumn.SMTP) == "Default (Relay)"
    assert mixed.cell("New", DeliveryColumn.ACTIVITY) == "Nightly"
    assert mixed.cell("Half", DeliveryColumn.TO) == "a@x.example, b@x.example"


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


def test_not_known_is_offered_only_where_there_are_some(world, outbox):
    outbox.have("New")
    world.open()
    outbox.open_page()
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


def test_an_empty_outbox_says_what_will_be_here(world, outbox):
    world.open()
    outbox.open_page()
    world.until(lambda: world.visible("emptyState", outbox.page))
    assert "Nothing was sent yet" in world.words(outbox.page)
    assert not world.part("exportButton").isEnabled()


def test_a_database_that_cant_be_read_offers_another_try(world, outbox, monkeypatch):
    outbox.have("New")
    store, page = world.outbox_store, world.outbox_store.page

    def fail(*_args, **_kwargs):
        raise StoreError(msg("The disk is gone."))

    monkeypatch.setattr(store, "page", fail)  # a disk that fails can't be had for real
    world.open()
    world.click("deliveriesEntry")
    world.until(lambda: world.visible("errorState", outbox.page))
    assert "The disk is gone." in world.words(outbox.page)
    monkeypatch.setattr(store, "page", page)
    world.click("reloadButton", outbox.page)
    world.until(lambda: outbox.subjects() == ["New"])


def test_what_another_process_adds_is_seen_within_a_second(world, outbox):
    world.open()
    outbox.open_page()
    other = Database(world.home / "smtp-desktop.db")
    try:
        begun = time.monotonic()
        SqliteOutbox(other).add([outbox_entry("From a script")])
        world.until(lambda: outbox.subjects() == ["From a script"])
        assert time.monotonic() - begun < 2  # a second, and as much for a busy machine
        world.until(lambda: "1 waiting" in world.words(world.part("deliveriesEntry")))
    finally:
        other.close()


def test_an_smtp_that_another_process_adds_gets_its_card(world, outbox):
    world.open()
    changed = world.profiles.get(world.relay)
    other = Database(world.home / "smtp-desktop.db")
    try:
        with other.write() as connection:
            connection.execute("UPDATE smtp SET name = 'Renamed' WHERE id = ?", [changed.id])
        world.until(lambda: world.names() == ["Renamed"])
    finally:
        other.close()


def test_selection_and_scroll_position_stay_when_new_mails_come(world, outbox):
    outbox.have_many(150)
    world.open()
    outbox.open_page()
    world.until(lambda: len(outbox.subjects()) == 150)
    outbox.table.scrollToBottom()
    outbox.click_row("Mail 3")
    top = outbox.table.rowAt(0)
    seen = outbox.subjects()[top]
    outbox.have_many(5)
    world.until(lambda: len(outbox.subjects()) == 155)
    assert [delivery.subject for delivery in outbox.page.selected()] == ["Mail 3"]
    assert outbox.subjects()[outbox.table.rowAt(0)] == seen


def test_at_the_top_new_mails_are_visible(world, outbox):
    outbox.have_many(150)
    world.open()
    outbox.open_page()
    world.until(lambda: len(outbox.subjects()) == 150)
    outbox.have("The newest")
    world.until(lambda: outbox.subjects()[0] == "The newest")
    assert outbox.table.rowAt(0) == 0


def test_a_hundred_thousand_rows_are_read_a_page_at_a_time(world, outbox):
    outbox.have_many(100_000, at=datetime.now(UTC) - timedelta(days=2))
    store, asked = world.outbox_store, []
    page = store.page

    def counted(wanted, *, before, limit):
        asked.append(limit)
        return page(wanted, before=before, limit=limit)

    store.page = counted
    world.open()
    outbox.open_page()
    world.until(lambda: len(outbox.subjects()) == 200)
    assert sum(asked) <= 3 * 200 + 1000  # the first load, the watch's first look, and what holds look through
    assert outbox.table.model().canFetchMore(outbox.table.rootIndex())
    for wanted in (400, 600):
        outbox.table.scrollToBottom()
        world.until(lambda wanted=wanted: len(outbox.subjects()) == wanted)
    outbox.table.setFocus()
    world.press("Ctrl+End")
    world.until(lambda: len(outbox.subjects()) == 800)
    assert outbox.subjects() == [f"Mail {number}" for number in range(100_000, 99_200, -1)]
    assert sum(asked) < 5000
    assert "100,000 waiting" in world.words(world.part("deliveriesEntry"))


def test_the_deliveries_of_one_activity(world, outbox):
    nightly = world.have_activity("Nightly")
    outbox.have("Its mail", activity_id=nightly, activity_name="Nightly")
    outbox.have("Another")
    world.open()
    world.window.activities.deliveries_asked.emit(nightly)
    world.until(lambda: outbox.subjects() == ["Its mail"])
    assert world.visible("deliveriesPage")
    chip = world.part("onlyActivityButton")
    assert "Nightly" in chip.text()
    world.click(chip)
    world.until(lambda: outbox.subjects() == ["Another", "Its mail"])


def test_a_narrow_page_leaves_out_columns_and_keeps_the_segments(world, mixed):
    world.window.resize(960, 600)
    mixed.open_row("No")
    world.until(lambda: mixed.page.width() < 560)
    hidden = [column for column in DeliveryColumn if mixed.table.isColumnHidden(column)]
    assert hidden == [DeliveryColumn.ACTIVITY, DeliveryColumn.SMTP, DeliveryColumn.TO]
    for name in ("allSegment", "unknownSegment", "exportButton"):
        button = world.part(name)
        world.until(lambda b=button: b.width() >= b.fontMetrics().horizontalAdvance(b.text()))
        assert mixed.page.rect().contains(button.mapTo(mixed.page, button.rect().bottomRight()))


def test_a_held_smtp_says_so_on_its_card(world, outbox):

    outbox.have_many(3)
    world.open()
    now = datetime.now(UTC)
    hold = SmtpHold(
        profile_id=world.relay,
        since=now,
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        reply="535 5.7.8 Wrong password",
        check_at=now + timedelta(minutes=5),
    )
    world.outbox_store.hold(hold)
    world.until(lambda: world.card("Relay").status == "On hold: sign-in refused · 3 waiting")
    world.outbox_store.release(world.relay)
    world.until(lambda: world.card("Relay").status == "Never tested")


def test_the_gui_thread_touches_no_database(world, hand, monkeypatch):
    hand.tried(hand.have("No"), DeliveryState.REFUSED, refused())
    use, by_window, by_workers = world.database._open_connection, [], []

    def noted():
        stack = traceback.format_stack()
        if threading.current_thread() is not threading.main_thread():
            by_workers.append(1)
        elif any("smtp_desktop/ui/" in frame for frame in stack):  # not this test's own look
            by_window.append("".join(stack))
        return use()

    monkeypatch.setattr(world.database, "_open_connection", noted)  # every way into the database goes through it
    world.open_unready()
    outbox.open_page()
    world.until(lambda: outbox.subjects() == ["No"])
    outbox.open_row("No")
    world.click("resendButton", outbox.panel)
    world.until(lambda: outbox.cell("No", DeliveryColumn.STATE) == "Waiting")
    world.click("waitingSegment", outbox.page)
    world.until(lambda: world.visible("cancelDeliveryButton", outbox.panel))
    world.click("cancelDeliveryButton", outbox.panel)
    world.until(lambda: not outbox.subjects())
    world.close_window()
    assert by_workers
    assert by_window == []
