"""Cards: opening, the menu, keys, search and what a card shows."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from ui.driver import tip_as_read

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.card_painter import dots_rect
from smtp_desktop.ui.cards.smtp_words import warning_word
from smtp_desktop.ui.theme.theme import LIGHT

ORDER = [
    *("editAction", "duplicateAction", "testAction", "checkAction", "pauseAction", "setDefaultAction"),
    *("", "deleteAction"),
]


def entries(menu):
    """The menu's actions below its title; a separator is an empty name."""
    return [a.objectName() for a in menu.actions() if a.isSeparator() or a.objectName()]


def test_a_click_opens_the_panel_and_leaves_the_focus_on_the_cards(gui):
    gui.have("Relay")
    gui.open()
    gui.click_card("Relay")
    assert gui.panel.isVisible()
    assert gui.typed("nameField") == "Relay"
    assert gui.focus() is gui.grid
    assert gui.selected() == ["Relay"]


def test_a_double_click_puts_the_cursor_in_the_first_field(gui):
    gui.have("Relay")
    gui.open()
    gui.qtbot.mouseDClick(gui.grid.viewport(), Qt.MouseButton.LeftButton, pos=gui.position("Relay"))
    # Only that ends a double-click: until then, a move would drag.
    gui.qtbot.mouseRelease(gui.grid.viewport(), Qt.MouseButton.LeftButton, pos=gui.position("Relay"))
    assert gui.focus().objectName() == "nameField"


@pytest.mark.parametrize("name", ["SMTP_01", "SMTP_04", "SMTP_06", "SMTP_08"])
def test_a_double_click_edits_the_card_of_its_first_press_wherever_the_cards_move(gui, name):
    for number in range(1, 9):
        gui.have(f"SMTP_0{number}")
    gui.open()
    # As the system hands it over: to whatever the second press meets, since the panel is open by then.
    at = gui.grid.viewport().mapTo(gui.window, gui.position(name))
    QTest.mouseDClick(gui.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    gui.until(lambda: gui.typed("nameField") == name)
    gui.until(lambda: gui.focus().objectName() == "nameField")
    assert gui.selected() == [name]
    assert not gui.field("nameField").hasSelectedText()


def test_after_a_click_the_next_one_elsewhere_is_no_double_click(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    handle, left, none = gui.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for name in ("Alpha", "Beta"):
        at = gui.grid.viewport().mapTo(gui.window, gui.position(name))
        QTest.mouseClick(handle, left, none, at)
        gui.until(lambda name=name: gui.typed("nameField") == name)
    assert gui.focus() is gui.grid


@pytest.mark.parametrize("key", ["Return", "Enter"])
def test_enter_puts_the_cursor_in_the_first_field(gui, key):
    gui.have("Relay")
    gui.open()
    gui.press("Right")
    gui.press(key)
    assert gui.panel.isVisible()
    assert gui.typed("nameField") == "Relay"
    assert gui.focus().objectName() == "nameField"


def test_a_right_click_opens_the_menu_in_order(gui):
    gui.have("Relay", is_default=True)
    gui.open()
    menu = gui.right_click_card("Relay")
    assert entries(menu) == ORDER
    assert not menu.findChild(QAction, "setDefaultAction").isEnabled()
    assert gui.selected() == ["Relay"]
    assert not gui.panel.isVisible()


def test_the_three_dots_appear_on_hover_and_open_the_menu(gui):
    gui.have("First")
    gui.have("Relay")
    gui.open()
    viewport = gui.grid.viewport()
    dots = dots_rect(gui.grid.visualRect(gui.index("Relay")))
    gui.qtbot.mouseMove(viewport, viewport.rect().bottomRight())
    without = viewport.grab(dots).toImage()
    gui.qtbot.mouseMove(viewport, dots.center())
    gui.until(lambda: viewport.grab(dots).toImage() != without)
    gui.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=dots.center())
    assert entries(gui.menu()) == ORDER
    assert not gui.panel.isVisible()


def test_the_menu_key_opens_the_menu_of_the_selected_card(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.press("Right")
    assert gui.selected() == ["Beta"]
    # The offscreen platform makes no such event of the key.
    menu_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    gui.app.sendEvent(gui.focus(), menu_key)
    menu = gui.menu()
    assert entries(menu) == ORDER
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    gui.no_dialog("moreActionsMenu")


def test_the_menu_of_a_mailbox_can_read_it_too(gui):
    gui.have_graph("Invoices")
    gui.open()
    menu = gui.right_click_card("Invoices")
    assert entries(menu) == [*ORDER[:4], "readMailboxAction", *ORDER[4:]]
    assert all(a.isEnabled() for a in menu.actions() if a.objectName())


def test_edit_in_the_menu_opens_the_form_on_that_smtp(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.choose("Beta", "editAction")
    gui.until(gui.panel.isVisible)
    assert gui.typed("nameField") == "Beta"
    assert gui.focus().objectName() == "nameField"


def test_set_as_default_in_the_menu(gui):
    gui.have("Alpha", is_default=True)
    gui.have("Beta")
    gui.open()
    gui.choose("Beta", "setDefaultAction")
    gui.until(lambda: gui.card("Beta").is_default)
    assert not gui.card("Alpha").is_default
    assert gui.stored("Beta").is_default
    assert not gui.stored("Alpha").is_default


def test_arrows_move_between_cards(gui):
    for name in ("A", "B", "C", "D", "E", "F", "G", "H"):
        gui.have(name)
    gui.open()
    columns = gui.grid.columns()
    assert columns > 2
    gui.press("Right")
    assert gui.selected() == ["B"]
    gui.press("Down")
    assert gui.selected() == [gui.names()[1 + columns]]
    gui.press("Up")
    gui.press("Left")
    assert gui.selected() == ["A"]


def test_typing_on_the_grid_goes_to_a_name_that_begins_so(gui):
    for name in ("Alpha", "Beta", "Bravo"):
        gui.have(name)
    gui.open()
    gui.write("br")
    assert gui.selected() == ["Bravo"]


def test_a_change_of_the_cards_takes_nobody_back_to_the_selected_one(gui):
    for number in range(40):
        gui.have(f"Relay_{number:02}")
    gui.open()
    gui.click_card("Relay_00")
    bar = gui.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    with gui.qtbot.waitSignal(gui.window.cards.modelReset):
        gui.have("Zulu")
    assert gui.selected() == ["Relay_00"]
    assert not gui.grid.is_in_view(gui.index("Relay_00"))
    assert gui.grid.is_in_view(gui.index("Relay_39"))


def test_a_card_shows_the_latest_result_and_the_last_14(gui):
    works = gui.have("Works")
    fails = gui.have("Fails")
    gui.have("Untried")
    for _ in range(16):
        gui.have_result(works)
    gui.have_result(fails, duration_ms=50.0)
    gui.have_result(
        fails, ok=False, stage=Stage.SIGN_IN, kind=FailureKind.REPLY, reply="535 5.7.8 no", duration_ms=100.0
    )
    gui.open()
    assert gui.card("Works").status == "Working · just now"
    assert len(gui.card("Works").bars) == 14
    assert gui.card("Fails").status == "Sign-in refused · just now"
    assert gui.card("Fails").bars == ((True, 0.5), (False, 1.0))
    assert gui.card("Untried").status == "Never tested"
    assert gui.card("Untried").bars == ()


def test_a_card_says_that_it_works_but(gui):
    relay = gui.have("Relay", tls=False)
    gui.have_result(relay, warnings=(WarningKind.SPF_EXCLUDES, WarningKind.DMARC_BROKEN))
    gui.open()
    card = gui.card("Relay")
    assert (card.tone, card.status) == (Tone.WARN, "Works, but: not in SPF · just now")
    assert card.bars == ((None, 1.0),)
    assert "Works, but: not in SPF" in gui.index("Relay").data(Qt.ItemDataRole.AccessibleTextRole)
    gui.click("failingSegment")
    assert gui.names() == []


def test_the_bar_and_the_dot_of_what_works_but_are_amber(gui):
    relay = gui.have("Relay")
    gui.have_result(relay, warnings=(WarningKind.SPF_MISSING,))
    gui.open()
    cell = gui.grid.visualRect(gui.index("Relay"))
    painted = gui.grid.viewport().grab(cell).toImage()
    dot = painted.pixelColor(8 + 14 + 4, cell.height() - 8 - 12 - 8)
    assert dot.name() == LIGHT.colors["warn"].lower()


@pytest.mark.parametrize("kind", WarningKind)
def test_every_warning_has_few_words_of_its_own(kind):
    assert 0 < len(warning_word(kind)) <= 16
    assert [other for other in WarningKind if warning_word(other) == warning_word(kind)] == [kind]


def test_a_screen_reader_hears_all_of_a_card(gui):
    gui.have("Relay", is_default=True, tls=False, from_address="no-reply@company.example")
    gui.open()
    spoken = gui.index("Relay").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == (
        "Relay, Default, no-reply@company.example, relay.example:587, Generic, Not encrypted, Never tested"
    )


def test_a_long_name_is_whole_in_the_tool_tip_and_elided_on_the_card(gui):
    name = "N" * 50
    gui.have(name, is_default=True)
    gui.have("N" * 49)
    gui.open()
    assert name in gui.index(name).data(Qt.ItemDataRole.ToolTipRole)
    cell = gui.grid.visualRect(gui.index(name))
    other = gui.grid.visualRect(gui.index("N" * 49))
    assert not cell.intersects(other)
    # Nothing of it is painted in the gap between the cards.
    gap = gui.grid.viewport().grab().toImage().copy(cell.right() - 3, cell.top() + 20, 4, 20)
    colors = {gap.pixelColor(x, y).name() for x in range(gap.width()) for y in range(gap.height())}
    assert "#18212f" not in colors


def test_a_tool_tip_never_reads_a_display_name_as_html(gui):
    gui.have("Relay", from_address='"<b>Ops</b>" <ops@company.example>')
    gui.open()
    tip = gui.index("Relay").data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>Ops</b>" in tip_as_read(tip)


def test_the_keys_of_a_card_do_nothing_without_one(gui):
    gui.open()
    gui.press("Ctrl+D")
    gui.press("F5")
    gui.press("Del")
    for name in ("duplicateDialog", "testDialog", "deleteDialog"):
        assert not gui.visible(name)


def test_a_reading_that_was_overtaken_takes_nothing_back(gui):
    gui.have("Alpha")
    gui.open()
    gui.until(lambda: gui.names() == ["Alpha"])
    shown: list[list[str]] = []
    gui.window.smtps.cards.modelReset.connect(lambda: shown.append(gui.names()))
    gui.store.slow = True
    gui.window.smtps.load()
    gui.until(gui.store.read.is_set)
    gui.have("Beta")
    gui.until(lambda: gui.names() == ["Alpha", "Beta"])
    gui.store.come.set()
    gui.until(lambda: not gui.window.smtps.loader.is_reading)
    assert shown
    assert all(names == ["Alpha", "Beta"] for names in shown)
