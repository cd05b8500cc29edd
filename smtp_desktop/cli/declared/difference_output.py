"""Differences in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_desktop.domain.declared.difference import Action, Difference, FieldChange

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import common, other


def difference_document(difference: Difference) -> dict[str, object]:
    """Returns what setting one object came to, for `--json`. `diff` has the fields that changed; a secret's values are
    null in it."""
    return {
        "name": difference.name,
        "changed": difference.changed,
        "created": difference.action is Action.CREATED,
        "diff": diff_document(difference),
    }


def applied_document(difference: Difference) -> other.Applied:
    """Returns what came of one object of a file."""
    return {
        "kind": difference.kind,
        "name": difference.name,
        "action": difference.action,
        "changed": difference.changed,
        "diff": diff_document(difference),
        "not_compared": list(difference.unknown),
    }


def diff_document(difference: Difference) -> dict[str, common.Change]:
    """Returns the fields that changed, each with its values before and after."""
    return {change.name: _change_document(change) for change in difference.fields}


def _change_document(change: FieldChange) -> common.Change:
    return {"before": change.before, "after": change.after}
