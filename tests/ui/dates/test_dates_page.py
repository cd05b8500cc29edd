"""The page of dates: its texts, their order, and opening an SMTP."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from ui.dates_driver import APP, DatesDriver, fact, today
from ui.driver import tip_as_read

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.ui.dates.model import DateColumn

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.fixture
def dates(gui):
    return DatesDriver(gui)


@pytest.fixture
def mixed(gui, dates):
    """Opens the page on dates that are over, near and far."""
    gui.have("Relay", host_name="relay.example")
    gui.have("Relay_copy", host_name="relay.example")
    gui.have("Outlook", host_name="smtp-mail.outlook.com")
    dates.have_certificate("relay.example", 400)
    dates.have_secret("Box", 12)
    dates.have_secret("Gone", -1)
    dates.have_secret("Later", 300)
    gui.open()
    dates.open_page()
    gui.until(lambda: len(dates.names()) == 5)
    return dates


def test_the_soonest_comes_first_in_words(gui, mixed):
    assert mixed.names() == ["Outlook", "Gone", "Box", "Later", "Relay, Relay_copy"]
    left = mixed.cells(DateColumn.LEFT)
    assert left[0].startswith("expired ")
    assert left[1:] == ["expired yesterday", "in 12 days", "in 300 days", "in 400 days"]
    secret, certificate = f"Client secret of the app {APP}", "Certificate of relay.example"
    assert mixed.cells(DateColumn.WHAT)[2:] == [secret, secret, certificate]
    ends = today() + timedelta(days=12)
    # Not by strftime: its months are in the machine's language.
    assert mixed.cells(DateColumn.WHEN)[2] == f"{ends.day} {MONTHS[ends.month - 1]} {ends.year}"


def test_the_badge_counts_what_is_over_or_near_and_is_red(gui, mixed):
    assert mixed.badge() == "! 3"
    entry = gui.part("datesEntry")
    assert entry.accessibleDescription() == entry.toolTip() == "2 expired, 1 soon"
    assert gui.part("dateCounts").accessibleName() == "1 soon · 2 expired"
    assert gui.window.entities._counts["dates"].property("tone") == "bad"
    gui.click("foldButton")
    assert entry.toolTip() == "Dates: 2 expired, 1 soon"
    # Folded, a dot stands for the count, which has no room.
    dot = next(label for label in entry.findChildren(QLabel) if label.property("role") == "navDot")
    assert dot.isVisible()
    assert dot.property("tone") == "bad"
    gui.click("foldButton")
    assert not dot.isVisible()


def test_the_badge_is_amber_where_nothing_has_ended_and_gone_where_nothing_is_near(gui, dates):
    gui.have("Relay", host_name="relay.example")
    dates.have_certificate("relay.example", 21)
    gui.open()
    gui.until(lambda: dates.badge() == "1")
    assert gui.window.entities._counts["dates"].property("tone") == "warn"
    dates.see_certificate("relay.example", 22)
    gui.until(lambda: dates.badge() == "")
    assert gui.window.entities._counts["dates"].property("tone") == "faint"
    assert gui.part("datesEntry").toolTip() == ""


def test_the_state_differs_in_words_and_shape_too(gui, mixed):
    model = mixed.table.model()
    spoken = [model.index(row, DateColumn.LEFT).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(5)]
    assert spoken[1:] == ["expired yesterday", "in 12 days, soon", "in 300 days", "in 400 days"]
    marks = [model.index(row, DateColumn.LEFT).data(Qt.ItemDataRole.DecorationRole) for row in (1, 2, 3)]
    outlines = [_outline(mark.pixmap(12, 12).toImage()) for mark in marks]
    assert len({frozenset(outline) for outline in outlines}) == 3


def _outline(image) -> set[tuple[int, int]]:
    return {(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 200}


def test_the_box_below_says_what_the_current_row_means(gui, mixed):
    box = gui.part("dateAdvice", mixed.page)
    assert "Password sign-in at smtp-mail.outlook.com: 16 Sep 2024 (expired " in gui.words(box)
    mixed.table.setFocus()
    gui.press("Down")
    gui.press("Down")
    gui.until(lambda: "(in 12 days)" in gui.words(box))
    assert "Enter its value and expiry date for Box, then run a test." in gui.words(box)
    assert gui.part("openSmtpButton").text() == "Open Box"
    assert "3. When that works" in box.accessibleName()


def test_a_double_click_opens_the_smtp(gui, mixed):
    mixed.double_click_row("Later")
    gui.until(lambda: mixed.shows_panel_of("Later"))


def test_enter_opens_the_smtp(gui, mixed):
    mixed.click_row("Box")
    gui.press("Return")
    gui.until(lambda: mixed.shows_panel_of("Box"))
    assert gui.selected() == ["Box"]


def test_the_button_opens_the_smtp_even_if_the_search_hides_its_card(gui, mixed):
    gui.press("Ctrl+1")
    gui.press("Ctrl+F")
    gui.write("relay")
    gui.until(lambda: gui.names() == ["Relay", "Relay_copy"])
    gui.press("Ctrl+4")
    mixed.click_row("Box")
    gui.click("openSmtpButton")
    gui.until(lambda: mixed.shows_panel_of("Box"))


def test_where_several_end_at_once_it_is_asked_which(gui, mixed):
    mixed.click_row("Relay, Relay_copy")
    gui.press("Return")
    menu = mixed.menu()
    assert [action.text() for action in menu.actions()] == ["Relay", "Relay_copy"]
    gui.qtbot.keyClick(menu, Qt.Key.Key_Down)
    gui.qtbot.keyClick(menu, Qt.Key.Key_Return)
    gui.until(lambda: mixed.shows_panel_of("Relay_copy"))


def test_unsaved_changes_are_asked_about_on_their_page(gui, mixed):
    gui.press("Ctrl+1")
    gui.open_card("Relay")
    gui.enter("nameField", "Typed")
    gui.press("Ctrl+4")
    mixed.double_click_row("Box")
    dialog = gui.dialog("unsavedDialog")
    assert gui.visible("smtpPage")
    gui.click("discardButton", dialog)
    gui.until(lambda: mixed.shows_panel_of("Box"))


def test_segments_and_search_show_only_these(gui, mixed):
    gui.click("soonSegment", mixed.page)
    assert mixed.names() == ["Outlook", "Gone", "Box"]
    gui.press("Ctrl+F")
    gui.write("BOX")
    assert mixed.names() == ["Box"]
    gui.click("allSegment", mixed.page)
    gui.enter("searchField", "relay.ex", gui.window)
    assert mixed.names() == ["Relay, Relay_copy"]
    gui.write("xyz")
    assert "Nothing found" in gui.words(gui.part("noMatchState", mixed.page))
    # The badge counts all of them nevertheless.
    assert mixed.badge() == "! 3"
    gui.press("Ctrl+1")
    assert gui.part("searchField").text() == ""


def test_the_current_row_stays_while_others_come(gui, mixed):
    mixed.click_row("Later")
    mixed.have_secret("Sooner", 100)
    gui.until(lambda: "Sooner" in mixed.names())
    assert mixed.page.current().names == "Later"
    gui.click("soonSegment", mixed.page)
    gui.click("allSegment", mixed.page)
    assert mixed.page.current().names == "Outlook"  # where it was is not shown: the first one


def test_nothing_soon_says_what_the_list_knows_of(gui, dates):
    dates.have_secret("Later", 300)
    gui.open()
    dates.open_page()
    gui.click("soonSegment", dates.page)
    words = gui.words(gui.part("emptyState", dates.page))
    assert "Nothing known expires soon" in words
    assert "certificates of servers that were tested or checked" in words


def test_narrow_pages_leave_out_the_last_column_and_elide(gui, mixed):
    assert not mixed.table.isColumnHidden(DateColumn.STEPS)
    gui.window.resize(960, 600)
    gui.until(lambda: mixed.table.isColumnHidden(DateColumn.STEPS))
    index = mixed.table.model().index(2, DateColumn.WHAT)
    assert tip_as_read(index.data(Qt.ItemDataRole.ToolTipRole)) == f"Client secret of the app {APP}"
    for name in ("openSmtpButton", "dateAdvice", "soonSegment"):
        part = gui.part(name, mixed.page)
        assert mixed.page.rect().contains(part.mapTo(mixed.page, part.rect().bottomRight()))
    steps = tip_as_read(mixed.table.model().index(2, DateColumn.STEPS).data(Qt.ItemDataRole.ToolTipRole))
    assert [line[:3] for line in steps.splitlines()] == ["1. ", "2. ", "3. "]


def test_keys_lead_to_the_page_and_it_creates_nothing(gui, dates):
    dates.have_secret("Box", 3)
    gui.open()
    gui.press("Ctrl+4")
    assert gui.visible("datesPage")
    assert not gui.visible("createButton")
    assert not gui.panel.isVisible()
    assert not gui.visible("checkAllButton")


def test_the_window_closes_while_the_page_is_shown(gui, dates):
    dates.have_secret("Box", 3)
    gui.open()
    dates.open_page()
    gui.close_window()


def test_a_server_cant_write_over_the_page(gui, dates):
    gui.have("Relay", host_name="relay.example")
    leaf = fact("relay.example", 300).security.chain[0]
    rude = replace(leaf, subject=leaf.issuer, fingerprint="99" * 32, valid_until=leaf.valid_until - timedelta(days=9))
    rude = replace(rude, subject="<b>Evil</b>\n\u202eCA", issuer="x")
    leaf = replace(leaf, issuer=rude.subject)
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(leaf, rude))
    gui.health.learn(ServerFact(host="relay.example", port=587, security=security))
    gui.open()
    dates.open_page()
    gui.until(lambda: len(dates.names()) == 2)
    assert dates.cells(DateColumn.WHAT)[0] == "CA certificate <b>Evil</b> CA"
    tip = dates.table.model().index(0, DateColumn.WHAT).data(Qt.ItemDataRole.ToolTipRole)
    assert tip_as_read(tip) == "CA certificate <b>Evil</b> CA"
