"""Edits of a stored activity: the fields that somebody changes, whatever others change meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, activity_draft_of, content_of
from smtp_desktop.domain.draft_fields import different_fields, with_fields
from smtp_desktop.domain.errors import ChangedMeanwhile
from smtp_desktop.domain.message_text import msg

_FIELDS = tuple(field.name for field in fields(ActivityDraft))


class ActivityChanged(ChangedMeanwhile):
    """An activity was changed meanwhile in what the edit changes, too. `present` is how it is stored now."""

    def __init__(self, present: Activity, fields: frozenset[str]) -> None:
        super().__init__(
            msg("{name} has been changed elsewhere. Nothing was saved; review it and try again.", name=present.name),
            tuple(name for name in _FIELDS if name in fields),
        )
        self.present = present


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEdit:
    """The activity is to become as `draft`. It was made from what was `seen`: fields that are alike in both are left
    as they are stored, unless they are `named`."""

    seen: ActivityDraft
    draft: ActivityDraft
    named: frozenset[str] = frozenset()

    @property
    def changed(self) -> frozenset[str]:
        """The fields that the edit changes."""
        return self.named | changed_fields(self.draft, self.seen)


def edit_of(seen: Activity, draft: ActivityDraft, named: Collection[str] = ()) -> ActivityEdit:
    """Returns the edit that makes `draft` of the activity that was `seen`; it keeps others from changing the fields
    that are `named`, even where it leaves them as they were."""
    return ActivityEdit(seen=activity_draft_of(seen), draft=draft, named=frozenset(named))


def changed_fields(draft: ActivityDraft, before: ActivityDraft) -> frozenset[str]:
    """Returns the fields in which saving the two would store different values."""
    return different_fields(content_of(draft), content_of(before))


def merged(edit: ActivityEdit, present: Activity) -> ActivityDraft:
    """Returns what the activity is to become: as it is stored now, with what the edit changes. Raises
    ActivityChanged."""
    fields = conflicts(edit, present)
    if fields:
        raise ActivityChanged(present, fields)
    return with_fields(activity_draft_of(present), edit.draft, edit.changed)


def conflicts(edit: ActivityEdit, present: Activity) -> frozenset[str]:
    """Returns the fields of the edit that others changed as well, and otherwise."""
    theirs = activity_draft_of(present)
    return edit.changed & changed_fields(theirs, edit.seen) & changed_fields(theirs, edit.draft)


def rebased(edit: ActivityEdit, present: Activity) -> ActivityEdit:
    """Returns the edit as a form shows it once the activity is stored as `present`: fields that were not touched have
    their new values, and the touched ones still know what they were made from."""
    theirs = activity_draft_of(present)
    touched = different_fields(edit.draft, edit.seen)
    news = touched - different_fields(theirs, edit.draft)
    return replace(
        edit, seen=with_fields(theirs, edit.seen, touched - news), draft=with_fields(theirs, edit.draft, touched)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field, and which of the two sides has changed it."""

    field: str
    mine: bool
    theirs: bool


def differences(edit: ActivityEdit, present: Activity) -> list[Difference]:
    """Returns where the edit and the activity as it is stored now differ from what the edit was made from, unless in
    the same way."""
    theirs = activity_draft_of(present)
    mine, changed = edit.changed, changed_fields(theirs, edit.seen)
    different = changed_fields(theirs, edit.draft)
    return [
        Difference(field=name, mine=name in mine, theirs=name in changed)
        for name in _FIELDS
        if name in (mine | changed) and name in different
    ]


def resolved(edit: ActivityEdit, present: Activity, mine: Collection[str]) -> ActivityEdit:
    """Returns the edit that makes of `present` what was chosen: these fields as in the edit, all others as stored."""
    theirs = activity_draft_of(present)
    return ActivityEdit(seen=theirs, draft=with_fields(theirs, edit.draft, mine))
