"""Saving with a vault that is locked, hangs or fails, and a database that can't be read."""

import threading

import pytest
from ui.window_driver import PASSWORD

from smtp_desktop.domain.errors import StoreError, VaultError, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret

pytestmark = pytest.mark.long


def give_the_master_password(gui):
    gui.dialog("masterPasswordDialog")
    gui.write("m")
    gui.press("Return")


def save_a_new_password_and_go_on(gui):
    """A password is typed while the vault is locked, and saved in the question on the way to another card."""
    gui.have("Other")
    gui.have("Relay")
    gui.vault.locked = True
    gui.open()
    gui.open_card("Relay")
    gui.enter("passwordField", "new s3cret")
    gui.click_card("Other")
    gui.click("okButton", gui.dialog("unsavedDialog"))


def test_a_new_vault_asks_twice_then_the_save_goes_on(gui):
    gui.vault.locked = gui.vault.new = True
    gui.open()
    gui.fill_new("Fresh")
    gui.click_panel("saveButton")
    dialog = gui.dialog("masterPasswordDialog")
    assert dialog.windowTitle() == "Choose a master password"
    gui.write("one")
    gui.press("Return")
    assert "at least 10 characters" in gui.part("masterPasswordError", dialog).text()
    gui.enter("masterPasswordField", "one and only", dialog)
    gui.press("Tab")
    gui.tab_to("repeatPasswordField")
    gui.write("another")
    gui.press("Return")
    said = gui.part("masterPasswordError", dialog).text()
    assert "don't match" in said
    assert gui.part("masterPasswordField", dialog).accessibleDescription() == f"Required. Invalid entry. {said}"
    assert gui.vault.master is None
    gui.enter("repeatPasswordField", "one and only", dialog)
    gui.press("Return")
    gui.until(lambda: gui.names() == ["Fresh"])
    assert gui.vault.master == Secret("one and only")
    assert gui.vault.secrets == {gui.stored("Fresh").server.password_ref: Secret("typed s3cret")}


def test_a_wrong_master_password_is_asked_for_again(gui):
    def unlock(secret):
        if secret != Secret("right"):
            raise WrongMasterPassword(msg("This is not the master password. Try again."))
        gui.vault.unlock(secret)

    gui.unlock = unlock
    gui.vault.locked = True
    gui.open()
    gui.fill_new("Fresh")
    gui.click_panel("saveButton")
    first = gui.dialog("masterPasswordDialog")
    assert first.windowTitle() == "Enter the master password"
    assert not gui.visible("repeatPasswordField", first)
    gui.write("wrong")
    gui.press("Return")
    gui.until(lambda: gui.visible("masterPasswordError"))
    second = gui.dialog("masterPasswordDialog")
    assert "not the master password" in gui.part("masterPasswordError", second).text()
    gui.write("right")
    gui.press("Return")
    gui.until(lambda: gui.names() == ["Fresh"])


def test_without_the_master_password_nothing_is_saved_and_the_form_is_kept(gui):
    gui.vault.locked = True
    gui.open()
    gui.fill_new("Fresh")
    gui.click_panel("saveButton")
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    gui.no_dialog("masterPasswordDialog")
    assert gui.store.all() == ()
    assert gui.typed("nameField") == "Fresh"
    assert gui.typed("passwordField") == "typed s3cret"
    gui.click_panel("saveButton")
    give_the_master_password(gui)
    gui.until(lambda: gui.names() == ["Fresh"])


def test_without_the_master_password_nothing_follows_a_later_save(gui):
    save_a_new_password_and_go_on(gui)
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    gui.no_dialog("masterPasswordDialog")
    assert gui.selected() == ["Relay"]
    assert gui.typed("passwordField") == "new s3cret"
    gui.click_panel("saveButton")
    give_the_master_password(gui)
    gui.until(lambda: not gui.panel.is_changed())
    assert gui.typed("nameField") == "Relay"
    assert gui.selected() == ["Relay"]
    assert gui.vault.secrets[gui.stored("Relay").server.password_ref] == Secret("new s3cret")


def test_a_vault_that_cant_be_opened_lets_nothing_follow_a_later_save(gui):
    def unlock(_):
        raise VaultError(msg("The file of the passwords can't be read. Check the disk."))

    gui.unlock, unlock_well = unlock, gui.unlock
    save_a_new_password_and_go_on(gui)
    give_the_master_password(gui)
    gui.click("okButton", gui.dialog("messageDialog"))
    gui.no_dialog("messageDialog")
    gui.unlock = unlock_well
    gui.click_panel("saveButton")
    give_the_master_password(gui)
    gui.until(lambda: not gui.panel.is_changed())
    assert gui.typed("nameField") == "Relay"
    assert gui.selected() == ["Relay"]


def test_what_was_discarded_while_the_vault_opened_is_not_saved(gui):
    asked, may_open = threading.Event(), threading.Event()

    def unlock(secret):
        asked.set()
        may_open.wait(20)
        unlock_at_once(secret)

    gui.unlock, unlock_at_once = unlock, gui.unlock
    gui.have("Relay")
    gui.vault.locked = True
    gui.open()
    gui.open_card("Relay")
    secrets = dict(gui.vault.secrets)
    gui.enter("passwordField", "new s3cret")
    gui.click_panel("saveButton")
    give_the_master_password(gui)
    gui.until(asked.is_set)
    gui.no_dialog("masterPasswordDialog")
    gui.click_panel("closeButton")
    gui.click("discardButton", gui.dialog("unsavedDialog"))
    gui.until(lambda: not gui.panel.isVisible())
    may_open.set()
    gui.finish_work()
    assert not gui.vault.locked
    assert gui.vault.secrets == secrets


def test_save_in_the_question_goes_on_after_the_master_password(gui):
    save_a_new_password_and_go_on(gui)
    give_the_master_password(gui)
    gui.until(lambda: gui.typed("nameField") == "Other")
    assert gui.selected() == ["Other"]


def test_a_copy_without_the_master_password_can_be_tried_again(gui):
    gui.have("Relay")
    gui.vault.locked = True
    gui.open()
    gui.choose("Relay", "duplicateAction")
    gui.dialog("duplicateDialog")
    gui.write("the copy's s3cret")
    gui.press("Return")
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    gui.no_dialog("masterPasswordDialog")
    assert "The vault is locked" in gui.words(gui.dialog("duplicateDialog"))
    gui.press("Return")
    give_the_master_password(gui)
    gui.dialog("messageDialog")
    assert gui.names() == ["Relay", "Relay_copied"]


def test_one_question_serves_all_that_ran_into_the_lock(gui):
    for name in ("Alpha", "Beta"):
        gui.have(name)
    gui.vault.locked = True
    gui.open()
    gui.click("checkAllButton")
    give_the_master_password(gui)
    gui.until(lambda: gui.card("Alpha").status == gui.card("Beta").status == "Working · just now")
    assert not gui.visible("masterPasswordDialog")


def test_a_test_goes_on_after_the_master_password(gui):
    gui.have("Relay")
    gui.vault.locked = True
    gui.open()
    gui.choose("Relay", "testAction")
    dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("masterPasswordDialog"))
    assert "couldn't be checked" not in gui.words(dialog)
    give_the_master_password(gui)
    gui.until(lambda: "accepted by relay.example" in gui.words(dialog))
    assert dialog.isActiveWindow()
    assert gui.transport.conversations[0].password == PASSWORD


def test_a_test_without_the_master_password_says_why_it_did_not_start(gui):
    gui.have("Relay")
    gui.vault.locked = True
    gui.open()
    gui.choose("Relay", "testAction")
    dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.click("cancelButton", gui.dialog("masterPasswordDialog"))
    gui.no_dialog("masterPasswordDialog")
    assert "The vault is locked" in gui.words(dialog)
    assert gui.visible("againButton", dialog)
    assert gui.transport.conversations == []


def test_a_test_that_was_closed_meanwhile_does_not_start(gui):
    gui.have("Relay")
    gui.vault.locked = True
    gui.open()
    gui.choose("Relay", "testAction")
    dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    asked = gui.dialog("masterPasswordDialog")
    gui.click("cancelButton", dialog)
    gui.no_dialog("testDialog")
    gui.enter("masterPasswordField", "m", asked)
    gui.press("Return")
    gui.until(lambda: gui.vault.master == Secret("m"))
    gui.no_dialog("masterPasswordDialog")
    gui.finish_work()
    assert gui.transport.conversations == []


@pytest.fixture
def unreadable(gui):
    gui.have("Relay")
    gui.store.failure = StoreError(msg("The database can't be read. Check the disk."))
    gui.open_unready()
    gui.until(lambda: gui.visible("errorState"))
    return gui


def test_a_database_that_cant_be_read_says_so_and_can_be_tried_again(unreadable):
    assert "The database can't be read. Check the disk." in unreadable.words(unreadable.part("errorState"))
    assert not unreadable.visible("emptyState")
    unreadable.store.failure = None
    unreadable.click("reloadButton")
    unreadable.until(lambda: unreadable.names() == ["Relay"])
    assert not unreadable.visible("errorState")


def test_a_search_does_not_turn_the_error_into_an_empty_home(unreadable):
    unreadable.press("Ctrl+F")
    unreadable.write("x")
    assert unreadable.visible("errorState")
    assert not unreadable.visible("emptyState")
