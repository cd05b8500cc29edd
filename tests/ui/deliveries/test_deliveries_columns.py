"""The columns of the deliveries: sorted, hidden, and as wide as what they say."""

import pytest
from PySide6.QtCore import QPoint, Qt
from ui.outbox_driver import accepted

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.ui.deliveries import loader
from smtp_desktop.ui.deliveries.cells import DeliveryColumn


def click_header(gui, outbox, column):
    header = outbox.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    gui.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_click_on_the_header_sorts_which_is_remembered(gui, mixed):
    click_header(gui, mixed, DeliveryColumn.SUBJECT)
    gui.until(lambda: mixed.subjects() == sorted(mixed.subjects()))
    click_header(gui, mixed, DeliveryColumn.SUBJECT)
    gui.until(lambda: mixed.subjects() == sorted(mixed.subjects(), reverse=True))
    click_header(gui, mixed, DeliveryColumn.STATE)
    gui.until(lambda: mixed.subjects() == ["New", "Later", "Lost", "No", "Detour", "Half", "Partly", "Gone"])
    gui.until(lambda: '"sorted_by": "state"' in gui.preferences.all().get("columns.deliveries", ""))


def test_rows_are_sorted_as_it_was_kept_and_stay_so_with_what_is_selected(gui, outbox):
    gui.preferences.put("columns.deliveries", '{"sorted_by": "subject", "descending": false}')
    for subject in ("Delta", "Alpha", "Charlie"):
        outbox.have(subject)
    gui.open()
    outbox.open_page()
    gui.until(lambda: outbox.subjects() == ["Alpha", "Charlie", "Delta"])
    outbox.click_row("Charlie")
    outbox.have("Bravo")
    gui.until(lambda: outbox.subjects() == ["Alpha", "Bravo", "Charlie", "Delta"])
    assert [delivery.subject for delivery in outbox.page.selected()] == ["Charlie"]
    outbox.tried(outbox.stored("Alpha").id, DeliveryState.SENT, accepted())
    gui.until(lambda: outbox.cell("Alpha", DeliveryColumn.STATE) == "Sent")
    click_header(gui, outbox, DeliveryColumn.STATE)
    gui.until(lambda: outbox.subjects() == ["Bravo", "Charlie", "Delta", "Alpha"])
    outbox.tried(outbox.stored("Bravo").id, DeliveryState.SENT, accepted())
    gui.until(lambda: outbox.subjects() == ["Charlie", "Delta", "Bravo", "Alpha"])
    assert [delivery.subject for delivery in outbox.page.selected()] == ["Charlie"]


@pytest.mark.long
def test_of_very_many_the_first_are_sorted_and_that_is_said(gui, outbox, monkeypatch):
    monkeypatch.setattr(loader, "PAGE_ROWS", 4)  # thousands of mails would take long
    monkeypatch.setattr(loader, "MOST_SORTED", 10)
    outbox.have_many(30)
    gui.open()
    outbox.open_page()
    click_header(gui, outbox, DeliveryColumn.SUBJECT)
    gui.until(lambda: outbox.subjects() == sorted(f"Mail {number + 1}" for number in range(30))[:10])
    gui.until(lambda: "Only the first 10 are sorted" in gui.part("partNote").text())
    click_header(gui, outbox, DeliveryColumn.TIME)
    gui.until(lambda: len(outbox.subjects()) >= 20)
    assert not gui.visible("partNote")


def test_times_are_not_cut(mixed):
    for width in (1440, 1000, 960):
        if width < mixed.gui.window.width():
            mixed.gui.window.resize(width, 700)
        mixed.gui.until(lambda width=width: width - 260 < mixed.page.width() < width)
        words = mixed.cells(DeliveryColumn.TIME)
        wanted = max(mixed.table.fontMetrics().horizontalAdvance(one) for one in words)
        assert mixed.table.columnWidth(DeliveryColumn.TIME) >= wanted + 16


def test_columns_are_hidden_from_the_menu_of_a_row_and_that_is_kept(gui, mixed):
    menu = mixed.right_click("New")
    columns = next(action.menu() for action in menu.actions() if action.menu())
    next(action for action in columns.actions() if action.objectName() == "toColumnAction").trigger()
    assert mixed.table.isColumnHidden(DeliveryColumn.TO)
    gui.until(lambda: '"hidden": ["to"]' in gui.preferences.all().get("columns.deliveries", ""))


def test_the_columns_are_as_they_were_kept(gui, outbox):
    gui.preferences.put("columns.deliveries", '{"widths": {"activity": 77}, "hidden": ["to"]}')
    outbox.have("New")
    gui.open()
    outbox.open_page()
    assert outbox.table.isColumnHidden(DeliveryColumn.TO)
    assert outbox.table.columnWidth(DeliveryColumn.ACTIVITY) == 77


def test_a_narrow_page_leaves_out_columns_and_has_its_filter_in_a_menu(gui, mixed):
    gui.window.resize(960, 600)
    mixed.open_row("No")
    gui.until(lambda: mixed.page.width() < 560)
    hidden = [column for column in DeliveryColumn if mixed.table.isColumnHidden(column)]
    assert hidden == [DeliveryColumn.TIME, DeliveryColumn.ACTIVITY, DeliveryColumn.SMTP, DeliveryColumn.TO]
    for name in ("filterMenuButton", "exportButton"):
        button = gui.part(name)
        gui.until(lambda b=button: b.width() >= b.fontMetrics().horizontalAdvance(b.text()))
        assert mixed.page.rect().contains(button.mapTo(mixed.page, button.rect().bottomRight()))
