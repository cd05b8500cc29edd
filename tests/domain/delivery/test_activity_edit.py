"""Edits of an activity beside the edits of others."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.delivery.activity import Activity, ActivityId, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import ActivityChanged, conflicts, edit_of, merged, rebased

NIGHTLY = Activity(id=ActivityId("a"), name="Nightly", to="ops@company.example", subject="Report", text="Hello")
DRAFT = activity_draft_of(NIGHTLY)


def test_changes_of_different_fields_are_both_kept() -> None:
    present = replace(NIGHTLY, subject="Theirs", enabled=False)
    draft = merged(edit_of(NIGHTLY, replace(DRAFT, text="Mine", cc=" c@company.example ")), present)
    assert draft == replace(DRAFT, subject="Theirs", enabled=False, text="Mine", cc=" c@company.example ")


def test_the_same_change_by_both_is_no_conflict() -> None:
    present = replace(NIGHTLY, subject="Both", enabled=False)
    assert merged(edit_of(NIGHTLY, replace(DRAFT, subject=" Both ")), present).enabled is False


def test_a_field_that_both_changed_is_refused() -> None:
    edit = edit_of(NIGHTLY, replace(DRAFT, subject="Mine", text="Mine"))
    with pytest.raises(ActivityChanged) as refused:
        merged(edit, replace(NIGHTLY, subject="Theirs"))
    assert refused.value.fields == ("subject",)


def test_a_named_field_is_kept_even_where_the_edit_leaves_it_as_it_was() -> None:
    edit = edit_of(NIGHTLY, DRAFT, named={"enabled"})
    assert conflicts(edit, replace(NIGHTLY, enabled=False)) == {"enabled"}


def test_a_form_shows_the_news_and_still_knows_what_was_changed_by_both() -> None:
    present = replace(NIGHTLY, subject="Theirs", to="new@company.example")
    edit = edit_of(NIGHTLY, replace(DRAFT, subject="Mine"))
    for _ in range(2):
        edit = rebased(edit, present)
        assert edit.draft == replace(activity_draft_of(present), subject="Mine")
        assert conflicts(edit, present) == {"subject"}
    assert not rebased(edit_of(NIGHTLY, replace(DRAFT, subject="Theirs")), present).changed
