"""The form of an SMTP that a script changes or deletes meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.small import RecordedEvents
from PySide6.QtWidgets import QRadioButton
from ui.sign_in.sign_in_driver import have_browser_smtp
from ui.window_driver import GUID

from smtp_desktop.domain.delivery.hold_words import moment_text
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import SecretField, SignIn
from smtp_desktop.services.profiles import Profiles


@pytest.fixture
def relay(gui):
    """The form of Relay is open, and the window does not look for changes by itself."""
    gui.have("Relay", is_default=True, smtp_port="587", signature="Ann")
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    gui.window._watch.stop()
    gui.open_card("Relay")
    return gui


def script(gui) -> Profiles:
    """Another process on the same data folder, whose events the window does not get."""
    return Profiles(store=gui.store, vault=gui.vault, events=RecordedEvents(), new_id=lambda: "by-script")


def script_edits(gui, name="Relay", **typed: Any) -> None:
    stored = gui.stored(name)
    script(gui).save(stored.id, edit_of(stored, replace(draft_of(stored), **typed), named=typed))


def window_notices(gui) -> None:
    loader = gui.window.smtps.loader
    gui.until(lambda: not loader.is_reading)
    with gui.qtbot.waitSignal(loader.loaded):
        gui.window.load()


def save(gui) -> None:
    gui.click_panel("saveButton")


def conflict(gui) -> Any:
    save(gui)
    return gui.dialog("conflictDialog")


def until_saved(gui) -> None:
    gui.no_dialog("conflictDialog")
    gui.until(lambda: not gui.panel.is_changed())


def secret_of(gui, field=SecretField.PASSWORD) -> str:
    return gui.vault.secrets[gui.stored("Relay").secret_refs[field]].reveal()


@pytest.mark.long
def test_a_form_in_which_nothing_was_typed_shows_the_news(relay):
    script_edits(relay, smtp_port="2525", signature="Bob")
    window_notices(relay)
    assert (relay.typed("smtpPortField"), relay.panel.is_changed()) == ("2525", False)


@pytest.mark.long
@pytest.mark.parametrize("noticed", [False, True])
def test_saving_writes_only_what_was_typed(relay, noticed):
    relay.enter("hostNameField", "new.example")
    relay.enter("passwordField", "of the new host")
    script_edits(relay, smtp_port="2525", signature="Bob")
    if noticed:
        window_notices(relay)
        assert relay.typed("smtpPortField") == "2525"
        assert relay.typed("hostNameField") == "new.example"
    save(relay)
    until_saved(relay)
    stored = relay.stored("Relay")
    assert (stored.server.host_name, stored.server.smtp_port, stored.signature) == ("new.example", 2525, "Bob")
    assert (relay.typed("smtpPortField"), secret_of(relay)) == ("2525", "of the new host")


@pytest.mark.parametrize("noticed", [pytest.param(False, marks=pytest.mark.long), True])
@pytest.mark.parametrize(("side", "port"), [("Mine", 465), pytest.param("Theirs", 2525, marks=pytest.mark.long)])
def test_a_field_that_both_changed_is_asked_about(relay, noticed, side, port):
    relay.enter("smtpPortField", "465")
    relay.enter("descriptionField", "Mine")
    script_edits(relay, smtp_port="2525", signature="Bob")
    if noticed:
        window_notices(relay)
        assert relay.typed("smtpPortField") == "465"
    dialog = conflict(relay)
    assert dialog.windowTitle() == "Relay has been changed"
    words = relay.words(dialog)
    assert "both changed" in words
    now = datetime.now(UTC)
    changed, opened = (moment_text(at, now) for at in (relay.panel.times.changed_at, relay.panel.times.opened_at))
    assert f"It was changed elsewhere at {changed}. You opened it at {opened} and have not saved yet." in words
    assert relay.stored("Relay").server.smtp_port == 2525  # nothing was saved
    buttons = {suffix: relay.part(f"smtpPort{suffix}", dialog) for suffix in ("Mine", "Theirs")}
    assert {suffix: button.text() for suffix, button in buttons.items()} == {"Mine": "465", "Theirs": "2525"}
    assert not any(button.isChecked() for button in buttons.values())
    assert relay.part("descriptionMine", dialog).isChecked()
    assert not relay.part("okButton", dialog).isEnabled()
    relay.click(buttons[side])
    relay.click("okButton", dialog)
    until_saved(relay)
    stored = relay.stored("Relay")
    assert (stored.server.smtp_port, stored.signature, stored.description) == (port, "Bob", "Mine")
    assert relay.typed("smtpPortField") == str(port)


@pytest.mark.long
def test_it_is_chosen_by_keys(relay):
    relay.enter("smtpPortField", "465")
    script_edits(relay, smtp_port="2525")
    dialog = conflict(relay)
    assert relay.focus() is relay.part("cancelButton", dialog)
    relay.tab_to("smtpPortMine")
    relay.press("Space")
    relay.press("Right")
    assert relay.focus() is relay.part("smtpPortTheirs", dialog)
    relay.press("Left")
    relay.tab_to("okButton")
    relay.press("Space")
    until_saved(relay)
    assert relay.stored("Relay").server.smtp_port == 465


@pytest.mark.long
@pytest.mark.parametrize("way", ["cancelButton", "Esc"])
def test_cancel_saves_nothing_and_keeps_what_was_typed(relay, way):
    relay.enter("smtpPortField", "465")
    script_edits(relay, smtp_port="2525", signature="Bob")
    dialog = conflict(relay)
    relay.press(way) if way == "Esc" else relay.click(way, dialog)
    relay.no_dialog("conflictDialog")
    assert relay.stored("Relay").server.smtp_port == 2525
    assert relay.typed("smtpPortField") == "465"
    # It is still asked about: the form knows what it was made from.
    window_notices(relay)
    relay.click("smtpPortMine", conflict(relay))


@pytest.mark.long
def test_theirs_can_be_taken_for_all_fields(relay):
    relay.enter("smtpPortField", "465")
    relay.enter("descriptionField", "Mine")
    script_edits(relay, smtp_port="2525", signature="Bob")
    dialog = conflict(relay)
    button = relay.part("takeTheirsButton", dialog)
    assert "SMTP Port" in button.toolTip()
    assert "Description" in button.toolTip()
    relay.click(button)
    until_saved(relay)
    stored = relay.stored("Relay")
    assert (stored.server.smtp_port, stored.signature, stored.description) == (2525, "Bob", "")
    assert (relay.typed("smtpPortField"), relay.field("descriptionField").toPlainText()) == ("2525", "")


@pytest.mark.long
def test_mine_can_be_kept_for_all_fields(relay):
    relay.enter("smtpPortField", "465")
    script_edits(relay, smtp_port="2525", signature="Bob")
    dialog = conflict(relay)
    button = relay.part("keepMineButton", dialog)
    assert "Signature" in button.toolTip()
    relay.click(button)
    until_saved(relay)
    stored = relay.stored("Relay")
    assert (stored.server.smtp_port, stored.signature) == (465, "Ann")


@pytest.mark.long
@pytest.mark.parametrize(("side", "password"), [("Mine", "typed here"), ("Theirs", "of the script")])
def test_a_password_that_both_changed_is_asked_about(relay, side, password):
    relay.enter("passwordField", "typed here")
    script_edits(relay, password=Secret("of the script"))
    dialog = conflict(relay)
    assert "typed here" not in relay.words(dialog)
    relay.click(f"password{side}", dialog)
    relay.click("okButton", dialog)
    until_saved(relay)
    assert secret_of(relay) == password
    assert relay.vault.secrets.keys() == set(relay.stored("Relay").secret_refs.values())


@pytest.mark.parametrize("noticed", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_password_never_goes_to_a_host_that_it_was_not_entered_for(relay, noticed):
    relay.enter("passwordField", "for the old host")
    script_edits(relay, host_name="moved.example", password=Secret("of moved"))
    if noticed:
        window_notices(relay)
        assert relay.typed("hostNameField") == "relay.example"
    dialog = conflict(relay)
    mine, theirs = relay.part("hostNameMine", dialog), relay.part("hostNameTheirs", dialog)
    assert mine.text().splitlines() == ["relay.example", "Password changed"]
    assert theirs.text().splitlines() == ["moved.example", "Password changed"]
    relay.click(theirs)
    relay.click("okButton", dialog)
    until_saved(relay)
    assert (relay.stored("Relay").server.host_name, secret_of(relay)) == ("moved.example", "of moved")
    assert relay.typed("passwordField") == ""


@pytest.mark.long
def test_the_old_host_can_be_kept_with_the_password_that_was_typed_for_it(relay):
    relay.enter("passwordField", "for the old host")
    script_edits(relay, host_name="moved.example", password=Secret("of moved"))
    dialog = conflict(relay)
    relay.click("hostNameMine", dialog)
    relay.click("okButton", dialog)
    until_saved(relay)
    assert (relay.stored("Relay").server.host_name, secret_of(relay)) == ("relay.example", "for the old host")


@pytest.mark.long
def test_what_is_changed_again_meanwhile_is_asked_about_again(relay):
    relay.enter("smtpPortField", "465")
    script_edits(relay, smtp_port="2525")
    dialog = conflict(relay)
    script_edits(relay, smtp_port="25")
    relay.click("smtpPortMine", dialog)
    relay.click("okButton", dialog)
    relay.until(lambda: relay.visible("smtpPortTheirs") and relay.part("smtpPortTheirs").text() == "25")
    assert relay.stored("Relay").server.smtp_port == 25


@pytest.mark.parametrize("noticed", [pytest.param(False, marks=pytest.mark.long), True])
def test_an_smtp_that_was_deleted_meanwhile_can_be_created_anew_from_what_was_typed(relay, noticed):
    relay.enter("smtpPortField", "465")
    script(relay).delete(relay.stored("Relay").id)
    if noticed:
        window_notices(relay)
    else:
        save(relay)
    relay.until(lambda: relay.field("saveButton").text() == "Create")
    assert "deleted elsewhere" in relay.words(relay.panel)
    assert (relay.typed("nameField"), relay.typed("smtpPortField")) == ("Relay", "465")
    save(relay)
    assert relay.errors() == {"password": "Enter the password."}
    relay.enter("passwordField", "once more")
    save(relay)
    until_saved(relay)
    stored = relay.stored("Relay")
    assert (stored.server.smtp_port, stored.signature, stored.is_default) == (465, "Ann", True)
    assert secret_of(relay) == "once more"


@pytest.mark.long
def test_a_new_form_takes_the_default_from_none_that_a_script_made_meanwhile(gui):
    gui.open()
    gui.window._watch.stop()
    gui.fill_new("Mine")
    assert gui.field("isDefaultBox").isChecked()
    theirs = {"host_name": "theirs.example", "auth_required": False, "from_address": "a@b.example"}
    script(gui).create(ProfileDraft(name="Theirs", is_default=True, **theirs))
    save(gui)
    until_saved(gui)
    assert {one.name: one.is_default for one in gui.store.all()} == {"Theirs": True, "Mine": False}


def test_another_sign_in_meanwhile_is_asked_about_in_words(gui):
    have_browser_smtp(gui)
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    gui.window._watch.stop()
    gui.open_card("Shop")
    gui.pick("signInField", "App only")
    gui.enter("clientSecretField", "mine")
    gui.enter("tenantIdField", GUID)
    script_edits(gui, "Shop", sign_in=SignIn.PASSWORD, password=Secret("theirs"))
    gui.click_panel("saveButton")
    sides = [button.text() for button in gui.dialog("conflictDialog").findChildren(QRadioButton)]
    assert any("App only" in words for words in sides)
    assert any("Password" in words for words in sides)
