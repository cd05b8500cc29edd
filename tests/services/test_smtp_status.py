"""The state of an SMTP, from its last result and the hold on it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.checks.health import CheckResult, TestKind, WarningKind
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold, hold_by_hand
from smtp_desktop.domain.diagnosis.kinds import FailureKind
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.smtp_status import SmtpState, SmtpStatus

ID = ProfileId("relay")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RELAY = SmtpProfile(
    id=ID,
    name="Relay",
    server=GenericServer(host_name="relay.example", auth_required=False),
    from_address="jobs@company.example",
    settings_version=1,
)
WORKED = CheckResult(profile_id=ID, at=NOW, test_kind=TestKind.CHECK, ok=True, duration_ms=1)
FAILED = replace(WORKED, ok=False, kind=FailureKind.REPLY)
BY_HAND = hold_by_hand(ID, now=NOW)


def held(state):
    return SmtpHold(profile_id=ID, since=NOW, state=state)


@pytest.mark.parametrize(
    ("last", "hold", "state", "fails"),
    [
        (None, None, SmtpState.NEVER_TESTED, False),
        (WORKED, None, SmtpState.WORKS, False),
        (replace(WORKED, warnings=(WarningKind.SPF_MISSING,)), None, SmtpState.WORKS_BUT, False),
        (FAILED, None, SmtpState.FAILS, True),
        (replace(FAILED, kind=FailureKind.OUTCOME_UNKNOWN), None, SmtpState.FAILS, True),
        (WORKED, held(HoldState.HELD), SmtpState.HELD, True),
        (WORKED, held(HoldState.PAUSED), SmtpState.PAUSED, False),
        (FAILED, held(HoldState.PROBING), SmtpState.PAUSED, True),
        (None, BY_HAND, SmtpState.PAUSED, False),
        (FAILED, BY_HAND, SmtpState.PAUSED, True),
        (WORKED, held(HoldState.LIMITED), SmtpState.WORKS, False),
        (FAILED, held(HoldState.SLOWED), SmtpState.FAILS, True),
    ],
)
def test_a_hold_that_stops_it_counts_before_the_last_result(last, hold, state, fails):
    status = SmtpStatus(profile=RELAY, last=last, hold=hold)
    assert (status.state, status.is_failing) == (state, fails)


@pytest.mark.parametrize("last", [WORKED, FAILED])
def test_what_was_found_before_a_change_of_the_settings_is_no_longer_its_state(last):
    status = SmtpStatus(profile=replace(RELAY, settings_version=2), last=last)
    assert (status.state, status.changed_since, status.is_failing) == (SmtpState.NEVER_TESTED, True, False)


@pytest.mark.parametrize("last", [None, WORKED, FAILED])
@pytest.mark.parametrize("hold", [None, held(HoldState.SLOWED)])
def test_what_lacks_something_is_incomplete_whatever_was_found(last, hold):
    status = SmtpStatus(profile=replace(RELAY, from_address=""), last=last, hold=hold)
    assert (status.state, status.missing) == (SmtpState.INCOMPLETE, ("from_address",))
