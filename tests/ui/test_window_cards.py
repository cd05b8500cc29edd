"""Cards: opening, the menu, keys, search and what a card tells."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from window_world import tip_as_read

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.card_painter import dots_rect
from smtp_desktop.ui.cards.smtp_words import warning_word
from smtp_desktop.ui.theme.theme import LIGHT

ORDER = ["editAction", "duplicateAction", "testAction", "checkAction", "setDefaultAction", "", "deleteAction"]


def entries(menu):
    """The menu's actions below its title; a separator is an empty name."""
    return [a.objectName() for a in menu.actions() if a.isSeparator() or a.objectName()]


def test_a_click_opens_the_panel_and_leaves_the_focus_on_the_cards(world):
    world.have("Relay")
    world.open()
    world.click_card("Relay")
    assert world.panel.isVisible()
    assert world.typed("nameField") == "Relay"
    assert world.focus() is world.grid
    assert world.selected() == ["Relay"]


def test_a_double_click_puts_the_cursor_in_the_first_field(world):
    world.have("Relay")
    world.open()
    world.qtbot.mouseDClick(world.grid.viewport(), Qt.MouseButton.LeftButton, pos=world.place("Relay"))
    # Only that ends a double-click: until then, a move would drag.
    world.qtbot.mouseRelease(world.grid.viewport(), Qt.MouseButton.LeftButton, pos=world.place("Relay"))
    assert world.focus().objectName() == "nameField"


@pytest.mark.parametrize("key", ["Return", "Enter"])
def test_enter_puts_the_cursor_in_the_first_field(world, key):
    world.have("Relay")
    world.open()
    world.press("Right")
    world.press(key)
    assert world.panel.isVisible()
    assert world.typed("nameField") == "Relay"
    assert world.focus().objectName() == "nameField"


def test_a_right_click_opens_the_menu_in_order(world):
    world.have("Relay", is_default=True)
    world.open()
    menu = world.right_click_card("Relay")
    assert entries(menu) == ORDER
    assert not menu.findChild(QAction, "setDefaultAction").isEnabled()
    assert world.selected() == ["Relay"]
    assert not world.panel.isVisible()


def test_the_three_dots_appear_on_hover_and_open_the_menu(world):
    world.have("First")
    world.have("Relay")
    world.open()
    viewport = world.grid.viewport()
    dots = dots_rect(world.grid.visualRect(world.index("Relay")))
    world.qtbot.mouseMove(viewport, viewport.rect().bottomRight())
    without = viewport.grab(dots).toImage()
    world.qtbot.mouseMove(viewport, dots.center())
    world.until(lambda: viewport.grab(dots).toImage() != without)
    world.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=dots.center())
    assert entries(world.menu()) == ORDER
    assert not world.panel.isVisible()


def test_the_menu_key_opens_the_menu_of_the_selected_card(world):
    world.have("Alpha")
    world.have("Beta")
    world.open()
    world.press("Right")
    assert world.selected() == ["Beta"]
    # The offscreen platform makes no such event of the key.
    menu_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    world.app.sendEvent(world.focus(), menu_key)
    menu = world.menu()
    assert entries(menu) == ORDER
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    world.no_dialog("moreActionsMenu")


def test_the_menu_of_a_mailbox_can_read_it_too(world):
    world.have_graph("Invoices")
    world.open()
    menu = world.right_click_card("Invoices")
    assert entries(menu) == [*ORDER[:4], "readMailboxAction", *ORDER[4:]]
    assert all(a.isEnabled() for a in menu.actions() if a.objectName())


def test_edit_in_the_menu_opens_the_form_on_that_smtp(world):
    world.have("Alpha")
    world.have("Beta")
    world.open()
    world.choose("Beta", "editAction")
    world.until(world.panel.isVisible)
    assert world.typed("nameField") == "Beta"
    assert world.focus().objectName() == "nameField"


def test_set_as_default_in_the_menu(world):
    world.have("Alpha", is_default=True)
    world.have("Beta")
    world.open()
    world.choose("Beta", "setDefaultAction")
    world.until(lambda: world.card("Beta").is_default)
    assert not world.card("Alpha").is_default
    assert world.stored("Beta").is_default
    assert not world.stored("Alpha").is_default


def test_arrows_move_between_cards(world):
    for name in ("A", "B", "C", "D", "E", "F", "G", "H"):
        world.have(name)
    world.open()
    columns = world.grid.columns()
    assert columns > 2
    world.press("Right")
    assert world.selected() == ["B"]
    world.press("Down")
    assert world.selected() == [world.names()[1 + columns]]
    world.press("Up")
    world.press("Left")
    assert world.selected() == ["A"]


def test_typing_on_the_grid_goes_to_a_name_that_begins_so(world):
    for name in ("Alpha", "Beta", "Bravo"):
        world.have(name)
    world.open()
    world.write("br")
    assert world.selected() == ["Bravo"]


def test_a_change_of_the_cards_takes_nobody_back_to_the_selected_one(world):
    for number in range(40):
        world.have(f"Relay_{number:02}")
    world.open()
    world.click_card("Relay_00")
    bar = world.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    with world.qtbot.waitSignal(world.window.cards.modelReset):
        world.have("Zulu")
    assert world.selected() == ["Relay_00"]
    assert not world.grid.is_in_view(world.index("Relay_00"))
    assert world.grid.is_in_view(world.index("Relay_39"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ALPHA", ["Alpha"]),
        ("mx.beta", ["Beta"]),
        ("Billing@", ["Gamma"]),
        ("gamma-user", ["Gamma"]),
        ("a", ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_search_looks_at_name_host_and_address(world, typed, found):
    world.have("Alpha", host_name="one.example", user_name="x@one.example")
    world.have("Beta", host_name="MX.beta.example", user_name="y@two.example")
    world.have("Gamma", host_name="h.example", user_name="gamma-user", from_address="billing@h.example")
    world.open()
    world.press("Ctrl+F")
    assert world.focus().objectName() == "searchField"
    world.write(typed)
    assert world.names() == found


def test_search_without_a_match_says_so_and_is_taken_back(world):
    world.have("Alpha")
    world.open()
    world.enter("searchField", "zzz", world.window)
    assert world.visible("noMatchState")
    assert not world.visible("emptyState")
    world.enter("searchField", "", world.window)
    assert world.names() == ["Alpha"]
    assert not world.visible("noMatchState")


def test_the_selection_survives_a_search_that_hid_it(world):
    world.have("Alpha")
    world.have("Beta")
    world.open()
    world.open_card("Beta")
    world.enter("searchField", "bet", world.window)
    assert world.selected() == ["Beta"]
    world.enter("searchField", "alp", world.window)
    assert world.selected() == []
    world.enter("searchField", "", world.window)
    assert world.selected() == ["Beta"]
    assert world.typed("nameField") == "Beta"


def test_the_selection_survives_a_change_of_segment(world):
    world.have("Alpha")
    world.have("Beta")
    world.open()
    world.open_card("Beta")
    world.click("genericSegment")
    assert world.selected() == ["Beta"]
    world.click("graphSegment")
    assert world.names() == []
    world.click("allSegment")
    assert world.selected() == ["Beta"]


def test_segments(world):
    bad = world.have("Alpha")
    good = world.have("Beta")
    world.have_graph("Mailbox")
    world.have_result(bad, ok=False, stage=Stage.CONNECT, kind=FailureKind.REFUSED)
    world.have_result(good)
    world.open()
    shown = {}
    for segment in ("generic", "graph", "failing", "all"):
        world.click(f"{segment}Segment")
        shown[segment] = world.names()
    assert shown == {
        "generic": ["Alpha", "Beta"],
        "graph": ["Mailbox"],
        "failing": ["Alpha"],
        "all": ["Alpha", "Beta", "Mailbox"],
    }


def test_a_card_tells_the_latest_result_and_the_last_14(world):
    works = world.have("Works")
    fails = world.have("Fails")
    world.have("Untried")
    for _ in range(16):
        world.have_result(works)
    world.have_result(fails, duration_ms=50.0)
    world.have_result(
        fails, ok=False, stage=Stage.SIGN_IN, kind=FailureKind.REPLY, reply="535 5.7.8 no", duration_ms=100.0
    )
    world.open()
    assert world.card("Works").status == "Working · just now"
    assert len(world.card("Works").bars) == 14
    assert world.card("Fails").status == "Sign-in refused · just now"
    assert world.card("Fails").bars == ((True, 0.5), (False, 1.0))
    assert world.card("Untried").status == "Never tested"
    assert world.card("Untried").bars == ()


def test_a_card_says_that_it_works_but(world):
    relay = world.have("Relay", tls=False)
    world.have_result(relay, warnings=(WarningKind.SPF_EXCLUDES, WarningKind.DMARC_BROKEN))
    world.open()
    card = world.card("Relay")
    assert (card.tone, card.status) == (Tone.WARN, "Works, but: not in SPF · just now")
    assert card.bars == ((None, 1.0),)
    assert "Works, but: not in SPF" in world.index("Relay").data(Qt.ItemDataRole.AccessibleTextRole)
    world.click("failingSegment")
    assert world.names() == []


def test_the_bar_and_the_dot_of_what_works_but_are_amber(world):
    relay = world.have("Relay")
    world.have_result(relay, warnings=(WarningKind.SPF_MISSING,))
    world.open()
    cell = world.grid.visualRect(world.index("Relay"))
    painted = world.grid.viewport().grab(cell).toImage()
    dot = painted.pixelColor(8 + 14 + 4, cell.height() - 8 - 12 - 8)
    assert dot.name() == LIGHT.warn.lower()


@pytest.mark.parametrize("kind", WarningKind)
def test_every_warning_has_few_words_of_its_own(kind):
    assert 0 < len(warning_word(kind)) <= 16
    assert [other for other in WarningKind if warning_word(other) == warning_word(kind)] == [kind]


def test_a_screen_reader_hears_all_of_a_card(world):
    world.have("Relay", is_default=True, tls=False, from_address="no-reply@company.example")
    world.open()
    spoken = world.index("Relay").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == (
        "Relay, Default, no-reply@company.example, relay.example:587, Generic, Not encrypted, Never tested"
    )


def test_a_long_name_is_whole_in_the_tool_tip_and_elided_on_the_card(world):
    name = "N" * 50
    world.have(name, is_default=True)
    world.have("N" * 49)
    world.open()
    assert name in world.index(name).data(Qt.ItemDataRole.ToolTipRole)
    cell = world.grid.visualRect(world.index(name))
    other = world.grid.visualRect(world.index("N" * 49))
    assert not cell.intersects(other)
    # Nothing of it is painted in the gap between the cards.
    gap = world.grid.viewport().grab().toImage().copy(cell.right() - 3, cell.top() + 20, 4, 20)
    colors = {gap.pixelColor(x, y).name() for x in range(gap.width()) for y in range(gap.height())}
    assert "#18212f" not in colors


def test_a_tool_tip_never_reads_a_display_name_as_html(world):
    world.have("Relay", from_address='"<b>Ops</b>" <ops@company.example>')
    world.open()
    tip = world.index("Relay").data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>Ops</b>" in tip_as_read(tip)


def test_the_keys_of_a_card_do_nothing_without_one(world):
    world.open()
    world.press("Ctrl+D")
    world.press("F5")
    world.press("Del")
    for name in ("duplicateDialog", "testDialog", "deleteDialog"):
        assert not world.visible(name)


def test_a_reading_that_was_overtaken_takes_nothing_back(world):
    world.have("Alpha")
    world.open()
    world.until(lambda: world.names() == ["Alpha"])
    shown: list[list[str]] = []
    world.window.smtps.cards.modelReset.connect(lambda: shown.append(world.names()))
    world.store.slow = True
    world.window.smtps.load()
    world.until(world.store.read.is_set)
    world.have("Beta")
    world.until(lambda: world.names() == ["Alpha", "Beta"])
    world.store.come.set()
    world.until(lambda: not world.window.smtps.loader.is_reading)
    assert shown
    assert all(names == ["Alpha", "Beta"] for names in shown)
