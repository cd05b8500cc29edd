"""Leaving a form with unsaved changes."""

import pytest

pytestmark = pytest.mark.long


def leave_by_card(gui):
    gui.click_card("Other")


def leave_by_close_button(gui):
    gui.click_panel("closeButton")


def leave_by_esc(gui):
    gui.press("Esc")


def leave_by_create(gui):
    gui.click("createButton")


def leave_by_window(gui):
    gui.window.close()


def arrived(gui, way):
    """Whether the user is where they wanted to go."""
    if way is leave_by_card:
        return gui.panel.isVisible() and gui.typed("nameField") == "Other"
    if way is leave_by_create:
        return gui.panel.isVisible() and gui.field("saveButton").text() == "Create"
    if way is leave_by_window:
        return not gui.window.isVisible()
    return not gui.panel.isVisible()


WAYS = [leave_by_card, leave_by_close_button, leave_by_esc, leave_by_create, leave_by_window]
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


@pytest.fixture
def changed(gui):
    """The form of Relay holds something that is not saved."""
    gui.have("Other")
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    gui.enter("hostNameField", "changed.example")
    gui.enter("passwordField", "new s3cret")
    return gui


@ways
def test_save_saves_and_goes_on(changed, way):
    way(changed)
    changed.click("okButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: arrived(changed, way))
    assert changed.stored("Relay").server.host_name == "changed.example"


@ways
def test_discard_goes_on_and_saves_nothing(changed, way):
    way(changed)
    changed.click("discardButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: arrived(changed, way))
    assert changed.stored("Relay").server.host_name == "relay.example"


@ways
def test_cancel_stays_with_everything_typed(changed, way):
    way(changed)
    changed.click("cancelButton", changed.dialog("unsavedDialog"))
    changed.no_dialog("unsavedDialog")
    assert changed.window.isVisible()
    assert changed.typed("nameField") == "Relay"
    assert changed.typed("hostNameField") == "changed.example"
    assert changed.typed("passwordField") == "new s3cret"
    assert changed.selected() == ["Relay"]
    assert changed.stored("Relay").server.host_name == "relay.example"


@ways
def test_esc_in_the_question_is_cancel(changed, way):
    way(changed)
    changed.dialog("unsavedDialog")
    changed.press("Esc")
    changed.no_dialog("unsavedDialog")
    assert changed.typed("hostNameField") == "changed.example"
    assert changed.window.isVisible()


@ways
def test_nobody_is_asked_where_nothing_was_changed(gui, way):
    gui.have("Other")
    gui.have("Relay")
    gui.open()
    gui.open_card("Relay")
    way(gui)
    gui.until(lambda: arrived(gui, way))
    assert not gui.visible("unsavedDialog")


def test_the_question_names_the_smtp(changed):
    changed.press("Esc")
    assert changed.dialog("unsavedDialog").windowTitle() == "Save the changes to Relay?"


def test_save_that_is_refused_stays_and_forgets_where_to_go(changed):
    changed.enter("hostNameField", "no host")
    changed.click_card("Other")
    changed.click("okButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: changed.visible("hostNameError"))
    assert changed.typed("nameField") == "Relay"
    assert changed.selected() == ["Relay"]
    changed.enter("hostNameField", "better.example")
    changed.click_panel("saveButton")
    changed.until(lambda: not changed.panel.is_changed())
    assert changed.stored("Relay").server.host_name == "better.example"
    assert changed.typed("nameField") == "Relay"


def test_save_that_the_database_refuses_stays_and_selects_the_open_smtp(changed):
    changed.enter("nameField", "OTHER")
    changed.click_card("Other")
    changed.click("okButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: changed.visible("nameError"))
    assert changed.typed("hostNameField") == "changed.example"
    assert changed.selected() == ["Relay"]


def test_a_new_smtp_is_asked_about_too(gui):
    gui.have("Other")
    gui.open()
    gui.fill_new("Fresh")
    gui.click_card("Other")
    dialog = gui.dialog("unsavedDialog")
    assert dialog.windowTitle() == "Save the new SMTP?"
    gui.click("okButton", dialog)
    gui.until(lambda: gui.typed("nameField") == "Other")
    assert gui.names() == ["Fresh", "Other"]
    assert gui.selected() == ["Other"]
