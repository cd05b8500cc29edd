"""Duplicating in the window."""

import pytest
from window_world import CLIENT_SECRET

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret


def ask(world, name="Relay"):
    world.choose(name, "duplicateAction")
    return world.dialog("duplicateDialog")


def test_ok_needs_the_password(world):
    world.have("Relay")
    world.open()
    dialog = ask(world)
    ok = world.part("okButton", dialog)
    assert not ok.isEnabled()
    assert world.focus().objectName() == "entityPasswordField"
    world.write("x")
    assert ok.isEnabled()
    world.press("Backspace")
    assert not ok.isEnabled()
    world.press("Return")
    assert dialog.isVisible()


def test_the_dialog_names_the_copy(world):
    world.have("Relay")
    world.have("Relay_copied")
    world.open()
    dialog = ask(world)
    assert dialog.windowTitle() == "Duplicate Relay?"
    assert "Relay_copied2" in world.words(dialog)


def test_cancel_leaves_all_as_it_was(world):
    world.have("Relay")
    secrets = dict(world.vault.secrets)
    world.open()
    dialog = ask(world)
    world.write("other")
    world.click("cancelButton", dialog)
    world.no_dialog("duplicateDialog")
    assert world.names() == ["Relay"]
    assert len(world.store.all()) == 1
    assert world.vault.secrets == secrets


def test_a_copy_with_its_own_password(world):
    world.have("Relay", is_default=True, signature="Yours", description="d", smtp_port="465")
    original = world.stored("Relay")
    world.open()
    dialog = ask(world)
    world.write("the copy's s3cret")
    world.click("okButton", dialog)
    message = world.dialog("messageDialog")
    assert world.part("messageText", message).text() == "Relay was copied to Relay_copied."
    world.click("okButton", message)
    world.no_dialog("messageDialog")
    world.until(lambda: world.selected() == ["Relay_copied"])
    world.until(lambda: world.typed("nameField") == "Relay_copied")
    copy = world.stored("Relay_copied")
    assert not copy.is_default
    assert world.stored("Relay") == original
    assert copy.id != original.id
    assert copy.server.smtp_port == 465
    assert (copy.signature, copy.description) == ("Yours", "d")
    assert world.vault.secrets[copy.server.password_ref] == Secret("the copy's s3cret")
    assert world.vault.secrets[original.server.password_ref] != Secret("the copy's s3cret")


def test_without_sign_in_it_only_confirms(world):
    world.have("Open", auth_required=False, from_address="a@b.example", user_name="", password=None)
    world.open()
    dialog = ask(world, "Open")
    assert not world.visible("entityPasswordField", dialog)
    assert world.part("okButton", dialog).isEnabled()
    world.press("Return")
    world.dialog("messageDialog")
    assert world.names() == ["Open", "Open_copied"]
    assert world.vault.secrets == {}


def test_the_client_secret_is_copied(world):
    world.have_graph("Mailbox")
    world.open()
    ask(world, "Mailbox")
    world.write("mailbox s3cret")
    world.press("Return")
    world.dialog("messageDialog")
    server = world.stored("Mailbox_copied").server
    assert world.vault.secrets[server.client_secret_ref] == CLIENT_SECRET
    assert world.vault.secrets[server.password_ref] == Secret("mailbox s3cret")


def test_ctrl_d_duplicates_the_selected_card(world):
    world.have("Alpha")
    world.have("Beta")
    world.open()
    world.click_card("Beta")
    world.press("Ctrl+D")
    assert world.dialog("duplicateDialog").windowTitle() == "Duplicate Beta?"


def test_a_keyring_that_fails_is_told_and_what_was_typed_stays(world):
    world.have("Relay")
    world.open()
    dialog = ask(world)
    world.write("the copy's s3cret")
    world.vault.failure = VaultError(msg("The keyring is broken. Restart it."))
    world.press("Return")
    world.until(lambda: "The keyring is broken. Restart it." in world.words(dialog))
    assert world.names() == ["Relay"]
    assert world.part("entityPasswordField", dialog).text() == "the copy's s3cret"
    world.vault.failure = None
    world.click("okButton", dialog)
    world.dialog("messageDialog")
    assert world.names() == ["Relay", "Relay_copied"]


def test_a_keyring_that_hangs_can_be_given_up_on(world):
    world.have("Relay")
    secrets = dict(world.vault.secrets)
    world.open()
    dialog = ask(world)
    world.write("the copy's s3cret")
    world.vault.block()
    world.press("Return")
    world.until(world.vault.waiting.is_set)
    assert not world.part("okButton", dialog).isEnabled()
    assert "Copying…" in world.words(dialog)
    world.click("cancelButton", dialog)
    world.no_dialog("duplicateDialog")
    world.vault.release()
    world.finish_work()
    assert world.names() == ["Relay"]
    assert world.vault.secrets == secrets


@pytest.mark.parametrize("length", [50, 43])
def test_a_long_name_is_shortened(world, length):
    world.have("N" * length)
    world.open()
    ask(world, "N" * length)
    world.write("x")
    world.press("Return")
    world.dialog("messageDialog")
    assert world.stored("N" * 43 + "_copied") is not None
