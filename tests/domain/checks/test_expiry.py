"""When a client secret is worth a warning."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from fakes.certificates import a_certificate

from smtp_desktop.domain.checks.expiry import (
    WARNED_AHEAD_DAYS,
    Expiry,
    app_certificate_expiry,
    certificate_expiry,
    expiry_on,
    secret_expiry,
)
from smtp_desktop.domain.smtp.oauth import AppCertificate
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    GenericServer,
    GraphMailbox,
    ProfileId,
    SignIn,
    SmtpProfile,
)

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
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
    assert warning == Expiry(last_day=day, days_left=days, ended=ended) == expiry_on(day, TODAY)
    assert warning.ended is ended


@pytest.mark.parametrize("days", [31, 365, 700_000])
def test_what_is_further_ahead_is_not(days: int) -> None:
    day = TODAY + timedelta(days=days)
    assert secret_expiry(ending(day), TODAY) is None
    assert expiry_on(day, TODAY) is None


def test_among_the_dates_the_first_warning_comes_sixty_days_ahead() -> None:
    assert WARNED_AHEAD_DAYS == 60


def test_an_app_certificate_is_warned_of_while_it_is_in_use() -> None:
    certificate = AppCertificate(pem="", valid_until=TODAY + timedelta(days=30))
    in_use = replace(
        OFFICE.server,
        sign_in=SignIn.APP_ONLY,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=certificate,
        client_secret_valid_until=TODAY,
    )
    profile = replace(OFFICE, server=in_use)
    assert app_certificate_expiry(profile, TODAY) == expiry_on(certificate.valid_until, TODAY)
    assert secret_expiry(profile, TODAY) is None
    kept = replace(profile, server=replace(in_use, app_credential=AppCredential.SECRET))
    assert app_certificate_expiry(kept, TODAY) is None
    assert secret_expiry(kept, TODAY) == expiry_on(TODAY, TODAY)


def test_a_day_that_nobody_entered_is_not_warned_of() -> None:
    assert secret_expiry(ending(None), TODAY) is None


def test_a_server_has_no_client_secret() -> None:
    assert secret_expiry(replace(OFFICE, server=GenericServer(host_name="h")), TODAY) is None


@pytest.mark.parametrize(
    ("ahead", "days_left", "ended"),
    [
        (timedelta(days=22), None, False),
        (timedelta(days=21), 21, False),
        (timedelta(days=1), 1, False),
        (timedelta(minutes=1), 0, False),
        (timedelta(0), 0, True),
        (-timedelta(minutes=1), 0, True),
        (-timedelta(days=3), -3, True),
    ],
)
def test_a_certificate_is_warned_of_21_days_ahead(ahead, days_left, ended):
    certificate = a_certificate(valid_until=NOW + ahead)
    expiry = certificate_expiry(certificate, NOW)
    if days_left is None:
        assert expiry is None
        return
    assert (expiry.days_left, expiry.ended) == (days_left, ended)


def test_a_certificates_days_are_those_of_the_user():
    certificate = a_certificate(valid_until=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    east = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=2)))
    assert certificate_expiry(certificate, east).days_left == 1
    assert certificate_expiry(certificate, east.astimezone(UTC)).days_left == 0
