"""A change of state is reported once, and only where there is one."""

from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.checks.health import CheckResult, TestKind, WarningKind
from smtp_desktop.domain.checks.known_states import KnownStates
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FAILED = {"ok": False, "stage": Stage.CONNECT, "kind": FailureKind.REFUSED}
LOST = {"ok": False, "stage": Stage.CONTENT, "kind": FailureKind.OUTCOME_UNKNOWN}
WORKS = {"ok": True}
WARNED = {"ok": True, "warnings": (WarningKind.SPF_MISSING,)}


def result(values, key="a"):
    return CheckResult(profile_id=ProfileId(key), at=NOON, test_kind=TestKind.CHECK, duration_ms=1.0, **values)


@pytest.mark.parametrize(
    ("seen", "changes_seen"),
    [
        ([WORKS], [None]),
        ([FAILED], [None]),
        ([WORKS, FAILED, FAILED, WORKS], [None, False, None, True]),
        ([WORKS, WARNED, FAILED, WARNED], [None, None, False, True]),
        ([WORKS, LOST, FAILED], [None, None, False]),
        ([WORKS, LOST, WORKS], [None, None, None]),
        ([LOST, FAILED], [None, None]),
    ],
)
def test_only_a_change_is_reported(seen, changes_seen):
    states = KnownStates()
    changes = [states.note(result(values)) for values in seen]
    assert [change.works if change else None for change in changes] == changes_seen


def test_each_smtp_is_known_by_itself():
    states = KnownStates()
    states.note(result(WORKS))
    assert states.note(result(FAILED, key="b")) is None
    assert states.note(result(FAILED)).result.profile_id == "a"
