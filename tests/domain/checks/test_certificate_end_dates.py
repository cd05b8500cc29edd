"""End dates of servers' certificates, and of their issuers'."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from domain.checks.end_date_examples import APIA, BERLIN, CA_NAME, END, HONOLULU, HOST, LEAF, fact, found, generic, only
from fakes.certificates import a_certificate

from smtp_desktop.domain.checks.end_dates import end_dates


class TestCertificates:
    def test_one_that_serves_several_smtps_is_one_row_that_names_them(self):
        relays = [generic("Relay"), generic("backup"), generic("Other", host_name="other.example")]
        assert found(relays, [fact(LEAF)]) == [("certificate", END.date(), "backup, Relay")]

    def test_one_at_two_ports_is_one_row_and_names_its_host_once(self):
        relays = [generic("A"), generic("B", smtp_port=465)]
        end_date = only(relays, [fact(LEAF), fact(LEAF, port=465)])
        assert (end_date.names, str(end_date.what)) == ("A, B", f"Certificate of {HOST}")

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
        end_date = only(relays, [fact(LEAF)])
        assert end_date.names == "Pinned, Relay"
        assert str(end_date.steps[-1]).startswith("Pinned: only this certificate is trusted there")


class TestIssuers:
    EARLY = a_certificate(CA_NAME, valid_until=END - timedelta(days=100), fingerprint="ca" * 32)

    def test_one_that_ends_first_has_a_row_before_that_of_the_certificate(self):
        relays = [generic("Relay"), generic("Copy")]
        assert found(relays, [fact(LEAF, self.EARLY)]) == [
            ("issuing_ca", date(2026, 10, 26), "Copy, Relay"),
            ("certificate", date(2027, 2, 3), "Copy, Relay"),
        ]
        issuer = end_dates(relays, [fact(LEAF, self.EARLY)], zone=UTC)[0]
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
        issuer = end_dates(relays, [fact(LEAF, self.EARLY)], zone=UTC)[0]
        assert str(issuer.steps[-1]).startswith("Private: a CA from a file is trusted there.")


class TestDaysOfTimestamps:
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
        end_date = only([generic("Relay")], [fact(replace(LEAF, valid_until=moment))], zone)
        assert (end_date.ends_on, end_date.ends_at) == (day, moment)

    @pytest.mark.parametrize(
        ("now", "left", "ended", "near"),
        [
            (END - timedelta(days=22), "in 22 days", False, False),
            (END - timedelta(days=21), "in 21 days", False, True),
            (END - timedelta(days=1), "tomorrow", False, True),
            (END - timedelta(hours=1), "today", False, True),
            (END, "today", False, True),
            (END + timedelta(seconds=1), "expired today", True, True),
            (END + timedelta(days=1), "expired yesterday", True, True),
            (END + timedelta(days=3), "expired 3 days ago", True, True),
        ],
    )
    def test_it_ends_at_its_moment(self, now, left, ended, near):
        end_date = only([generic("Relay")], [fact(LEAF)])
        assert (str(end_date.left(now)), end_date.ended(now), end_date.is_near(now)) == (left, ended, near)

    def test_calendar_days_count_not_stretches_of_24_hours(self):
        end_date = only([generic("Relay")], [fact(LEAF)], BERLIN)
        late = datetime(2027, 2, 2, 23, 59, tzinfo=BERLIN)
        assert end_date.days_left(late.date()) == 1
        assert str(end_date.left(late + timedelta(minutes=2))) == "today"
