"""The page of deliveries: its texts, its filters, and keeping up with other processes."""

import threading
import time
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from ui.outbox_driver import accepted, outbox_entry, refused

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.store.database import Database
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.ui.deliveries.cells import DeliveryColumn


def test_every_state_has_words(mixed):
    assert mixed.subjects() == ["New", "Lost", "Later", "No", "Detour", "Half", "Partly", "Gone"]
    states = dict(zip(mixed.subjects(), mixed.cells(DeliveryColumn.STATE), strict=True))
    assert states["Gone"] == states["Partly"] == "Sent"
    assert states["Half"] == "Sent · 1 refused"
    assert states["Detour"] == "Sent by backup"
    assert states["No"] == "Refused"
    assert states["Lost"] == "Unknown · may arrive twice"
    assert states["New"] == "Waiting"
    assert states["Later"] == "Next try in 4 min"
    assert mixed.cell("Detour", DeliveryColumn.SMTP) == "Relay → Backup"
    assert mixed.cell("New", DeliveryColumn.SMTP) == "Default (Relay)"
    assert mixed.cell("New", DeliveryColumn.ACTIVITY) == "Nightly"
    assert mixed.cell("Half", DeliveryColumn.TO) == "a@x.example, b@x.example"


def test_the_title_and_the_entry_count(gui, mixed):
    today = gui.services.outbox.counts().today  # none, where the mails are of before midnight
    assert gui.part("deliveryCounts").accessibleName() == f"{today} today · 2 waiting · 1 refused · 1 unknown"
    assert "2 waiting" in gui.words(gui.part("deliveriesEntry"))


@pytest.mark.parametrize(
    ("segment", "subjects"),
    [
        ("waitingSegment", ["New", "Later"]),
        ("refusedSegment", ["No"]),
        ("sentSegment", ["Detour", "Half", "Partly", "Gone"]),
        ("unknownSegment", ["Lost"]),
    ],
)
def test_segments_show_only_these(gui, mixed, segment, subjects):
    gui.click(segment, mixed.page)
    gui.until(lambda: mixed.subjects() == subjects)
    gui.click("allSegment", mixed.page)
    gui.until(lambda: len(mixed.subjects()) == 8)


def test_not_known_is_offered_only_where_there_are_some(gui, outbox):
    outbox.have("New")
    gui.open()
    outbox.open_page()
    assert not gui.visible("unknownSegment")


def test_the_search_looks_through_recipients_and_may_find_nothing(gui, mixed):
    gui.press("Ctrl+F")
    gui.write("NOBODY")
    gui.until(lambda: mixed.subjects() == ["No"])
    gui.write("xyz")
    gui.until(lambda: gui.visible("noMatchState"))
    assert "Nothing found" in gui.words(gui.part("noMatchState"))
    # Each page has a search of its own.
    gui.press("Ctrl+1")
    assert gui.part("searchField").text() == ""
    assert sorted(gui.names()) == ["Backup", "Relay"]
    gui.press("Ctrl+3")
    assert gui.part("searchField").text() == "NOBODYxyz"


def test_an_empty_outbox_says_what_will_be_here(gui, outbox):
    gui.open()
    outbox.open_page()
    gui.until(lambda: gui.visible("emptyState", outbox.page))
    assert "Nothing sent yet" in gui.words(outbox.page)
    assert not gui.part("exportButton").isEnabled()


def test_a_database_that_cant_be_read_offers_another_try(gui, outbox, monkeypatch):
    outbox.have("New")
    store, page = gui.outbox_store, gui.outbox_store.page

    def fail(*_args, **_kwargs):
        raise StoreError(msg("The disk is gone."))

    monkeypatch.setattr(store, "page", fail)  # a disk that fails can't be had for real
    gui.open()
    gui.click("deliveriesEntry")
    gui.until(lambda: gui.visible("errorState", outbox.page))
    assert "The disk is gone." in gui.words(outbox.page)
    monkeypatch.setattr(store, "page", page)
    gui.click("reloadButton", outbox.page)
    gui.until(lambda: outbox.subjects() == ["New"])


def test_what_another_process_adds_is_seen_within_a_second(gui, outbox):
    gui.open()
    outbox.open_page()
    other = Database(gui.home / "smtp-desktop.db")
    try:
        begun = time.monotonic()
        SqliteOutbox(other).add([outbox_entry("From a script")])
        gui.until(lambda: outbox.subjects() == ["From a script"])
        assert time.monotonic() - begun < 2  # a second, and as much for a busy machine
        gui.until(lambda: "1 waiting" in gui.words(gui.part("deliveriesEntry")))
    finally:
        other.close()


def test_an_smtp_that_another_process_adds_gets_its_card(gui, outbox):
    gui.open()
    changed = gui.profiles.get(gui.relay)
    other = Database(gui.home / "smtp-desktop.db")
    try:
        with other.write() as connection:
            connection.execute("UPDATE smtp SET name = 'Renamed' WHERE id = ?", [changed.id])
        gui.until(lambda: gui.names() == ["Renamed"])
    finally:
        other.close()


def test_selection_and_scroll_position_stay_when_new_mails_come(gui, outbox):
    outbox.have_many(150)
    gui.open()
    outbox.open_page()
    gui.until(lambda: len(outbox.subjects()) == 150)
    outbox.table.scrollToBottom()
    outbox.click_row("Mail 3")
    top = outbox.table.rowAt(0)
    seen = outbox.subjects()[top]
    outbox.have_many(5)
    gui.until(lambda: len(outbox.subjects()) == 155)
    assert [delivery.subject for delivery in outbox.page.selected()] == ["Mail 3"]
    assert outbox.subjects()[outbox.table.rowAt(0)] == seen


def test_at_the_top_new_mails_are_visible(gui, outbox):
    outbox.have_many(150)
    gui.open()
    outbox.open_page()
    gui.until(lambda: len(outbox.subjects()) == 150)
    outbox.have("The newest")
    gui.until(lambda: outbox.subjects()[0] == "The newest")
    assert outbox.table.rowAt(0) == 0


@pytest.mark.long
def test_a_hundred_thousand_rows_are_read_a_page_at_a_time(gui, outbox):
    outbox.have_many(100_000, at=datetime.now(UTC) - timedelta(days=2))
    store, asked = gui.outbox_store, []
    page = store.page

    def counted(wanted, *, before, limit):
        asked.append(limit)
        return page(wanted, before=before, limit=limit)

    store.page = counted
    gui.open()
    outbox.open_page()
    gui.until(lambda: len(outbox.subjects()) == 200)
    assert sum(asked) <= 3 * 200 + 1000  # the first load, the watch's first look, and what holds look through
    assert outbox.table.model().canFetchMore(outbox.table.rootIndex())
    for wanted in (400, 600):
        outbox.table.scrollToBottom()
        gui.until(lambda wanted=wanted: len(outbox.subjects()) == wanted)
    outbox.table.setFocus()
    gui.press("Ctrl+End")
    gui.until(lambda: len(outbox.subjects()) == 800)
    assert outbox.subjects() == [f"Mail {number}" for number in range(100_000, 99_200, -1)]
    assert sum(asked) < 5000
    entry = gui.part("deliveriesEntry")
    assert "100,000" in gui.words(entry)  # without a word there is room for it beside its name
    assert entry.toolTip() == "100,000 waiting"


def test_the_deliveries_of_one_activity(gui, outbox):
    nightly = gui.have_activity("Nightly")
    outbox.have("Its mail", activity_id=nightly, activity_name="Nightly")
    outbox.have("Another")
    gui.open()
    gui.window.activities.deliveries_asked.emit(nightly)
    gui.until(lambda: outbox.subjects() == ["Its mail"])
    assert gui.visible("deliveriesPage")
    chip = gui.part("onlyActivityButton")
    assert "Nightly" in chip.text()
    gui.click(chip)
    gui.until(lambda: outbox.subjects() == ["Another", "Its mail"])


def test_an_empty_filter_says_so_and_differs_from_an_empty_search(gui, outbox):
    outbox.tried(outbox.have("Gone"), DeliveryState.SENT, accepted())
    gui.open()
    outbox.open_page()
    gui.click("waitingSegment", outbox.page)
    gui.until(lambda: gui.visible("noMatchState"))
    assert "No messages are waiting." in gui.words(gui.part("noMatchState"))
    assert not gui.visible("clearSearchButton", outbox.page)
    gui.press("Ctrl+F")
    gui.write("xyz")
    gui.until(lambda: gui.visible("clearSearchButton", outbox.page))
    assert "match the search and filter" in gui.words(gui.part("noMatchState"))
    gui.click("showAllButton", outbox.page)
    gui.until(lambda: "No deliveries match the search." in gui.words(gui.part("noMatchState")))
    assert not gui.visible("showAllButton", outbox.page)
    gui.click("clearSearchButton", outbox.page)
    gui.until(lambda: outbox.subjects() == ["Gone"])
    assert gui.part("searchField").text() == ""


def test_all_is_shown_again_with_one_read(gui, outbox):
    nightly = gui.have_activity("Nightly")
    outbox.tried(outbox.have("Gone"), DeliveryState.SENT, accepted())
    gui.open()
    outbox.open_page()
    gui.until(lambda: outbox.subjects() == ["Gone"])
    gui.click("waitingSegment", outbox.page)
    gui.window.deliveries.show_activity(nightly)
    gui.until(lambda: gui.visible("onlyActivityButton") and gui.visible("showAllButton"))
    gui.finish_work()
    reads = []
    gui.window.deliveries.loader.loaded.connect(reads.append)
    gui.click("showAllButton", outbox.page)
    gui.until(lambda: outbox.subjects() == ["Gone"])
    gui.finish_work()
    assert len(reads) == 1
    assert not gui.visible("onlyActivityButton")
    assert gui.part("allSegment", outbox.page).isChecked()


def test_keys_open_the_row_to_which_tab_came_and_its_menu(gui, outbox):
    for subject in ("Older", "Newest"):
        outbox.tried(outbox.have(subject), DeliveryState.SENT, accepted())
    gui.open()
    outbox.open_page()
    gui.until(lambda: outbox.subjects() == ["Newest", "Older"])
    gui.tab_to("table")
    gui.press("Shift+F10")
    menu = gui.menu("deliveryMenu")
    assert [delivery.subject for delivery in outbox.page.selected()] == ["Newest"]
    menu.close()
    outbox.table.clearSelection()
    gui.press("Return")
    gui.until(lambda: "Newest" in gui.words(outbox.panel))


def test_the_gui_thread_touches_no_database(gui, outbox, monkeypatch):
    outbox.tried(outbox.have("No"), DeliveryState.REFUSED, refused())
    use, by_window, by_workers = gui.database._open_connection, [], []

    def noted():
        stack = traceback.format_stack()
        if threading.current_thread() is not threading.main_thread():
            by_workers.append(1)
        elif any("smtp_desktop/ui/" in frame for frame in stack):  # not this test's own look
            by_window.append("".join(stack))
        return use()

    monkeypatch.setattr(gui.database, "_open_connection", noted)  # every way into the database goes through it
    gui.open_unready()
    outbox.open_page()
    gui.until(lambda: outbox.subjects() == ["No"])
    outbox.open_row("No")
    gui.click("resendButton", outbox.panel)
    gui.until(lambda: outbox.cell("No", DeliveryColumn.STATE) == "Waiting")
    gui.click("waitingSegment", outbox.page)
    gui.until(lambda: gui.visible("cancelDeliveryButton", outbox.panel))
    gui.click("cancelDeliveryButton", outbox.panel)
    gui.click("okButton", gui.dialog("cancelDialog"))
    gui.until(lambda: not outbox.subjects())
    gui.close_window()
    assert by_workers
    assert by_window == []
