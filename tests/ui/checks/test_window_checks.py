"""Checking several SMTPs from the window: choosing them, watching, stopping, and what it comes to."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from ui.timelines import refused

from smtp_desktop.domain.diagnosis.conversation import Stage

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NAMES = ("Alpha", "Beta", "Delta", "Gamma")


@pytest.fixture
def four(gui):
    """A window with four SMTPs, of which Beta refuses the sign-in."""
    for name in NAMES:
        gui.have(name)
    gui.transport.by_host["beta.example"] = refused(Stage.SIGN_IN, "no")
    gui.open()
    return gui


def click_with(gui, name, key):
    gui.qtbot.mouseClick(gui.grid.viewport(), Qt.MouseButton.LeftButton, key, gui.position(name))


def select(gui, *names):
    for name in names:
        click_with(gui, name, CTRL)


def hosts(gui):
    return sorted(call.server.host_name.split(".")[0].capitalize() for call in gui.transport.conversations)


def strip_words(gui):
    return gui.part("checkWords").text()


def all_wait(gui, count):
    """As many conversations wait for their server."""
    for _ in range(count):
        gui.until(lambda: gui.transport.waiting.acquire(blocking=False))


def test_ctrl_click_and_shift_click_select_without_opening_anything(four):
    select(four, "Alpha", "Delta")
    assert four.selected() == ["Alpha", "Delta"]
    click_with(four, "Alpha", CTRL)
    assert four.selected() == ["Delta"]
    click_with(four, "Gamma", SHIFT)
    assert sorted(four.selected()) == list(NAMES)
    assert not four.panel.isVisible()
    four.open_card("Beta")
    assert four.selected() == ["Beta"]


def test_f5_checks_all_that_are_selected_and_no_other(four):
    select(four, "Alpha", "Gamma")
    four.press("F5")
    four.until(lambda: strip_words(four) == "2 checked: 2 working, 0 failed")
    assert hosts(four) == ["Alpha", "Gamma"]
    assert four.card("Alpha").status == "Working · just now"
    assert four.card("Beta").status == "Never tested"
    assert four.selected() == ["Alpha", "Gamma"]
    assert not four.visible("testDialog")
    assert not four.visible("showFailingButton")


def test_the_keyboard_selects_several_too(four):
    four.press("Home")
    four.press("Shift+Right")
    assert four.selected() == ["Alpha", "Beta"]
    four.press("F5")
    four.until(lambda: strip_words(four) == "2 checked: 1 working, 1 failed")
    four.press("Ctrl+A")
    assert four.selected() == list(NAMES)
    four.press("F5")
    four.until(lambda: strip_words(four) == "4 checked: 3 working, 1 failed")


def test_the_panel_closes_with_several_selected_unless_something_is_typed_there(four):
    four.open_card("Alpha")
    click_with(four, "Beta", CTRL)
    assert four.selected() == ["Alpha", "Beta"]
    four.until(lambda: not four.panel.isVisible())
    four.open_card("Alpha")
    four.enter("signatureField", "typed")
    click_with(four, "Beta", CTRL)
    assert four.selected() == ["Alpha", "Beta"]
    assert four.panel.isVisible()
    assert four.field("signatureField").toPlainText() == "typed"


def test_the_menu_of_several_offers_what_can_be_done_with_all_of_them(four):
    select(four, "Alpha", "Beta", "Delta")
    menu = four.right_click_card("Beta")
    assert four.selected() == ["Alpha", "Beta", "Delta"]
    named = [action for action in menu.actions() if action.objectName()]
    assert [action.objectName().removesuffix("Action") for action in named] == [
        *("check", "test", "replace", "editFields", "compare", "export", "pause", "delete")
    ]
    assert named[0].text() == "Check 3 connections\tF5"
    four.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(named[0]).center())
    four.until(lambda: strip_words(four) == "3 checked: 2 working, 1 failed")


def test_the_menu_of_another_card_is_for_that_one_alone(four):
    select(four, "Alpha", "Beta")
    menu = four.right_click_card("Gamma")
    assert four.selected() == ["Gamma"]
    assert menu.findChild(QAction, "editAction")


def test_keys_for_one_do_nothing_with_several(four):
    select(four, "Alpha", "Beta")
    for key in ("Ctrl+D", "Ctrl+T"):
        four.press(key)
    assert not any(four.visible(name) for name in ("duplicateDialog", "testDialog"))


def test_a_change_of_the_cards_keeps_the_selection(four):
    select(four, "Alpha", "Gamma")
    four.profiles.set_default(four.stored("Delta").id)
    four.until(lambda: four.names()[0] == "Delta")
    assert sorted(four.selected()) == ["Alpha", "Gamma"]


def test_the_cards_stay_where_they_are_when_the_checks_end(four):
    four.transport.block()
    four.click("checkAllButton")
    all_wait(four, 4)
    four.until(lambda: four.visible("cancelChecksButton"))
    top = four.grid.mapTo(four.window, QPoint(0, 0)).y()
    four.transport.release()
    four.until(lambda: four.visible("closeSummaryButton"))
    assert four.grid.mapTo(four.window, QPoint(0, 0)).y() == top


def test_while_it_runs_the_window_shows_how_far_it_is_and_can_be_used(four):
    four.transport.block()
    four.click("checkAllButton")
    all_wait(four, 4)
    assert strip_words(four) == "Checking 0 of 4"
    assert four.part("checkProgress").accessibleName() == "Checking 0 of 4"
    assert {four.card(name).status for name in NAMES} == {"Trying…"}
    four.open_card("Alpha")
    four.enter("signatureField", "Yours")
    four.press("Ctrl+S")
    four.until(lambda: four.stored("Alpha").signature == "Yours")
    four.transport.release()
    four.until(lambda: strip_words(four) == "4 checked: 3 working, 1 failed")
    assert not four.visible("cancelChecksButton")


def test_asking_again_while_it_runs_tries_nothing_twice(four):
    four.transport.block()
    four.click("checkAllButton")
    all_wait(four, 4)
    four.click("checkAllButton")
    four.press("Shift+F5")
    four.transport.release()
    four.until(lambda: strip_words(four) == "4 checked: 3 working, 1 failed")
    assert hosts(four) == list(NAMES)


def test_one_that_a_dialog_tries_is_left_alone(four):
    four.transport.block()
    four.click_card("Alpha")
    four.press("F5")
    four.dialog("testDialog")
    all_wait(four, 1)
    four.window.activateWindow()
    four.click("checkAllButton")
    all_wait(four, 3)
    assert strip_words(four) == "Checking 0 of 3"
    four.transport.release()
    four.until(lambda: strip_words(four) == "3 checked: 2 working, 1 failed")
    assert hosts(four) == list(NAMES)


def test_what_is_asked_for_meanwhile_joins(four):
    four.transport.block()
    select(four, "Alpha", "Beta")
    four.press("F5")
    all_wait(four, 2)
    four.click("checkAllButton")
    all_wait(four, 2)
    assert strip_words(four) == "Checking 0 of 4"
    four.transport.release()
    four.until(lambda: strip_words(four) == "4 checked: 3 working, 1 failed")
    assert hosts(four) == list(NAMES)


def test_cancel_stops_them_all(four):
    four.transport.block()
    four.click("checkAllButton")
    all_wait(four, 4)
    four.click("cancelChecksButton")
    four.until(lambda: strip_words(four) == "Stopped after 0 of 4: 0 working, 0 failed")
    assert all(call.cancel.requested for call in four.transport.conversations)
    assert {four.card(name).status for name in NAMES} == {"Never tested"}
    assert four.health.latest(1) == {}
    # And it can be done anew.
    four.transport.release()
    four.click("checkAllButton")
    four.until(lambda: strip_words(four) == "4 checked: 3 working, 1 failed")


def test_the_summary_leads_to_those_that_fail(four):
    four.click("checkAllButton")
    four.until(lambda: strip_words(four) == "4 checked: 3 working, 1 failed")
    four.click("showFailingButton")
    assert four.names() == ["Beta"]
    assert four.part("failingSegment").isChecked()
    four.click("closeSummaryButton")
    assert not four.visible("checkStrip")


def test_a_locked_vault_is_asked_for_once_and_before_anything_is_tried(four):
    four.vault.locked = True
    four.click("checkAllButton")
    dialog = four.dialog("masterPasswordDialog")
    assert four.transport.conversations == []
    four.write("sesame")
    four.click("okButton", dialog)
    four.until(lambda: strip_words(four) == "4 checked: 3 working, 1 failed")
    assert not four.visible("masterPasswordDialog")
    assert hosts(four) == list(NAMES)


def test_without_the_master_password_the_summary_says_that_nothing_was_tried(four):
    four.vault.locked = True
    four.click("checkAllButton")
    four.dialog("masterPasswordDialog")
    four.press("Esc")
    four.no_dialog("masterPasswordDialog")
    assert strip_words(four) == "0 checked: 0 working, 0 failed, 4 couldn't be checked"
    assert {four.card(name).status for name in NAMES} == {"Never tested"}


def test_closing_the_window_stops_them(four):
    four.transport.block()
    four.click("checkAllButton")
    all_wait(four, 4)
    four.close_window()
    assert all(call.cancel.requested for call in four.transport.conversations)


def test_a_click_beside_the_cards_selects_none(four):
    select(four, "Alpha", "Beta")
    beside = four.grid.viewport().rect().bottomRight() - QPoint(5, 5)
    assert four.grid.indexAt(beside) == QModelIndex()
    four.qtbot.mouseClick(four.grid.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert four.selected() == []
