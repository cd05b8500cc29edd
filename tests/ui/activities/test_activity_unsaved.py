"""Closing the panel of an activity with unsaved changes."""

import pytest


def leave_by_card(activities):
    activities.click_card("Other")


def leave_by_create(activities):
    activities.section.create()


def leave_by_close(activities):
    activities.click("closeButton", activities.panel)


def arrived(activities, way):
    if way is leave_by_card:
        return activities.panel.isVisible() and activities.field("nameField").text() == "Other"
    if way is leave_by_create:
        return activities.field("saveButton").text() == "Create"
    return not activities.panel.isVisible()


ways = pytest.mark.parametrize("way", [leave_by_card, leave_by_create, leave_by_close], ids=lambda way: way.__name__)


@pytest.fixture
def changed(activities):
    activities.have("Nightly")
    activities.have("Other")
    activities.open()
    activities.open_card("Nightly")
    activities.enter("subjectField", "Typed")
    return activities


@ways
def test_save_saves_and_goes_on(changed, way):
    way(changed)
    changed.click("okButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: arrived(changed, way))
    assert changed.stored("Nightly").subject == "Typed"


@ways
def test_discard_goes_on_and_saves_nothing(changed, way):
    way(changed)
    changed.click("discardButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: arrived(changed, way))
    assert changed.stored("Nightly").subject == "Report"


@ways
def test_cancel_stays_with_everything_typed(changed, way):
    way(changed)
    changed.click("cancelButton", changed.dialog("unsavedDialog"))
    changed.no_dialog("unsavedDialog")
    assert changed.field("subjectField").text() == "Typed"
    assert changed.selected() == ["Nightly"]
    assert changed.section.is_open


def test_what_cannot_be_saved_keeps_the_form(changed):
    changed.enter("subjectField", "")
    leave_by_card(changed)
    changed.click("okButton", changed.dialog("unsavedDialog"))
    changed.until(lambda: "subject" in changed.errors())
    assert changed.field("nameField").text() == "Nightly"
    assert changed.selected() == ["Nightly"]
    # What should have followed does not follow a later save.
    changed.enter("subjectField", "Better")
    changed.click("saveButton", changed.panel)
    changed.until(lambda: changed.stored("Nightly").subject == "Better")
    changed.until(lambda: not changed.panel.is_changed())
    assert changed.field("nameField").text() == "Nightly"


def test_a_form_without_changes_is_left_without_a_question(activities):
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    gone = []
    activities.section.confirm_close(lambda: gone.append(True))
    assert gone == [True]
    activities.section.close_panel()
    assert not activities.panel.isVisible()
