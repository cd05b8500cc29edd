"""Differences in JSON."""

from smtp_desktop.domain.declared.difference import Action, Difference, FieldChange
from smtp_desktop.domain.smtp.profile_fields import Plain


def difference_document(difference: Difference) -> dict[str, object]:
    """Returns what setting one object came to, for `--json`. `diff` has the fields that changed; a secret's values are
    null in it."""
    return {
        "name": difference.name,
        "changed": difference.changed,
        "created": difference.action is Action.CREATED,
        "diff": diff_document(difference),
    }


def diff_document(difference: Difference) -> dict[str, dict[str, Plain]]:
    """Returns the fields that changed, each with its values before and after."""
    return {change.name: _change_document(change) for change in difference.fields}


def _change_document(change: FieldChange) -> dict[str, Plain]:
    return {"before": change.before, "after": change.after}
