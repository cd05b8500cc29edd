"""Duplicating in the window."""

import pytest
from ui.window_driver import CLIENT_SECRET

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret


def ask(gui, name="Relay"):
    gui.choose(name, "duplicateAction")
    return gui.dialog("duplicateDialog")


def test_ok_needs_the_password(gui):
    gui.have("Relay")
    gui.open()
    dialog = ask(gui)
    ok = gui.part("okButton", dialog)
    assert not ok.isEnabled()
    assert gui.focus().objectName() == "entityPasswordField"
    gui.write("x")
    assert ok.isEnabled()
    gui.press("Backspace")
    assert not ok.isEnabled()
    gui.press("Return")
    assert dialog.isVisible()


def test_the_dialog_names_the_copy(gui):
    gui.have("Relay")
    gui.have("Relay_copied")
    gui.open()
    dialog = ask(gui)
    assert dialog.windowTitle() == "Duplicate Relay?"
    assert "Relay_copied2" in gui.words(dialog)


def test_cancel_leaves_all_as_it_was(gui):
    gui.have("Relay")
    secrets = dict(gui.vault.secrets)
    gui.open()
    dialog = ask(gui)
    gui.write("other")
    gui.click("cancelButton", dialog)
    gui.no_dialog("duplicateDialog")
    assert gui.names() == ["Relay"]
    assert len(gui.store.all()) == 1
    assert gui.vault.secrets == secrets


def test_a_copy_with_its_own_password(gui):
    gui.have("Relay", is_default=True, signature="Yours", description="d", smtp_port="465")
    original = gui.stored("Relay")
    gui.open()
    dialog = ask(gui)
    gui.write("the copy's s3cret")
    gui.click("okButton", dialog)
    message = gui.dialog("messageDialog")
    assert gui.part("messageText", message).text() == "Relay was copied to Relay_copied."
    gui.click("okButton", message)
    gui.no_dialog("messageDialog")
    gui.until(lambda: gui.selected() == ["Relay_copied"])
    gui.until(lambda: gui.typed("nameField") == "Relay_copied")
    copy = gui.stored("Relay_copied")
    assert not copy.is_default
    assert gui.stored("Relay") == original
    assert copy.id != original.id
    assert copy.server.smtp_port == 465
    assert (copy.signature, copy.description) == ("Yours", "d")
    assert gui.vault.secrets[copy.server.password_ref] == Secret("the copy's s3cret")
    assert gui.vault.secrets[original.server.password_ref] != Secret("the copy's s3cret")


def test_without_sign_in_it_only_confirms(gui):
    gui.have("Open", auth_required=False, from_address="a@b.example", user_name="", password=None)
    gui.open()
    dialog = ask(gui, "Open")
    assert not gui.visible("entityPasswordField", dialog)
    assert gui.part("okButton", dialog).isEnabled()
    gui.press("Return")
    gui.dialog("messageDialog")
    assert gui.names() == ["Open", "Open_copied"]
    assert gui.vault.secrets == {}


def test_the_client_secret_is_copied(gui):
    gui.have_graph("Mailbox")
    gui.open()
    ask(gui, "Mailbox")
    gui.write("mailbox s3cret")
    gui.press("Return")
    gui.dialog("messageDialog")
    server = gui.stored("Mailbox_copied").server
    assert gui.vault.secrets[server.client_secret_ref] == CLIENT_SECRET
    assert gui.vault.secrets[server.password_ref] == Secret("mailbox s3cret")


def test_ctrl_d_duplicates_the_selected_card(gui):
    gui.have("Alpha")
    gui.have("Beta")
    gui.open()
    gui.click_card("Beta")
    gui.press("Ctrl+D")
    assert gui.dialog("duplicateDialog").windowTitle() == "Duplicate Beta?"


def test_a_keyring_that_fails_is_reported_and_what_was_typed_stays(gui):
    gui.have("Relay")
    gui.open()
    dialog = ask(gui)
    gui.write("the copy's s3cret")
    gui.vault.failure = VaultError(msg("The keyring is broken. Restart it."))
    gui.press("Return")
    gui.until(lambda: "The keyring is broken. Restart it." in gui.words(dialog))
    assert gui.names() == ["Relay"]
    assert gui.part("entityPasswordField", dialog).text() == "the copy's s3cret"
    gui.vault.failure = None
    gui.click("okButton", dialog)
    gui.dialog("messageDialog")
    assert gui.names() == ["Relay", "Relay_copied"]


def test_a_keyring_that_hangs_can_be_given_up_on(gui):
    gui.have("Relay")
    secrets = dict(gui.vault.secrets)
    gui.open()
    dialog = ask(gui)
    gui.write("the copy's s3cret")
    gui.vault.block()
    gui.press("Return")
    gui.until(gui.vault.waiting.is_set)
    assert not gui.part("okButton", dialog).isEnabled()
    assert "Copying…" in gui.words(dialog)
    gui.click("cancelButton", dialog)
    gui.no_dialog("duplicateDialog")
    gui.vault.release()
    gui.finish_work()
    assert gui.names() == ["Relay"]
    assert gui.vault.secrets == secrets


@pytest.mark.parametrize("length", [50, 43])
def test_a_long_name_is_shortened(gui, length):
    gui.have("N" * length)
    gui.open()
    ask(gui, "N" * length)
    gui.write("x")
    gui.press("Return")
    gui.dialog("messageDialog")
    assert gui.stored("N" * 43 + "_copied") is not None
