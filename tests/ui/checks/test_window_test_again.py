"""Tests that are repeated, lead to the form, or are kept; and the addresses that they remember."""

import json

import pytest
from PySide6.QtCore import Qt
from ui.check_dialog_driver import CheckDialogDriver, wait_for_end
from ui.timelines import accepted, refused

from smtp_desktop.domain.checks.health import TestKind
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.ui.cards.card import Tone

pytestmark = pytest.mark.long


@pytest.fixture
def relay(gui):
    """A window with Relay, whose sign-in is refused."""
    gui.have("Relay", smtp_port="26")
    gui.transport.timeline = refused(Stage.SIGN_IN, "no")
    return gui


def try_form(gui):
    """Tests what the open form holds, and returns the dialog with the result."""
    gui.click_panel("testButton")
    dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    wait_for_end(gui, dialog)
    return dialog


@pytest.mark.parametrize("begun", ["testAction", "checkAction"])
def test_again_takes_what_the_form_holds_by_then(relay, begun):
    relay.open()
    driver = CheckDialogDriver(relay)
    dialog = driver.test() if begun == "testAction" else driver.check()
    assert relay.transport.conversations[-1].server.smtp_port == 26
    relay.switch_to(relay.window)
    relay.open_card("Relay")
    relay.enter("smtpPortField", "2525")
    relay.transport.timeline = accepted()
    relay.click("againButton", dialog)
    wait_for_end(relay, dialog)
    relay.until(lambda: "passed" in dialog.windowTitle())
    assert relay.transport.conversations[-1].server.smtp_port == 2525
    assert "relay.example:2525" in relay.words(dialog)
    assert "as entered in the form, not saved yet" in relay.words(dialog)
    assert relay.stored("Relay").server.smtp_port == 26


def test_again_says_where_the_form_breaks_a_rule(relay):
    relay.open()
    dialog = CheckDialogDriver(relay).test()
    relay.switch_to(relay.window)
    relay.open_card("Relay")
    relay.enter("smtpPortField", "99999")
    relay.click("againButton", dialog)
    relay.until(lambda: "Correct the marked field" in relay.words(dialog))
    assert list(relay.errors()) == ["smtpPort"]
    assert len(relay.transport.conversations) == 1


def test_edit_goes_to_the_field_at_fault(relay):
    relay.open()
    dialog = CheckDialogDriver(relay).test()
    button = relay.part("editButton", dialog)
    assert button.text() == "Edit Password"
    relay.click(button)
    relay.no_dialog("testDialog")
    relay.until(lambda: relay.panel.isVisible() and relay.focus().objectName() == "passwordField")
    assert relay.typed("nameField") == "Relay"
    # Also once the reason of the failure has come above the form.
    relay.until(lambda: relay.visible("whyBox", relay.panel))
    relay.until(lambda: not relay.field("passwordField").visibleRegion().isEmpty())


def test_edit_of_a_new_smtp_asks_nothing_and_stores_nothing(gui):
    gui.transport.timeline = refused(Stage.SENDER, "no", code=553, enhanced="5.7.1")
    gui.open()
    gui.fill_new("New")
    dialog = try_form(gui)
    gui.click("editButton", dialog)
    gui.no_dialog("testDialog")
    gui.until(lambda: gui.focus().objectName() == "fromAddressField")
    assert not gui.visible("unsavedDialog")
    assert (gui.typed("nameField"), gui.typed("passwordField")) == ("New", "typed s3cret")
    assert gui.stored("New") is None


def test_a_test_of_a_form_is_kept_once_it_is_created(gui):
    gui.open()
    gui.fill_new("New")
    dialog = try_form(gui)
    gui.click("okButton", dialog)
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("New"))
    gui.until(lambda: gui.names() == ["New"] and gui.card("New").tone is Tone.OK)
    assert gui.card("New").status.startswith("Working")
    (result,) = gui.health.of(gui.stored("New").id, 9)
    assert (result.test_kind, result.ok) == (TestKind.TEST, True)


def test_a_test_of_other_settings_than_those_that_are_created_is_not_kept(gui):
    gui.open()
    gui.fill_new("New")
    gui.click("okButton", try_form(gui))
    gui.enter("passwordField", "another s3cret")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("New"))
    gui.finish_work()
    assert gui.card("New").status == "Never tested"


def test_addresses_are_remembered_over_a_restart_and_proposed(relay):
    relay.preferences.put("test.recipients", json.dumps([f"admin{one}@company.example" for one in range(10)]))
    relay.transport.timeline = accepted()
    relay.open()
    CheckDialogDriver(relay).test(to="ops@company.example")
    relay.press("Return")
    relay.no_dialog("testDialog")
    relay.close_window()

    relay.open()
    relay.choose("Relay", "testAction")
    dialog = relay.dialog("testDialog")
    field = relay.part("toEmailAddressField", dialog)
    assert field.text() == field.selectedText() == "ops@company.example"
    relay.press("Return")
    wait_for_end(relay, dialog)
    assert relay.transport.conversations[-1].mail.envelope.recipients[0].spec == "ops@company.example"
    kept = json.loads(relay.preferences.all()["test.recipients"])
    assert kept == ["ops@company.example", *(f"admin{one}@company.example" for one in range(9))]


def test_what_is_typed_finds_an_address_of_before(relay):
    relay.preferences.put("test.recipients", json.dumps(["ops@company.example", "admin@northwind.example"]))
    relay.open()
    relay.choose("Relay", "testAction")
    dialog = relay.dialog("testDialog")
    relay.write("north")
    popup = relay.part("toEmailAddressField", dialog)._completer.popup()
    relay.until(popup.isVisible)
    assert [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())] == [
        "admin@northwind.example"
    ]
    relay.qtbot.keyClick(popup, Qt.Key.Key_Down)
    relay.qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert relay.part("toEmailAddressField", dialog).text() == "admin@northwind.example"
