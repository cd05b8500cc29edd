"""The page of dates: what it says, in which order, and how it leads to an SMTP."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fakes.certificates import a_certificate
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from window_world import LEFT, tip_as_read

from smtp_desktop.domain.conversation import Security, TlsMode
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.health import ServerFact
from smtp_desktop.domain.text import text
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.ui.models.dates import Column

APP = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"


def today() -> date:
    return datetime.now().astimezone().date()


def fact(host: str, days: int, port: int = 587) -> ServerFact:
    """The server's certificate ends in so many days, in the middle of the day."""
    noon = datetime.combine(today() + timedelta(days=days), datetime.min.time()).astimezone() + timedelta(hours=12)
    chain = (a_certificate(host, valid_until=noon.astimezone(UTC), fingerprint=f"{abs(hash(host)):064x}"),)
    return ServerFact(host=host, port=port, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain))


class DatesHand:
    """Acts on the page of dates."""

    def __init__(self, world) -> None:
        self.world = world

    @property
    def page(self):
        return self.world.window.dates.page

    @property
    def table(self):
        return self.page.table

    def have_secret(self, name: str, days: int):
        """The client secret of this mailbox ends in so many days."""
        return self.world.have_graph(name, client_secret_valid_until=(today() + timedelta(days=days)).isoformat())

    def have_certificate(self, host: str, days: int) -> None:
        self.world.health.learn(fact(host, days))

    def see_certificate(self, host: str, days: int) -> None:
        """A test or check has met it: it is stored, and told."""
        self.have_certificate(host, days)
        self.world.bus.publish(ServerLearned(fact=fact(host, days)))

    def only_events_tell(self) -> None:
        """Nothing is read from the store any more."""
        section = self.world.window.dates
        self.world.window._watch.stop()
        self.world.until(lambda: not section._reading)
        self.reads = []
        section.load = lambda: self.reads.append(1)

    def open_page(self) -> None:
        self.world.click("datesEntry")
        self.world.until(lambda: self.world.visible("datesPage"))
        self.world.until(lambda: self.page._loaded)

    def cells(self, column: Column) -> list[str]:
        model = self.table.model()
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def names(self) -> list[str]:
        return self.cells(Column.SMTP)

    def place(self, name: str):
        return self.table.visualRect(self.table.model().index(self.names().index(name), Column.WHAT)).center()

    def click_row(self, name: str) -> None:
        self.world.qtbot.mouseClick(self.table.viewport(), LEFT, pos=self.place(name))

    def double_click_row(self, name: str) -> None:
        self.click_row(name)
        self.world.qtbot.mouseDClick(self.table.viewport(), LEFT, pos=self.place(name))

    def menu(self) -> QMenu:
        self.world.until(lambda: self.world.visible("dateSmtpsMenu"))
        return self.world.part("dateSmtpsMenu")

    def shows_panel_of(self, name: str) -> bool:
        world = self.world
        return world.visible("smtpPage") and world.panel.isVisible() and world.typed("nameField") == name

    def badge(self) -> str:
        return self.world.words(self.world.part("datesEntry"))


@pytest.fixture
def hand(world):
    return DatesHand(world)


@pytest.fixture
def mixed(world, hand):
    """The page is open on dates that are over, near and far."""
    world.have("Relay", host_name="relay.example")
    world.have("Relay_copy", host_name="relay.example")
    world.have("Outlook", host_name="smtp-mail.outlook.com")
    hand.have_certificate("relay.example", 400)
    hand.have_secret("Box", 12)
    hand.have_secret("Gone", -1)
    hand.have_secret("Later", 300)
    world.open()
    hand.open_page()
    world.until(lambda: len(hand.names()) == 5)
    return hand


def test_the_soonest_stands_first_and_is_said_in_words(world, mixed):
    assert mixed.names() == ["Outlook", "Gone", "Box", "Later", "Relay, Relay_copy"]
    left = mixed.cells(Column.LEFT)
    assert left[0].startswith("ended ")
    assert left[1:] == ["ended yesterday", "in 12 days", "in 300 days", "in 400 days"]
    assert mixed.cells(Column.WHAT)[2:] == [f"Client secret of the app {APP}"] * 2 + ["Certificate of relay.example"]
    assert mixed.cells(Column.WHEN)[2] == f"{today() + timedelta(days=12):%d %b %Y}"


def test_the_badge_counts_what_is_over_or_near_and_is_red(world, mixed):
    assert mixed.badge() == "! 3"
    entry = world.part("datesEntry")
    assert entry.accessibleDescription() == entry.toolTip() == "2 ended, 1 soon"
    assert world.part("dateCounts").accessibleName() == "1 soon · 2 ended"
    assert world.window.entities._counts["dates"].property("tone") == "bad"
    world.click("burgerButton")
    assert entry.toolTip() == "Dates: 2 ended, 1 soon"


def test_the_badge_is_amber_where_nothing_has_ended_and_gone_where_nothing_is_near(world, hand):
    world.have("Relay", host_name="relay.example")
    hand.have_certificate("relay.example", 21)
    world.open()
    world.until(lambda: hand.badge() == "1")
    assert world.window.entities._counts["dates"].property("tone") == "warn"
    hand.see_certificate("relay.example", 22)
    world.until(lambda: hand.badge() == "")
    assert world.window.entities._counts["dates"].property("tone") == ""
    assert world.part("datesEntry").toolTip() == ""


def test_the_state_is_told_by_words_and_form_too(world, mixed):
    model = mixed.table.model()
    spoken = [model.index(row, Column.LEFT).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(5)]
    assert spoken[1:] == ["ended yesterday", "in 12 days, soon", "in 300 days", "in 400 days"]
    marks = [model.index(row, Column.LEFT).data(Qt.ItemDataRole.DecorationRole) for row in (1, 2, 3)]
    outlines = [_outline(mark.pixmap(12, 12).toImage()) for mark in marks]
    assert len({frozenset(outline) for outline in outlines}) == 3


def _outline(image) -> set[tuple[int, int]]:
    return {(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 200}


def test_the_box_below_tells_what_the_current_row_means(world, mixed):
    box = world.part("dateAdvice", mixed.page)
    assert "Password sign-in at smtp-mail.outlook.com: 16 Sep 2024 (ended " in world.words(box)
    mixed.table.setFocus()
    world.press("Down")
    world.press("Down")
    world.until(lambda: "(in 12 days)" in world.words(box))
    assert "Enter its value and its last day here, and test: Box." in world.words(box)
    assert world.part("openSmtpButton").text() == "Open Box"
    assert "3. When that works" in box.accessibleName()


def test_a_double_click_opens_the_smtp(world, mixed):
    mixed.double_click_row("Later")
    world.until(lambda: mixed.shows_panel_of("Later"))


def test_enter_opens_the_smtp(world, mixed):
    mixed.click_row("Box")
    world.press("Return")
    world.until(lambda: mixed.shows_panel_of("Box"))
    assert world.selected() == ["Box"]


def test_the_button_opens_the_smtp_even_if_the_search_hides_its_card(world, mixed):
    world.press("Ctrl+1")
    world.press("Ctrl+F")
    world.write("relay")
    world.until(lambda: world.names() == ["Relay", "Relay_copy"])
    world.press("Ctrl+4")
    mixed.click_row("Box")
    world.click("openSmtpButton")
    world.until(lambda: mixed.shows_panel_of("Box"))


def test_where_several_end_at_once_it_is_asked_which(world, mixed):
    mixed.click_row("Relay, Relay_copy")
    world.press("Return")
    menu = mixed.menu()
    assert [action.text() for action in menu.actions()] == ["Relay", "Relay_copy"]
    world.qtbot.keyClick(menu, Qt.Key.Key_Down)
    world.qtbot.keyClick(menu, Qt.Key.Key_Return)
    world.until(lambda: mixed.shows_panel_of("Relay_copy"))


def test_unsaved_changes_are_asked_about_on_their_page(world, mixed):
    world.press("Ctrl+1")
    world.open_card("Relay")
    world.enter("nameField", "Typed")
    world.press("Ctrl+4")
    mixed.double_click_row("Box")
    dialog = world.dialog("unsavedDialog")
    assert world.visible("smtpPage")
    world.click("discardButton", dialog)
    world.until(lambda: mixed.shows_panel_of("Box"))


def test_segments_and_search_show_only_these(world, mixed):
    world.click("soonSegment", mixed.page)
    assert mixed.names() == ["Outlook", "Gone", "Box"]
    world.press("Ctrl+F")
    world.write("BOX")
    assert mixed.names() == ["Box"]
    world.click("allSegment", mixed.page)
    world.enter("searchField", "relay.ex", world.window)
    assert mixed.names() == ["Relay, Relay_copy"]
    world.write("xyz")
    assert "Nothing found" in world.words(world.part("noMatchState", mixed.page))
    # The badge counts all of them nevertheless.
    assert mixed.badge() == "! 3"
    world.press("Ctrl+1")
    assert world.part("searchField").text() == ""


def test_the_current_row_stays_while_others_come(world, mixed):
    mixed.click_row("Later")
    mixed.have_secret("Sooner", 100)
    world.until(lambda: "Sooner" in mixed.names())
    assert mixed.page.current().names == "Later"
    world.click("soonSegment", mixed.page)
    world.click("allSegment", mixed.page)
    assert mixed.page.current().names == "Outlook"  # where it was is not shown: the first one


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
    sources = section._deadlines.sources

    def read_slowly():
        found = sources()
        read.set()
        go_on.wait(5)
        return found

    section._deadlines.sources = read_slowly
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


def test_nothing_soon_says_what_the_list_knows_of(world, hand):
    hand.have_secret("Later", 300)
    world.open()
    hand.open_page()
    world.click("soonSegment", hand.page)
    words = world.words(world.part("emptyState", hand.page))
    assert "Nothing ends soon, as far as is known" in words
    assert "certificates of servers that were tested or checked" in words


def test_a_database_that_cant_be_read_offers_another_try(world, hand):
    hand.have_secret("Box", 3)
    world.store.failure = StoreError(text("The disk is gone."))
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
    monkeypatch.setattr("smtp_desktop.ui.dates._now", lambda: later)  # the section's
    monkeypatch.setattr(world.window.dates.model, "_now", lambda: later)  # days can't be waited for
    world.window.dates._tick()
    assert (hand.cells(Column.LEFT), hand.badge()) == (["ended 2 days ago"], "! 1")
    box = world.part("dateAdvice", hand.page)
    world.until(lambda: "(ended 2 days ago)" in world.words(box))


def test_narrow_pages_leave_out_the_last_column_and_elide(world, mixed):
    assert not mixed.table.isColumnHidden(Column.STEPS)
    world.window.resize(960, 600)
    world.until(lambda: mixed.table.isColumnHidden(Column.STEPS))
    index = mixed.table.model().index(2, Column.WHAT)
    assert tip_as_read(index.data(Qt.ItemDataRole.ToolTipRole)) == f"Client secret of the app {APP}"
    for name in ("openSmtpButton", "dateAdvice", "soonSegment"):
        part = world.part(name, mixed.page)
        assert mixed.page.rect().contains(part.mapTo(mixed.page, part.rect().bottomRight()))
    steps = tip_as_read(mixed.table.model().index(2, Column.STEPS).data(Qt.ItemDataRole.ToolTipRole))
    assert [line[:3] for line in steps.splitlines()] == ["1. ", "2. ", "3. "]


def test_keys_lead_to_the_page_and_it_creates_nothing(world, hand):
    hand.have_secret("Box", 3)
    world.open()
    world.press("Ctrl+4")
    assert world.visible("datesPage")
    assert not world.visible("createButton")
    assert not world.panel.isVisible()
    assert world.visible("checkAllButton")


def test_the_window_closes_while_the_page_is_shown(world, hand):
    hand.have_secret("Box", 3)
    world.open()
    hand.open_page()
    world.close_window()


def test_a_server_cant_write_over_the_page(world, hand):
    world.have("Relay", host_name="relay.example")
    leaf = fact("relay.example", 300).security.chain[0]
    rude = replace(leaf, subject=leaf.issuer, fingerprint="99" * 32, valid_until=leaf.valid_until - timedelta(days=9))
    rude = replace(rude, subject="<b>Evil</b>\n\u202eCA", issuer="x")
    leaf = replace(leaf, issuer=rude.subject)
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(leaf, rude))
    world.health.learn(ServerFact(host="relay.example", port=587, security=security))
    world.open()
    hand.open_page()
    world.until(lambda: len(hand.names()) == 2)
    assert hand.cells(Column.WHAT)[0] == "CA certificate <b>Evil</b> CA"
    tip = hand.table.model().index(0, Column.WHAT).data(Qt.ItemDataRole.ToolTipRole)
    assert tip_as_read(tip) == "CA certificate <b>Evil</b> CA"
