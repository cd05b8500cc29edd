"""Deleting in the window."""

from PySide6.QtWidgets import QComboBox

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg


def test_the_dialog_names_what_is_lost(world):
    world.have("Relay")
    world.open()
    world.choose("Relay", "deleteAction")
    dialog = world.dialog("deleteDialog")
    said = world.words(dialog)
    assert "Delete Relay?" in said
    for lost in ("can't be undone", "settings", "test results", "password"):
        assert lost in said
    assert not world.visible("newDefaultField", dialog)


def test_cancel_changes_nothing(world):
    kept = world.have("Relay")
    world.have_result(kept)
    world.open()
    world.choose("Relay", "deleteAction")
    world.click("cancelButton", world.dialog("deleteDialog"))
    world.no_dialog("deleteDialog")
    assert world.names() == ["Relay"]
    assert world.stored("Relay") is not None
    assert world.health.latest(1)
    assert len(world.vault.secrets) == 1


def test_ok_deletes_row_history_and_secrets(world):
    gone = world.have("Relay")
    other = world.have("Other")
    world.have_result(gone)
    world.have_result(other)
    world.open()
    world.open_card("Relay")
    world.click_panel("deleteButton")
    world.click("okButton", world.dialog("deleteDialog"))
    world.until(lambda: world.names() == ["Other"])
    world.until(lambda: list(world.vault.secrets) == [world.stored("Other").server.password_ref])
    assert world.stored("Relay") is None
    assert list(world.health.latest(9)) == [other]
    assert not world.panel.isVisible()
    assert world.selected() == []


def test_the_last_one_leaves_the_empty_state(world):
    world.have("Relay", is_default=True)
    world.open()
    world.choose("Relay", "deleteAction")
    dialog = world.dialog("deleteDialog")
    assert not world.visible("newDefaultField", dialog)
    assert "no default" in world.words(dialog)
    world.click("okButton", dialog)
    world.until(lambda: world.visible("emptyState"))


def test_deleting_the_default_asks_for_the_new_one(world):
    world.have("Alpha", is_default=True)
    world.have("Beta")
    world.have("Gamma")
    world.open()
    world.choose("Alpha", "deleteAction")
    dialog = world.dialog("deleteDialog")
    choice = dialog.findChild(QComboBox, "newDefaultField")
    assert [choice.itemText(row) for row in range(choice.count())] == ["Beta", "Gamma"]
    choice.setFocus()
    world.press("Down")
    world.click("okButton", dialog)
    world.until(lambda: world.names() == ["Gamma", "Beta"])
    assert world.card("Gamma").is_default
    assert world.stored("Gamma").is_default
    assert not world.stored("Beta").is_default


def test_del_on_the_cards_deletes(world):
    world.have("Relay")
    world.open()
    world.click_card("Relay")
    world.press("Del")
    assert world.dialog("deleteDialog").windowTitle() == "Delete Relay?"


def test_del_in_a_text_field_deletes_text(world):
    world.have("Relay")
    world.open()
    world.open_card("Relay")
    world.enter("hostNameField", "abc")
    world.press("Home")
    world.press("Del")
    assert world.typed("hostNameField") == "bc"
    world.enter("searchField", "Re", world.window)
    world.press("Home")
    world.press("Del")
    assert world.part("searchField").text() == "e"
    assert not world.visible("deleteDialog")


def test_a_keyring_that_refuses_is_told_after_the_row_is_gone(world):
    world.have("Relay")
    ref = world.stored("Relay").server.password_ref
    world.open()
    world.choose("Relay", "deleteAction")
    world.vault.failure = VaultError(msg("The keyring is closed."))
    world.click("okButton", world.dialog("deleteDialog"))
    message = world.dialog("messageDialog")
    said = world.words(message)
    assert "password is still in the keyring" in said
    assert "The keyring is closed." in said
    assert world.names() == []
    assert list(world.vault.secrets) == [ref]


def test_the_secret_left_over_is_erased_at_the_next_start(world):
    world.have("Relay")
    world.vault.failure = VaultError(msg("The keyring is closed."))
    world.profiles.delete(world.stored("Relay").id)
    assert world.vault.secrets
    world.vault.failure = None
    world.open()
    world.until(lambda: not world.vault.secrets)


def test_deleting_one_keeps_the_form_of_another(world):
    world.have("Alpha")
    world.have("Beta")
    world.open()
    world.open_card("Alpha")
    world.enter("hostNameField", "typed.example")
    world.choose("Beta", "deleteAction")
    world.click("okButton", world.dialog("deleteDialog"))
    world.until(lambda: world.names() == ["Alpha"])
    assert world.typed("hostNameField") == "typed.example"


def test_the_activities_that_use_it_are_named(world):
    relay, other = world.have("Relay", is_default=True), world.have("Other")
    world.have_activity("Nightly", smtp_id=other)
    world.have_activity("Alarm", smtp_id=relay, backup_id=other)
    world.have_activity("Unconcerned")
    world.open()
    world.choose("Other", "deleteAction")
    dialog = world.dialog("deleteDialog")
    said = world.part("usedByText", dialog).text()
    assert "2 activities" in said
    assert "Alarm, Nightly" in said
    assert "default SMTP" in said
    assert "Unconcerned" not in said
    world.click("okButton", dialog)
    world.until(lambda: world.names() == ["Relay"])
    assert all(other not in (activity.smtp_id, activity.backup_id) for activity in world.activities.all())
