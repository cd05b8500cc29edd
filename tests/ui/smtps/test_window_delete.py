"""Deleting in the window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from ui.driver import LEFT

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg

pytestmark = pytest.mark.long


def test_the_dialog_names_what_is_lost(gui):
    gui.have("Relay")
    gui.open()
    gui.choose("Relay", "deleteAction")
    dialog = gui.dialog("deleteDialog")
    said = gui.words(dialog)
    assert "Delete Relay?" in said
    for lost in ("can't be undone", "settings", "test results", "password"):
        assert lost in said
    assert not gui.visible("newDefaultField", dialog)


def test_cancel_changes_nothing(gui):
    kept = gui.have("Relay")
    gui.have_result(kept)
    gui.open()
    gui.choose("Relay", "deleteAction")
    gui.click("cancelButton", gui.dialog("deleteDialog"))
    gui.no_dialog("deleteDialog")
    assert gui.names() == ["Relay"]
    assert gui.stored("Relay") is not None
    assert gui.health.latest(1)
    assert len(gui.vault.secrets) == 1


def test_ok_deletes_row_history_and_secrets(gui):
    gone = gui.have("Relay")
    other = gui.have("Other")
    gui.have_result(gone)
    gui.have_result(other)
    gui.open()
    gui.open_card("Relay")
    gui.click_panel("deleteButton")
    gui.click("okButton", gui.dialog("deleteDialog"))
    gui.until(lambda: gui.names() == ["Other"])
    gui.until(lambda: list(gui.vault.secrets) == [gui.stored("Other").server.password_ref])
    assert gui.stored("Relay") is None
    assert list(gui.health.latest(9)) == [other]
    assert not gui.panel.isVisible()
    assert gui.selected() == []


def test_the_last_one_leaves_the_empty_state(gui):
    gui.have("Relay", is_default=True)
    gui.open()
    gui.choose("Relay", "deleteAction")
    dialog = gui.dialog("deleteDialog")
    assert not gui.visible("newDefaultField", dialog)
    assert "no default" in gui.words(dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("emptyState"))


def test_deleting_the_default_asks_for_the_new_one(gui):
    gui.have("Alpha", is_default=True)
    gui.have("Beta")
    gui.have("Gamma")
    gui.open()
    gui.choose("Alpha", "deleteAction")
    dialog = gui.dialog("deleteDialog")
    choice = dialog.findChild(QComboBox, "newDefaultField")
    assert [choice.itemText(row) for row in range(choice.count())] == ["Beta", "Gamma"]
    choice.setFocus()
    gui.press("Down")
    gui.click("okButton", dialog)
    gui.until(lambda: gui.names() == ["Gamma", "Beta"])
    assert gui.card("Gamma").is_default
    assert gui.stored("Gamma").is_default
    assert not gui.stored("Beta").is_default


def test_del_on_the_cards_deletes(gui):
    gui.have("Relay")
    gui.open()
    gui.click_card("Relay")
    gui.press("Del")
    assert gui.dialog("deleteDialog").windowTitle() == "Delete Relay?"


def test_del_in_a_text_field_deletes_text(gui):
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.enter("hostNameField", "abc")
    gui.press("Home")
    gui.press("Del")
    assert gui.typed("hostNameField") == "bc"
    gui.enter("searchField", "Re", gui.window)
    gui.press("Home")
    gui.press("Del")
    assert gui.part("searchField").text() == "e"
    assert not gui.visible("deleteDialog")


def test_a_keyring_that_refuses_is_reported_after_the_row_is_gone(gui):
    gui.have("Relay")
    ref = gui.stored("Relay").server.password_ref
    gui.open()
    gui.choose("Relay", "deleteAction")
    gui.vault.failure = VaultError(msg("The keyring is closed."))
    gui.click("okButton", gui.dialog("deleteDialog"))
    message = gui.dialog("messageDialog")
    said = gui.words(message)
    assert "password is still in the keyring" in said
    assert "The keyring is closed." in said
    assert gui.names() == []
    assert list(gui.vault.secrets) == [ref]


def test_the_secret_left_over_is_erased_at_the_next_start(gui):
    gui.have("Relay")
    gui.vault.failure = VaultError(msg("The keyring is closed."))
    gui.profiles.delete(gui.stored("Relay").id)
    assert gui.vault.secrets
    gui.vault.failure = None
    gui.open()
    gui.until(lambda: not gui.vault.secrets)


def test_deleting_one_keeps_the_form_of_another(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.open_card("Alpha")
    gui.enter("hostNameField", "typed.example")
    gui.choose("Beta", "deleteAction")
    gui.click("okButton", gui.dialog("deleteDialog"))
    gui.until(lambda: gui.names() == ["Alpha"])
    assert gui.typed("hostNameField") == "typed.example"


def test_the_activities_that_use_it_are_named(gui):
    relay, other = gui.have("Relay", is_default=True), gui.have("Other")
    gui.have_activity("Nightly", smtp_id=other)
    gui.have_activity("Alarm", smtp_id=relay, backup_id=other)
    gui.have_activity("Unconcerned")
    gui.open()
    gui.choose("Other", "deleteAction")
    dialog = gui.dialog("deleteDialog")
    said = gui.part("usedByText", dialog).text()
    assert "2 activities" in said
    assert "Alarm, Nightly" in said
    assert "default SMTP" in said
    assert "Unconcerned" not in said
    gui.click("okButton", dialog)
    gui.until(lambda: gui.names() == ["Relay"])
    assert all(other not in (activity.smtp_id, activity.backup_id) for activity in gui.activities.all())


def select_all_but(gui, *names):
    gui.click_card(next(name for name in gui.names() if name not in names))
    gui.press("Ctrl+A")
    for name in names:
        gui.qtbot.mouseClick(gui.grid.viewport(), LEFT, Qt.KeyboardModifier.ControlModifier, gui.position(name))


def test_del_with_several_selected_deletes_them_after_a_question_with_their_number(gui):
    for name in ("Alpha", "Beta", "Gamma"):
        gui.have(name)
    gui.open()
    select_all_but(gui, "Beta")
    assert gui.selected() == ["Alpha", "Gamma"]
    gui.press("Del")
    dialog = gui.dialog("deleteDialog")
    assert dialog.windowTitle() == "Delete 2 SMTPs?"
    assert gui.part("deletedNames", dialog).text() == "Alpha, Gamma"
    assert gui.part("okButton", dialog).accessibleName() == "Delete 2 SMTPs"
    gui.press("Return")
    gui.no_dialog("deleteDialog")
    assert gui.names() == ["Alpha", "Beta", "Gamma"]
    gui.activate()
    gui.press("Del")
    gui.click("okButton", gui.dialog("deleteDialog"))
    gui.until(lambda: gui.names() == ["Beta"])
    assert gui.stored("Beta").server.password_ref in gui.vault.secrets
    # Theirs stay until the backup is dropped that was made before.
    assert len(gui.vault.secrets) == 3
    gui.services.backups.drop_all()
    assert list(gui.vault.secrets) == [gui.stored("Beta").server.password_ref]


def test_deleting_several_with_the_default_asks_for_the_new_one_among_those_that_stay(gui):
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        gui.have(name, is_default=name == "Alpha")
    gui.have_activity("Nightly", smtp_id=gui.stored("Beta").id)
    gui.open()
    select_all_but(gui, "Delta", "Gamma")
    gui.click_entry(gui.right_click_card("Beta"), "deleteAction")
    dialog = gui.dialog("deleteDialog")
    choice = dialog.findChild(QComboBox, "newDefaultField")
    assert [choice.itemText(row) for row in range(choice.count())] == ["Delta", "Gamma"]
    assert "Nightly" in gui.part("usedByText", dialog).text()
    gui.click("okButton", dialog)
    gui.until(lambda: gui.names() == ["Delta", "Gamma"])
    assert gui.stored("Delta").is_default


def test_deleting_all_says_that_there_is_no_default_then(gui):
    for name in ("Alpha", "Beta"):
        gui.have(name, is_default=name == "Alpha")
    gui.have_activity("Nightly", smtp_id=gui.stored("Beta").id)
    gui.open()
    select_all_but(gui)
    gui.press("Del")
    dialog = gui.dialog("deleteDialog")
    assert gui.part("usedByText", dialog).text() == "Activities left without an SMTP: Nightly."
    assert "afterwards there is no default" in gui.words(dialog)
    # One of them was deleted elsewhere meanwhile: the others go all the same.
    gui.profiles.delete(gui.stored("Beta").id)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("emptyState"))


@pytest.mark.long
def test_a_default_that_a_script_moves_meanwhile_is_neither_lost_nor_moved(gui):
    gui.have("Relay", is_default=True)
    gui.have("Other")
    gui.have("Third")
    gui.open()
    gui.choose("Relay", "deleteAction")
    dialog = gui.dialog("deleteDialog")
    gui.store.change(gui.stored("Third").id, lambda third: replace(third, is_default=True))
    gui.click("okButton", dialog)
    assert "no longer the default SMTP" in gui.words(gui.dialog("messageDialog"))
    assert {one.name: one.is_default for one in gui.store.all()} == {"Third": True, "Other": False, "Relay": False}
    gui.click("okButton", gui.dialog("messageDialog"))
    gui.until(lambda: gui.window.cards.default and gui.window.cards.default.name == "Third")
