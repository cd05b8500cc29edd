"""End dates: sign-ins in a browser that end, could not be renewed, or are not used."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from domain.checks.end_date_examples import BERLIN, advice, by_oauth, found, only

from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import ProfileId, SignIn

NOW = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
GMAIL = by_oauth("Gmail", OAuthProvider.GOOGLE, SignIn.BROWSER)
OWN = by_oauth("Own", OAuthProvider.OTHER, SignIn.DEVICE)


def signed_in(name: str = "gmail", *, days: float | None = None, problem: str = "") -> SignedIn:
    return SignedIn(
        profile_id=ProfileId(name),
        account="box@company.example",
        signed_in_at=NOW,
        valid_until=NOW + timedelta(hours=1),
        ends_at=NOW + timedelta(days=days) if days else None,
        problem=problem,
    )


def test_a_google_app_in_testing_is_said_with_the_day_and_the_way_out() -> None:
    end_date = only([GMAIL], signed_in=[signed_in(days=7)], zone=BERLIN)
    assert end_date.ends_on == (NOW + timedelta(days=7)).astimezone(BERLIN).date()
    assert str(end_date.meaning).startswith("Your Google app is in Testing: Google signs out its users 7 days after")
    assert "choose Publish app" in str(end_date.steps[0])
    assert str(end_date.steps[-1]) == "Sign in again: Gmail."
    assert end_date.is_near(NOW + timedelta(hours=1))


@pytest.mark.parametrize(("profile", "name"), [(GMAIL, "gmail"), (OWN, "own")])
def test_another_end_of_a_sign_in_is_no_fault_of_google(profile, name) -> None:
    end_date = only([profile], signed_in=[signed_in(name, days=30)])
    assert "Testing" not in advice(end_date)
    assert (end_date.kind.value, str(end_date.what)) == ("sign_in", "Sign-in of box@company.example")
    assert not end_date.is_near(NOW)
    assert end_date.is_near(NOW + timedelta(days=23))


def test_a_token_that_could_not_be_renewed_is_said_with_its_cause() -> None:
    end_date = only([GMAIL], signed_in=[signed_in(days=7, problem=Cause.PERMISSION_MISSING)])
    assert str(end_date.meaning) == "The access token could not be renewed: a permission is missing."
    assert end_date.ends_at == NOW + timedelta(hours=1)
    assert end_date.ended(NOW + timedelta(hours=2))


def test_a_cause_of_a_newer_version_is_shown_as_it_is() -> None:
    assert "moon_phase." in advice(only([GMAIL], signed_in=[signed_in(problem="moon_phase")]))


def test_google_ends_what_nobody_uses_for_six_months() -> None:
    assert found([GMAIL, OWN], signed_in=[signed_in(), signed_in("own")]) == [
        ("unused_sign_in", (NOW + timedelta(days=180, hours=1)).date(), "Gmail")
    ]


@pytest.mark.parametrize("server", [{"sign_in": SignIn.PASSWORD, "oauth": None}, {"sign_in": SignIn.APP_ONLY}])
def test_what_was_known_before_another_way_to_sign_in_ends_nothing(server) -> None:
    changed = replace(GMAIL, server=replace(GMAIL.server, **server))
    assert found([changed], signed_in=[signed_in(days=7)]) == []


def test_where_nobody_signed_in_nothing_ends() -> None:
    assert found([GMAIL, OWN]) == []
