"""A small window: what folds, what shrinks, and what makes way for the Info panel."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame
from ui.driver import LEFT
from ui.fitting import faults

from smtp_desktop.ui.cards.card_painter import card_rect

pytestmark = pytest.mark.long


@pytest.fixture
def small(gui):
    """Eight SMTPs in a window of 720 x 450, as it is at 200 % on a laptop."""
    for number in range(8):
        gui.have(f"Relay_{number}")
    gui.open()
    gui.window.resize(720, 450)
    return gui


def first_card(gui):
    """Returns the rectangle of the first card, in the window."""
    rect = card_rect(gui.grid.visualRect(gui.index("Relay_0")), gui.grid._gap)
    return rect.translated(gui.grid.viewport().mapTo(gui.window, QPoint()))


def left_of(gui, widget):
    return widget.mapTo(gui.window, QPoint()).x()


@pytest.mark.parametrize(("window_px", "panel_px"), [(640, 340), (664, 340), (720, 396), (800, 404)])
def test_the_panel_leaves_one_column_of_cards_whole(small, window_px, panel_px):
    small.window.resize(window_px, 450)
    small.open_card("Relay_0")
    small.until(lambda: small.panel.width() == panel_px)
    small.until(lambda: first_card(small).left() >= 56 and first_card(small).right() < left_of(small, small.panel))
    assert small.grid.columns() == 1
    if window_px < 800:
        small.until(lambda: first_card(small).width() == 244)


def test_a_card_that_was_in_sight_stays_so_when_the_panel_opens(small):
    small.click_card("Relay_3")
    small.until(lambda: small.panel.isVisible() and small.grid.columns() == 1)
    small.until(lambda: small.grid.visualRect(small.index("Relay_3")).top() >= 0)
    assert small.grid.viewport().rect().contains(small.position("Relay_3"))


def test_the_breadcrumb_and_the_search_are_short(small):
    assert small.part("configurationCrumb").text() == "…"
    assert small.part("configurationCrumb").toolTip() == "Management › Configuration Management"
    assert not small.visible("managementCrumb")
    assert small.part("searchField").placeholderText() == "Search…"
    assert small.part("searchField").accessibleName() == "Search name, host, address"
    small.window.resize(1200, 700)
    assert small.part("configurationCrumb").text() == "Configuration Management"
    assert small.part("searchField").placeholderText() == "Search name, host, address…"


def test_the_filter_is_a_menu(small):
    small.have_graph("Mailbox")
    small.until(lambda: "Mailbox" in small.names())
    button = small.part("filterMenuButton")
    assert button.text() == "All  ▾"
    small.click(button)
    small.click_entry(small.menu("filterMenu"), "graphFilterAction")
    small.until(lambda: small.names() == ["Mailbox"])
    assert button.text() == "MS Graph API  ▾"
    small.window.resize(1200, 700)
    small.until(lambda: small.visible("graphSegment"))
    assert small.part("graphSegment").isChecked()
    assert not small.visible("filterMenuButton")


def test_filter_and_view_are_both_a_row_or_both_a_menu_whatever_the_width_was_before(small):
    small.open_card("Relay_0")
    for width, in_rows in ((640, False), (1024, False), (640, False), (1440, True), (1024, False), (1440, True)):
        small.window.resize(width, 700)
        for _ in range(3):  # each pass may ask for another one
            small.app.processEvents()
        assert faults(small.window) == []
        assert (small.visible("viewSwitch"), small.visible("filterMenuButton")) == (in_rows, not in_rows)


def test_the_entity_panel_folds_by_itself_and_unfolds_over_the_page(small):
    entities, page = small.part("entityPanel"), small.window.page
    assert entities.width() == 56
    before = page.geometry()
    small.press("F9")
    assert entities.width() == 208
    assert page.geometry() == before
    assert left_of(small, page) < entities.width()
    small.press("Esc")
    assert entities.width() == 56
    small.click("foldButton")
    small.click("activitiesEntry")
    assert entities.width() == 56
    assert small.visible("activitiesPage")


def test_what_folds_for_want_of_room_is_unfolded_in_a_larger_window(small):
    small.press("F9")
    small.press("F9")
    small.window.resize(1200, 700)
    assert small.part("entityPanel").width() == 208
    small.window.resize(720, 450)
    small.close_window()
    small.open()
    small.window.resize(1200, 700)
    assert small.part("entityPanel").width() == 208


@pytest.mark.parametrize(("height", "bars"), [(559, (48, 44, 52)), (560, (56, 56, 64))])
def test_bars_are_lower_in_a_low_window(small, height, bars):
    small.window.resize(720, height)
    small.open_card("Relay_0")
    areas = {frame.property("area"): frame for frame in small.panel.findChildren(QFrame)}
    header, footer = areas["panelHeader"], areas["panelFooter"]
    small.until(lambda: (small.window.bar.height(), header.height(), footer.height()) == bars)


def test_a_panel_that_is_closed_at_the_end_comes_back_as_wide_as_it_was(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    body = gui.window.frame.body
    body._splitter.moveSplitter(body._splitter.width() - 561, 1)
    assert gui.panel.width() == 560
    gui.press("Esc")
    gui.until(lambda: not gui.panel.isVisible())
    gui.close_window()
    gui.open()
    gui.window.resize(1440, 900)
    gui.open_card("Relay")
    gui.until(lambda: gui.panel.width() == 560)


def test_a_narrower_window_does_not_change_how_wide_the_panel_is_to_be(small):
    small.open_card("Relay_0")
    small.until(lambda: small.panel.width() == 396)
    small.window.resize(1440, 900)
    small.until(lambda: small.panel.width() == 404)


def test_the_dots_of_a_covered_edge_open_the_menu(small):
    small.window.resize(640, 400)
    small.open_card("Relay_0")
    small.until(lambda: small.grid.columns() == 1 and small.panel.width() == 340)
    small.qtbot.mouseClick(small.grid.viewport(), LEFT, pos=small.grid.dots(small.index("Relay_0")).center())
    assert small.menu().isVisible()


def test_a_count_that_would_run_into_its_name_is_a_number_alone(gui):
    gui.open()
    gui.window.entities.set_count("deliveries", "150,000 waiting")
    entry = gui.part("deliveriesEntry")
    assert gui.words(entry) == "150,000"
    assert entry.toolTip() == "150,000 waiting"
    gui.window.entities.set_count("deliveries", "1 waiting")
    assert gui.words(entry) == "1 waiting"


def test_the_search_field_keeps_its_prompt_clear_of_the_key(gui):
    gui.open()
    field, key = gui.part("searchField"), gui.window.bar.search._key
    for width in (1440, 1100, 1000):
        gui.window.resize(width, 700)
        words_px = field.fontMetrics().horizontalAdvance(field.placeholderText())
        assert not key.isVisible() or 11 + words_px <= key.x()


def test_what_scrolls_over_the_cards_scrolls_them(small):
    small.until(lambda: small.grid.verticalScrollBar().maximum() > 0)
    over = small.grid._bar_over
    assert over is not None
    assert over.isVisible()
    over.setValue(over.maximum())
    assert small.grid.verticalScrollBar().value() == over.maximum()
    assert small.grid.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
