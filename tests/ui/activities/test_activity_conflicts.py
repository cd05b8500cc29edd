"""The form of an activity that a script changes or deletes meanwhile."""

from dataclasses import replace
from typing import Any

import pytest
from fakes.small import RecordedEvents

from smtp_desktop.domain.delivery.activity import activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import edit_of
from smtp_desktop.services.activities import Activities


@pytest.fixture
def nightly(activities):
    """The form of Nightly is open."""
    activities.have_smtp("Relay", is_default=True)
    activities.have_smtp("Spare")
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    return activities


def script(activities) -> Activities:
    """Another process on the same data folder, whose events the window does not get."""
    return Activities(
        store=activities.store,
        profiles=activities.profile_store,
        outbox=activities.outbox_store,
        events=RecordedEvents(),
        new_id=lambda: "by-script",
    )


def script_edits(activities, **typed: Any) -> None:
    stored = activities.stored("Nightly")
    edit = edit_of(stored, replace(activity_draft_of(stored), **typed), named=typed)
    script(activities).save(stored.id, edit)


def window_notices(activities) -> None:
    activities.outbox_changed()
    activities.until(lambda: not activities.section._reading)


def save(activities) -> None:
    activities.click("saveButton", activities.panel)


def until_saved(activities) -> None:
    activities.no_dialog("conflictDialog")
    activities.until(lambda: not activities.panel.is_changed())


@pytest.mark.long
@pytest.mark.parametrize("noticed", [False, True])
def test_saving_writes_only_what_was_typed(nightly, noticed):
    nightly.enter("subjectField", "Mine")
    script_edits(nightly, to="theirs@company.example", enabled=False)
    if noticed:
        window_notices(nightly)
        assert (nightly.field("toField").text(), nightly.field("subjectField").text()) == (
            "theirs@company.example",
            "Mine",
        )
    save(nightly)
    until_saved(nightly)
    stored = nightly.stored("Nightly")
    assert (stored.subject, stored.to, stored.enabled) == ("Mine", "theirs@company.example", False)
    assert nightly.field("toField").text() == "theirs@company.example"


@pytest.mark.parametrize(
    ("side", "noticed", "subject"),
    [
        ("Mine", True, "Mine"),
        pytest.param("Theirs", True, "Theirs", marks=pytest.mark.long),
        pytest.param("Mine", False, "Mine", marks=pytest.mark.long),
    ],
)
def test_a_field_that_both_changed_is_asked_about(nightly, side, noticed, subject):
    nightly.enter("subjectField", "Mine")
    script_edits(nightly, subject="Theirs", smtp_id=nightly.profiles.by_name("Spare").id)
    if noticed:
        window_notices(nightly)
    save(nightly)
    dialog = nightly.dialog("conflictDialog")
    if not noticed:  # else the form shows it already
        assert nightly.part("smtpIdTheirs", dialog).text() == "Spare"
        assert nightly.part("smtpIdTheirs", dialog).isChecked()
    assert not nightly.part("okButton", dialog).isEnabled()
    nightly.click(f"subject{side}", dialog)
    nightly.click("okButton", dialog)
    until_saved(nightly)
    stored = nightly.stored("Nightly")
    assert (stored.subject, stored.smtp_id) == (subject, nightly.profiles.by_name("Spare").id)
    assert nightly.field("subjectField").text() == subject


@pytest.mark.long
def test_an_smtp_that_is_deleted_meanwhile_is_no_longer_the_activitys(nightly):
    spare = nightly.profiles.by_name("Spare")
    script_edits(nightly, smtp_id=spare.id)
    window_notices(nightly)
    nightly.enter("subjectField", "Mine")
    nightly.profiles.delete(spare.id)
    save(nightly)
    until_saved(nightly)
    assert (nightly.stored("Nightly").subject, nightly.stored("Nightly").smtp_id) == ("Mine", None)


@pytest.mark.parametrize("noticed", [True, pytest.param(False, marks=pytest.mark.long)])
def test_an_activity_that_was_deleted_meanwhile_can_be_created_anew_from_what_was_typed(nightly, noticed):
    nightly.enter("subjectField", "Mine")
    script(nightly).delete(nightly.stored("Nightly").id)
    if noticed:
        window_notices(nightly)
    else:
        save(nightly)
    nightly.until(lambda: nightly.field("saveButton").text() == "Create")
    assert nightly.field("subjectField").text() == "Mine"
    save(nightly)
    until_saved(nightly)
    assert (nightly.stored("Nightly").subject, nightly.stored("Nightly").text) == ("Mine", "All is well.")


@pytest.mark.long
def test_an_unchanged_form_of_a_deleted_activity_is_closed(nightly):
    script(nightly).delete(nightly.stored("Nightly").id)
    window_notices(nightly)
    nightly.until(lambda: not nightly.panel.isVisible())
