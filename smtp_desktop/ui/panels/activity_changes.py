"""What was changed in the form of an activity."""

from dataclasses import fields, replace

from smtp_desktop.domain.delivery.activity import ActivityDraft

_TRIMMED = ("name", "to", "cc", "bcc", "subject", "attachments")


def differs(draft: ActivityDraft, filled: ActivityDraft) -> bool:
    """Whether saving `draft` would store something else than `filled` says."""
    return _content(draft) != _content(filled)


def _content(draft: ActivityDraft) -> ActivityDraft:
    return replace(draft, **{name: getattr(draft, name).strip() for name in _TRIMMED})


def rebased(draft: ActivityDraft, filled: ActivityDraft, fresh: ActivityDraft) -> ActivityDraft:
    """Returns `fresh` with what differs between `filled` and `draft`, which is what a person typed."""
    typed = {
        field.name: getattr(draft, field.name)
        for field in fields(ActivityDraft)
        if getattr(draft, field.name) != getattr(filled, field.name)
    }
    return replace(fresh, **typed)
