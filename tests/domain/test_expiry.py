"""When a client secret is worth a warning."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smtp_desktop.domain.expiry import WARNED_AHEAD_DAYS, SecretExpiry, expiry_on, secret_expiry
from smtp_desktop.domain.profile import GenericServer, GraphMailbox, ProfileId, SmtpProfile

TODAY = date(2026, 11, 23)
OFFICE = SmtpProfile(
    id=ProfileId("p1"),
    name="Office",
    server=GraphMailbox(user_name="box@company.example", tenant_id="t", client_id="c"),
)


def ending(day: date | None) -> SmtpProfile:
    return replace(OFFICE, server=replace(OFFICE.server, client_secret_valid_until=day))


@pytest.mark.parametrize(
    ("days", "ended"), [(30, False), (29, False), (1, False), (0, False), (-1, True), (-400, True)]
)
def test_what_ends_within_thirty_days_or_has_ended_is_warned_of(days: int, ended: bool) -> None:
    day = TODAY + timedelta(days=days)
    warning = secret_expiry(ending(day), TODAY)
    assert warning == SecretExpiry(valid_until=day, days_left=days) == expiry_on(day, TODAY)
    assert warning.ended is ended


@pytest.mark.parametrize("days", [31, 365, 700_000])
def test_what_is_further_ahead_is_not(days: int) -> None:
    day = TODAY + timedelta(days=days)
    assert secret_expiry(ending(day), TODAY) is None
    assert expiry_on(day, TODAY) is None


def test_the_warning_comes_thirty_days_ahead() -> None:
    assert WARNED_AHEAD_DAYS == 30


def test_a_day_that_nobody_told_is_not_warned_of() -> None:
    assert secret_expiry(ending(None), TODAY) is None


def test_a_server_has_no_client_secret() -> None:
    assert secret_expiry(replace(OFFICE, server=GenericServer(host_name="h")), TODAY) is None
