"""Leaving the panel of an activity: asked once something is typed."""

import pytest


def leave_by_card(desk):
    desk.click_card("Other")


def leave_by_create(desk):
    desk.section.create()


def leave_by_close(desk):
    desk.click("closeButton", desk.panel)


def arrived(desk, way):
    if way is leave_by_card:
        return desk.panel.isVisible() and desk.field("nameField").text() == "Other"
    if way is leave_by_create:
        return desk.field("saveButton").text() == "Create"
    return not desk.panel.isVisible()


ways = pytest.mark.parametrize("way", [leave_by_card, leave_by_create, leave_by_close], ids=lambda way: way.__name__)


@pytest.fixture
def changed(desk):
    desk.have("Nightly")
    desk.have("Other")
    desk.open()
    desk.open_card("Nightly")
    desk.enter("subjectField", "Typed")
    return desk


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
    # What was to follow does not follow a later save.
    changed.enter("subjectField", "Better")
    changed.click("saveButton", changed.panel)
    changed.until(lambda: changed.stored("Nightly").subject == "Better")
    changed.until(lambda: not changed.panel.is_changed())
    assert changed.field("nameField").text() == "Nightly"


def test_an_untouched_form_is_left_unasked(desk):
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    gone = []
    desk.section.confirm_close(lambda: gone.append(True))
    assert gone == [True]
    desk.section.close_panel()
    assert not desk.panel.isVisible()
