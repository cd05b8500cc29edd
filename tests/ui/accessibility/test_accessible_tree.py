"""What a screen reader is told of every page and dialog: names, roles, states and order."""

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QWidget
from ui.accessibility.accessible_tree import faults_of, too_small, tree_of
from ui.dialog_cases import CASES
from ui.tour import fill, tour

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.ui.accessibility.factory import Factory
from smtp_desktop.ui.theme.theme import LIGHT, put_on

pytestmark = pytest.mark.long

Role = QAccessible.Role


@pytest.fixture(scope="module", autouse=True)
def interfaces(qapp):
    """Ours are installed, as in the program, and all has its size."""
    put_on(qapp, LIGHT)
    window = QWidget()
    Factory().install(window)
    shiboken6.delete(window)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_dialog_can_be_read(qtbot, case):
    window = QWidget()
    window.resize(900, 700)
    dialog = case.make(window)
    dialog.show()
    parts = tree_of(dialog)
    assert faults_of(dialog) == []
    assert parts[0].role is Role.Dialog
    assert parts[0].name == dialog.windowTitle() != ""
    assert too_small(dialog) == []
    assert parts[-1].role in {Role.Button, Role.CheckBox}  # the last one in the footer
    shiboken6.delete(window)


def names(parts, role):
    return [part.name for part in parts if part.role is role]


def test_the_window_is_read_from_the_bar_to_the_panel(gui):
    gui.have("Relay")
    gui.have_graph("Mailbox")
    gui.open()
    gui.open_card("Relay")
    parts = tree_of(gui.window)
    assert faults_of(gui.window) == []
    assert too_small(gui.window) == []
    assert names(parts, Role.PageTab) == ["SMTP", "Activities", "Deliveries", "Dates", "Local inbox"]
    assert [part.name for part in parts if part.selected] == ["SMTP"]
    assert [part.name for part in parts if part.role is Role.RadioButton and part.checked] == [
        "All",
        "Cards",
        "Password",
    ]
    order = [str(part) for part in parts]
    landmarks = (
        "Button 'Main menu'",
        "Button '+ Create New'",
        "PageTabList 'Pages'",
        "RadioButton 'All'",
        "List 'SMTPs'",
        "Button 'Close'",
        "EditableText 'Name'",
        "Button 'Save'",
    )
    places = [order.index(landmark) for landmark in landmarks]
    assert places == sorted(places)
    described = {part.name: part.description for part in parts if part.role is Role.EditableText}
    assert described["Name"].startswith("Required.")
    assert not described["From Address"].startswith("Required.")


@pytest.mark.parametrize("page", ["activities", "deliveries", "dates", "inbox"])
def test_every_other_page_can_be_read(gui, page):
    gui.have("Relay")
    gui.open()
    gui.window.frame.show_page(page)
    gui.finish_work()
    assert faults_of(gui.window) == []
    assert too_small(gui.window) == []
    title = gui.window.frame.page_titles[page]
    assert [part.name for part in tree_of(gui.window) if part.selected] == [title]
    gui.press("Ctrl+N")
    gui.finish_work()
    assert faults_of(gui.window) == []
    assert too_small(gui.window) == []


def test_all_pages_and_panels_can_be_read_when_they_are_full(gui):
    fill(gui)
    gui.open()
    found = [f"{name}: {fault}" for name in tour(gui) for fault in (*faults_of(gui.window), *too_small(gui.window))]
    assert found == []


def test_the_list_is_read_with_its_boxes_and_opened(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.click("listSegment")
    table = gui.part("table")
    assert faults_of(gui.window) == []
    assert too_small(gui.window) == []
    told = QAccessible.queryAccessibleInterface(table)
    assert told.role() is Role.Table
    columns = table.model().columnCount() + 1
    name = QAccessible.Text.Name
    assert [told.child(number).text(name) for number in range(1, 4)] == ["Name", "Type", "From"]
    beta = told.child(2 * columns + 1)
    assert (beta.role(), beta.text(name).split(",")[0]) == (Role.Cell, "Beta")
    beta.actionInterface().doAction("Press")
    gui.until(lambda: gui.visible("smtpPanel") and gui.typed("nameField") == "Beta")


def test_why_an_smtp_fails_is_read_before_its_form(gui):
    relay = gui.have("Relay")
    gui.have_result(relay, ok=False, kind=FailureKind.AUTH_MISSING, stage=Stage.SIGN_IN, reply="535 5.7.8 no")
    gui.open()
    gui.open_card("Relay")
    gui.until(lambda: gui.visible("whyBox"))
    parts = tree_of(gui.panel)
    assert faults_of(gui.window) == []
    order = [part.widget.objectName() for part in parts]
    assert order.index("whyTitle") < order.index("whyAgainButton") < order.index("nameField")


def test_a_small_window_is_read_in_the_same_order(gui):
    gui.have("Relay")
    gui.open()
    gui.window.resize(720, 450)
    gui.open_card("Relay")
    gui.until(lambda: gui.visible("nameField"))
    assert gui.window.width() == 720
    assert faults_of(gui.window) == []
    assert too_small(gui.window) == []
    order = [str(part) for part in tree_of(gui.window)]
    assert order.index("PageTabList 'Pages'") < order.index("List 'SMTPs'") < order.index("EditableText 'Name'")


@pytest.mark.parametrize("page", ["smtp", "activities"])
def test_tab_goes_the_way_that_is_read(gui, page):
    gui.have("Relay")
    gui.open()
    gui.window.frame.show_page(page)
    gui.press("Ctrl+N")
    gui.until(lambda: gui.visible("nameField"))
    panel = gui.window.sections.by_key[page].panel
    parts = [part.widget for part in tree_of(panel)]
    stops = [one for one in parts if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled()]
    # A group of which one is pressed has one stop.
    stops = [one for one in stops if not (isinstance(one, QAbstractButton) and one.group() and not one.isChecked())]
    assert stops[0].objectName() == "closeButton"
    stops[0].setFocus()
    for wanted in stops[1:]:
        gui.press("Tab")
        assert gui.focus() is wanted, (gui.focus().objectName(), wanted.objectName())


def test_a_card_offers_to_be_opened_and_to_show_its_menu(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    cards = QAccessible.queryAccessibleInterface(gui.grid)
    assert (cards.role(), cards.childCount()) == (Role.List, 2)
    beta = cards.child(1)
    assert (beta.role(), beta.parent()) == (Role.ListItem, cards)
    assert beta.text(QAccessible.Text.Name).startswith("Beta, ")
    assert cards.indexOfChild(beta) == 1
    actions = beta.actionInterface()
    assert actions.actionNames() == ["Press", "ShowMenu", "Toggle"]
    actions.doAction("Press")
    gui.until(lambda: gui.visible("smtpPanel") and gui.typed("nameField") == "Beta")
    assert beta.state().selected
    actions.doAction("ShowMenu")
    gui.menu().close()
    assert not cards.child(0).state().selected
    assert cards.child(2) is None


def test_the_pages_and_filters_are_pressed_through_their_interfaces(gui):
    gui.have("Relay")
    gui.open()
    tab = QAccessible.queryAccessibleInterface(gui.part("activitiesEntry"))
    tab.actionInterface().doAction("Press")
    gui.until(lambda: gui.window.frame.current == "activities")
    assert tab.state().selected
    bar = QAccessible.queryAccessibleInterface(gui.part("entityPanel"))
    assert bar.role() is Role.PageTabList
