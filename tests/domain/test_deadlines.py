"""What will stop working when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes.certificates import a_certificate

from smtp_desktop.domain.conversation import Security, TlsMode
from smtp_desktop.domain.deadline import Deadline, DeadlineKind
from smtp_desktop.domain.deadlines import COMPANY_PASSWORDS_END, PERSONAL_PASSWORDS_ENDED, deadlines
from smtp_desktop.domain.health import ServerFact
from smtp_desktop.domain.profile import GenericServer, GraphMailbox, ProfileId, SmtpProfile

BERLIN, APIA, HONOLULU = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Honolulu")
HOST = "smtp.company.example"
END = datetime(2027, 2, 3, 12, 0, tzinfo=UTC)
CA_NAME = "Example CA, Example Ltd"  # who issued what `a_certificate` makes
LEAF = a_certificate(HOST, valid_until=END)


def generic(name: str, **server) -> SmtpProfile:
    return SmtpProfile(id=ProfileId(name.lower()), name=name, server=GenericServer(**({"host_name": HOST} | server)))


def graph(name: str, valid_until: date | None, **server) -> SmtpProfile:
    values = {"user_name": "box@company.example", "tenant_id": "company.example", "client_id": "ABC"} | server
    return SmtpProfile(
        id=ProfileId(name.lower()), name=name, server=GraphMailbox(**values, client_secret_valid_until=valid_until)
    )


def fact(*chain, host: str = HOST, port: int = 587) -> ServerFact:
    return ServerFact(host=host, port=port, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain))


def found(profiles, facts=(), zone=UTC) -> list[tuple[str, date, str]]:
    return [(one.kind.value, one.ends_on, one.names) for one in deadlines(profiles, facts, zone)]


def only(profiles, facts=(), zone=UTC) -> Deadline:
    (deadline,) = deadlines(profiles, facts, zone)
    return deadline


def advice(deadline: Deadline) -> str:
    return "\n".join(map(str, (deadline.what, deadline.meaning, *deadline.steps)))


class TestCertificates:
    def test_one_that_serves_several_smtps_is_one_row_that_names_them(self):
        relays = [generic("Relay"), generic("backup"), generic("Other", host_name="other.example")]
        assert found(relays, [fact(LEAF)]) == [("certificate", END.date(), "backup, Relay")]

    def test_one_at_two_ports_is_one_row_and_names_its_host_once(self):
        relays = [generic("A"), generic("B", smtp_port=465)]
        deadline = only(relays, [fact(LEAF), fact(LEAF, port=465)])
        assert (deadline.names, str(deadline.what)) == ("A, B", f"Certificate of {HOST}")

    def test_hosts_with_certificates_of_their_own_have_rows_of_their_own(self):
        other = a_certificate("other.example", valid_until=END - timedelta(days=1), fingerprint="cd" * 32)
        relays = [generic("A"), generic("B", host_name="Other.Example")]
        assert found(relays, [fact(LEAF), fact(other, host="other.example")]) == [
            ("certificate", date(2027, 2, 2), "B"),
            ("certificate", date(2027, 2, 3), "A"),
        ]

    @pytest.mark.parametrize(
        "relay",
        [
            generic("Never seen", host_name="unseen.example"),
            generic("Another port", smtp_port=25),
            generic("Without TLS", tls=False),
            generic("Not a host", host_name="not a host"),
        ],
    )
    def test_what_relies_on_none_that_was_seen_has_no_row(self, relay):
        assert found([relay], [fact(LEAF)]) == []

    def test_a_chain_that_could_not_be_read_has_no_row(self):
        assert found([generic("Relay")], [fact()]) == []

    def test_a_certificate_without_an_end_has_no_row(self):
        endless = a_certificate(HOST, valid_until=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
        assert found([generic("Relay")], [fact(endless)], BERLIN) == []

    def test_it_is_said_to_check_first_and_then_to_have_it_renewed(self):
        check, renew = only([generic("Relay")], [fact(LEAF)]).steps
        assert str(check).startswith("Check Relay:")
        assert "renew the certificate" in str(renew)

    def test_who_trusts_it_by_fingerprint_must_trust_the_next_one_too(self):
        relays = [generic("Relay"), generic("Pinned", trusted_fingerprint=LEAF.fingerprint)]
        deadline = only(relays, [fact(LEAF)])
        assert deadline.names == "Pinned, Relay"
        assert str(deadline.steps[-1]).startswith("Pinned: this very certificate is trusted there")


class TestIssuers:
    EARLY = a_certificate(CA_NAME, valid_until=END - timedelta(days=100), fingerprint="ca" * 32)

    def test_one_that_ends_first_has_a_row_before_that_of_the_certificate(self):
        relays = [generic("Relay"), generic("Copy")]
        assert found(relays, [fact(LEAF, self.EARLY)]) == [
            ("issuing_ca", date(2026, 10, 26), "Copy, Relay"),
            ("certificate", date(2027, 2, 3), "Copy, Relay"),
        ]
        issuer = deadlines(relays, [fact(LEAF, self.EARLY)], UTC)[0]
        assert str(issuer.what) == f"CA certificate {CA_NAME}"
        assert HOST in str(issuer.meaning)
        assert len(issuer.steps) == 1

    @pytest.mark.parametrize(
        "above",
        [
            replace(EARLY, valid_until=END),
            replace(EARLY, valid_until=END + timedelta(days=1)),
            replace(EARLY, subject="Somebody else"),  # shown, but it did not issue that certificate
        ],
    )
    def test_others_have_none(self, above):
        assert [kind for kind, _, _ in found([generic("Relay")], [fact(LEAF, above)])] == ["certificate"]

    def test_those_above_it_have_none(self):
        issuer = replace(self.EARLY, valid_until=END + timedelta(days=900))
        old_root = a_certificate("Example Root", valid_until=END - timedelta(days=900), fingerprint="00" * 32)
        assert [kind for kind, _, _ in found([generic("Relay")], [fact(LEAF, issuer, old_root)])] == ["certificate"]

    def test_who_trusts_by_fingerprint_does_not_mind(self):
        relays = [generic("Relay"), generic("Pinned", trusted_fingerprint=LEAF.fingerprint)]
        assert found(relays, [fact(LEAF, self.EARLY)])[0] == ("issuing_ca", date(2026, 10, 26), "Relay")

    def test_who_trusts_a_ca_from_a_file_may_need_another_file(self):
        relays = [generic("Relay"), generic("Private", trusted_ca_pem="-----BEGIN…")]
        issuer = deadlines(relays, [fact(LEAF, self.EARLY)], UTC)[0]
        assert str(issuer.steps[-1]).startswith("Private: a CA from a file is trusted there.")


class TestDaysOfMoments:
    @pytest.mark.parametrize(
        ("moment", "zone", "day"),
        [
            (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), UTC, date(2026, 11, 30)),
            (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), BERLIN, date(2026, 12, 1)),
            (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), HONOLULU, date(2026, 11, 30)),
            (datetime(2026, 11, 30, 9, 59, tzinfo=UTC), HONOLULU, date(2026, 11, 29)),
            (datetime(2026, 11, 30, 11, 0, tzinfo=UTC), APIA, date(2026, 12, 1)),
            # Berlin is two hours ahead in summer, whatever the season is today.
            (datetime(2027, 7, 1, 22, 30, tzinfo=UTC), BERLIN, date(2027, 7, 2)),
            (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), BERLIN, date(2028, 2, 29)),
            (datetime(2027, 2, 28, 23, 30, tzinfo=UTC), BERLIN, date(2027, 3, 1)),
            (datetime(2027, 12, 31, 23, 30, tzinfo=UTC), BERLIN, date(2028, 1, 1)),
        ],
    )
    def test_the_day_is_that_of_the_clock_on_the_wall(self, moment, zone, day):
        deadline = only([generic("Relay")], [fact(replace(LEAF, valid_until=moment))], zone)
        assert (deadline.ends_on, deadline.ends_at) == (day, moment)

    @pytest.mark.parametrize(
        ("now", "left", "ended", "near"),
        [
            (END - timedelta(days=22), "in 22 days", False, False),
            (END - timedelta(days=21), "in 21 days", False, True),
            (END - timedelta(days=1), "tomorrow", False, True),
            (END - timedelta(hours=1), "today", False, True),
            (END, "today", False, True),
            (END + timedelta(seconds=1), "ended today", True, True),
            (END + timedelta(days=1), "ended yesterday", True, True),
            (END + timedelta(days=3), "ended 3 days ago", True, True),
        ],
    )
    def test_it_ends_at_its_moment(self, now, left, ended, near):
        deadline = only([generic("Relay")], [fact(LEAF)])
        assert (str(deadline.left(now)), deadline.ended(now), deadline.is_near(now)) == (left, ended, near)

    def test_calendar_days_count_not_stretches_of_24_hours(self):
        deadline = only([generic("Relay")], [fact(LEAF)], BERLIN)
        late = datetime(2027, 2, 2, 23, 59, tzinfo=BERLIN)
        assert deadline.days_left(late.date()) == 1
        assert str(deadline.left(late + timedelta(minutes=2))) == "today"


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
            (date(2027, 1, 1), "in 31 days", False, False),
            (date(2027, 1, 2), "in 30 days", False, True),
            (date(2027, 2, 1), "today", False, True),
            (date(2027, 2, 2), "ended yesterday", True, True),
        ],
    )
    def test_it_is_good_for_the_whole_of_its_last_day(self, day, left, ended, near):
        deadline = only([graph("Box", date(2027, 2, 1))])
        now = datetime(day.year, day.month, day.day, 23, 59, tzinfo=BERLIN)
        assert (str(deadline.left(now)), deadline.ended(now), deadline.is_near(now)) == (left, ended, near)

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

    def test_it_is_said_where_to_make_a_new_one_and_where_it_goes(self):
        words = advice(only([graph("Box", date(2027, 1, 5))]))
        assert "Client secret of the app abc" in words
        assert "Certificates & secrets" in words
        assert "test: Box." in words


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
        ],
    )
    def test_others_do_not(self, profile):
        assert found([profile]) == []

    def test_it_says_exactly_what_ends_and_what_does_not(self):
        deadline = only([generic("Office", host_name="smtp.office365.com"), generic("Relay")])
        assert str(deadline.meaning) == (
            "At the end of December 2026 Microsoft switches sign-in with a password off by default; an administrator "
            "can switch it on again. Tenants that are created later do without it from the start. The day on which it "
            "is removed for good is to be announced in the second half of 2027. Sign-in with OAuth goes on."
        )
        assert "MS Graph API" in str(deadline.steps[0])
        assert str(deadline.what) == "Password sign-in at smtp.office365.com"

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
        deadline = only([generic("Office", host_name="smtp.office365.com")])
        now = datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)
        assert (str(deadline.left(now)), deadline.is_near(now), deadline.ended(now)) == (left, near, False)

    @pytest.mark.parametrize("host", ["smtp-mail.outlook.com", "smtp.live.com", "smtp.hotmail.com"])
    def test_personal_mailboxes_ended_long_ago(self, host):
        deadline = only([generic("Old", host_name=host), generic("Open", host_name=host, auth_required=False)])
        assert (deadline.kind, deadline.ends_on, deadline.names) == (
            DeadlineKind.PASSWORD_SIGN_IN,
            date(2024, 9, 16),
            "Old",
        )
        assert deadline.ended(datetime(2026, 11, 24, tzinfo=UTC))
        assert "app passwords included" in str(deadline.meaning)

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
    assert {kind.value: kind.warned_ahead_days for kind in DeadlineKind} == {
        "certificate": 21,
        "issuing_ca": 21,
        "client_secret": 30,
        "password_sign_in": 60,
    }
