"""End dates: client secrets and ways of signing in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from domain.checks.end_date_examples import BERLIN, LEAF, advice, by_oauth, fact, found, generic, graph, only

from smtp_desktop.domain.checks.end_date import EndDateKind
from smtp_desktop.domain.checks.sign_in_end_dates import COMPANY_PASSWORDS_END, PERSONAL_PASSWORDS_ENDED
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, SignIn


class TestClientSecrets:
    @pytest.mark.parametrize(
        ("today", "days"),
        [
            (date(2028, 2, 28), 2),
            (date(2028, 2, 29), 1),
            (date(2028, 3, 1), 0),
            (date(2028, 3, 2), -1),
            (date(2027, 3, 1), 366),
            (date(2026, 3, 1), 731),
        ],
    )
    def test_days_left_know_leap_years(self, today, days):
        assert only([graph("Box", date(2028, 3, 1))]).days_left(today) == days

    @pytest.mark.parametrize(
        ("day", "left", "ended", "near"),
        [
            (date(2026, 12, 2), "in 61 days", False, False),
            (date(2026, 12, 3), "in 60 days", False, True),
            (date(2027, 2, 1), "today", False, True),
            (date(2027, 2, 2), "expired yesterday", True, True),
        ],
    )
    def test_it_is_good_for_the_whole_of_its_last_day(self, day, left, ended, near):
        end_date = only([graph("Box", date(2027, 2, 1))])
        now = datetime(day.year, day.month, day.day, 23, 59, tzinfo=BERLIN)
        assert (str(end_date.left(now)), end_date.ended(now), end_date.is_near(now)) == (left, ended, near)

    def test_mailboxes_of_one_app_share_a_row(self):
        day = date(2027, 1, 5)
        mailboxes = [
            graph("Box", day),
            graph("Another", day, client_id="abc"),
            graph("Later", day + timedelta(days=1)),
            graph("Other app", day, client_id="def"),
            graph("Unknown", None),
        ]
        assert found(mailboxes) == [
            ("client_secret", day, "Another, Box"),
            ("client_secret", day, "Other app"),
            ("client_secret", day + timedelta(days=1), "Later"),
        ]

    @pytest.mark.parametrize(
        ("left", "warning"), [(61, None), (60, 60), (31, 60), (30, 30), (15, 30), (14, 14), (7, 7), (0, 7), (-1, 0)]
    )
    def test_its_warnings_come_60_30_14_and_7_days_ahead(self, left, warning):
        end_date = only([graph("Box", date(2027, 2, 1))])
        assert end_date.warning_days(datetime(2027, 2, 1, 12, tzinfo=UTC) - timedelta(days=left)) == warning

    def test_smtp_servers_have_them_too_and_share_the_app_of_a_mailbox(self):
        day = date(2027, 1, 5)
        smtps = [
            graph("Box", day),
            by_oauth("Server", OAuthProvider.MICROSOFT, SignIn.APP_ONLY, client_secret_valid_until=day),
            by_oauth("Own", OAuthProvider.OTHER, SignIn.APP_ONLY, client_secret_valid_until=day),
            by_oauth("Browser", OAuthProvider.OTHER, SignIn.BROWSER, client_secret_valid_until=day),
        ]
        assert found(smtps) == [("client_secret", day, "Box, Server"), ("client_secret", day, "Browser, Own")]

    def test_of_another_provider_its_administrator_gives_a_new_one(self):
        server = by_oauth("Own", OAuthProvider.OTHER, SignIn.APP_ONLY, client_secret_valid_until=date(2027, 1, 5))
        words = advice(only([server]))
        assert "Ask the administrator of the authorization server" in words
        assert "Entra" not in words

    def test_one_that_is_only_kept_beside_a_certificate_ends_nothing(self):
        kept = {"sign_in": SignIn.APP_ONLY, "app_credential": AppCredential.CERTIFICATE}
        assert found([graph("Box", date(2027, 1, 5), **kept)]) == []

    def test_it_is_said_where_to_make_a_new_one_and_where_it_goes(self):
        words = advice(only([graph("Box", date(2027, 1, 5))]))
        assert "Client secret of the app abc" in words
        assert "Certificates & secrets" in words
        assert "Box, then run a test." in words


class TestPasswordSignIn:
    @pytest.mark.parametrize(
        "host", ["smtp.office365.com", " SMTP.Office365.com. ", "outlook.office365.com", "smtp-legacy.office365.com"]
    )
    def test_company_mailboxes_end_with_december_2026(self, host):
        assert found([generic("Office", host_name=host)]) == [("password_sign_in", date(2026, 12, 31), "Office")]

    @pytest.mark.parametrize(
        "profile",
        [
            generic("No sign-in", host_name="smtp.office365.com", auth_required=False),
            generic("Receives only", host_name="company-example.mail.protection.outlook.com"),
            generic("High Volume Email", host_name="smtp-hve.office365.com"),
            generic("Looks like it", host_name="smtp.office365.com.evil.example"),
            graph("Graph", None),
            by_oauth("Browser", OAuthProvider.MICROSOFT, SignIn.BROWSER, host_name="smtp.office365.com"),
            by_oauth("App", OAuthProvider.MICROSOFT, SignIn.APP_ONLY, host_name="smtp.office365.com"),
        ],
    )
    def test_others_do_not(self, profile):
        assert found([profile]) == []

    def test_it_says_exactly_what_ends_and_what_does_not(self):
        end_date = only([generic("Office", host_name="smtp.office365.com"), generic("Relay")])
        assert str(end_date.meaning) == (
            "At the end of December 2026, Microsoft turns off password sign-in by default; an administrator "
            "can turn it back on. For tenants created later, it is unavailable by default. Microsoft will announce "
            "the final removal date in the second half of 2027. OAuth sign-in is not affected."
        )
        assert "Change to the browser sign-in, or to type MS Graph API" in str(end_date.steps[0])
        assert str(end_date.what) == "Password sign-in at smtp.office365.com"

    @pytest.mark.parametrize(
        ("day", "left", "near"),
        [
            (date(2026, 11, 1), "in 60 days", True),
            (date(2026, 10, 31), "in 61 days", False),
            (date(2026, 11, 24), "in 37 days", True),
            (date(2026, 12, 31), "today", True),
            (date(2027, 1, 1), "yesterday", True),
            (date(2027, 3, 1), "60 days ago", True),
        ],
    )
    def test_afterwards_it_may_go_on_where_it_was_switched_on_again(self, day, left, near):
        end_date = only([generic("Office", host_name="smtp.office365.com")])
        now = datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)
        assert (str(end_date.left(now)), end_date.is_near(now), end_date.ended(now)) == (left, near, False)

    @pytest.mark.parametrize("host", ["smtp-mail.outlook.com", "smtp.live.com", "smtp.hotmail.com"])
    def test_personal_mailboxes_ended_long_ago(self, host):
        end_date = only([generic("Old", host_name=host), generic("Open", host_name=host, auth_required=False)])
        assert (end_date.kind, end_date.ends_on, end_date.names) == (
            EndDateKind.PASSWORD_SIGN_IN,
            date(2024, 9, 16),
            "Old",
        )
        assert end_date.ended(datetime(2026, 11, 24, tzinfo=UTC))
        assert "including app passwords" in str(end_date.meaning)

    def test_a_provider_that_takes_app_passwords_ends_nothing(self):
        assert found([generic("Gmail", host_name="smtp.gmail.com")]) == []


def test_the_soonest_stands_first_and_what_is_over_before_it():
    profiles = [
        generic("Office", host_name="smtp.office365.com"),
        generic("Old", host_name="smtp.live.com"),
        graph("Box", COMPANY_PASSWORDS_END),
        generic("Relay"),
    ]
    ends = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
    assert found(profiles, [fact(replace(LEAF, valid_until=ends))]) == [
        ("password_sign_in", PERSONAL_PASSWORDS_ENDED, "Old"),
        ("certificate", COMPANY_PASSWORDS_END, "Relay"),
        ("client_secret", COMPANY_PASSWORDS_END, "Box"),
        ("password_sign_in", COMPANY_PASSWORDS_END, "Office"),
    ]


def test_every_kind_is_warned_of_in_its_own_time():
    assert {kind.value: kind.warned_ahead_days for kind in EndDateKind} == {
        "certificate": 21,
        "issuing_ca": 21,
        "client_secret": 60,
        "app_certificate": 60,
        "next_app_certificate": 60,
        "password_sign_in": 60,
        "sign_in": 7,
        "unused_sign_in": 60,
    }
