"""End dates: the certificates that apps sign in with."""

from datetime import UTC, date, datetime

import pytest
from domain.checks.end_date_examples import advice, by_oauth, found, graph, only

from smtp_desktop.domain.checks.end_dates import end_dates
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, SignIn, SmtpProfile

END, LATER = date(2027, 2, 1), date(2028, 2, 1)
PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
OLD, NEW = (AppCertificate(pem=PEM.format(body), valid_until=day) for body, day in (("b2xk", END), ("bmV3", LATER)))


def box(name: str = "Box", certificate: AppCertificate = OLD, following: AppCertificate | None = None) -> SmtpProfile:
    return graph(
        name,
        None,
        sign_in=SignIn.APP_ONLY,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=certificate,
        next_app_certificate=following,
    )


def test_it_ends_with_its_last_day_for_all_that_share_it() -> None:
    server = by_oauth(
        "Server",
        OAuthProvider.MICROSOFT,
        SignIn.APP_ONLY,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=OLD,
    )
    assert found([box(), server, box("Other", NEW)]) == [
        ("app_certificate", END, "Box, Server"),
        ("app_certificate", LATER, "Other"),
    ]


@pytest.mark.parametrize(("day", "near", "ended"), [(2, False, False), (3, True, False)])
def test_it_is_near_60_days_ahead(day: int, near: bool, ended: bool) -> None:
    end_date, now = only([box()]), datetime(2026, 12, day, tzinfo=UTC)
    assert (end_date.is_near(now), end_date.ended(now)) == (near, ended)


def test_it_is_known_by_the_beginning_of_its_thumbprint_as_entra_id_shows_it() -> None:
    assert f"App certificate {OLD.thumbprint[:16]}…" in advice(only([box()]))


def test_without_a_next_one_the_first_step_is_to_renew_it() -> None:
    steps = [str(step) for step in only([box()]).steps]
    assert steps[0] == "Renew the certificate: Box. The present one stays in use until then."
    assert "Save the new certificate as a .cer file" in steps[1]
    assert steps[2] == "Switch to the new certificate: Box. Then run a test."


def test_a_next_one_is_listed_and_only_waits_for_the_switch() -> None:
    present, following = end_dates([box(following=NEW)], (), zone=UTC)
    assert (present.kind.value, following.kind.value) == ("app_certificate", "next_app_certificate")
    assert following.ends_on == LATER
    assert not any("Renew" in str(step) for step in present.steps)
    assert str(following.meaning) == "It is ready to replace the present one, and is not in use yet."


def test_one_that_is_stored_but_not_in_use_ends_nothing() -> None:
    stored = graph("Box", None, sign_in=SignIn.APP_ONLY, app_certificate=OLD)
    assert found([stored]) == []
