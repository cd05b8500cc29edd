"""The overview that a window paints first."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.stored import put

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.overview import read_overview
from smtp_desktop.store.profiles import SqliteProfiles


def have(database, *names, default=""):
    for name in names:
        server = GenericServer(host_name=f"{name.lower()}.example")
        put(
            SqliteProfiles(database),
            SmtpProfile(id=ProfileId(name), name=name, server=server, is_default=name == default),
        )


@pytest.mark.parametrize("default", ["", "_x", "delta"])
@pytest.mark.parametrize("count", [1, 3, 5, 60])
def test_has_the_same_smtps_first_as_the_whole_list(database, default, count):
    have(database, "delta", "Alpha", "site_10", "_x", "Site_2", default=default)
    overview = read_overview(database, count=count, results=14)
    assert overview.profiles == tuple(SqliteProfiles(database).all())[:count]
    assert (overview.total, len(overview.profiles) == overview.total) == (5, count >= 5)


def test_has_the_results_and_facts_of_these_smtps_alone(database):
    have(database, "Alpha", "Bravo", "Charlie")
    health = SqliteHealth(database)
    at = datetime(2026, 11, 24, tzinfo=UTC)
    for number in range(4):
        for name in ("Alpha", "Charlie"):
            when = at + timedelta(minutes=number)
            health.record(
                CheckResult(profile_id=ProfileId(name), at=when, test_kind=TestKind.CHECK, ok=True, duration_ms=number)
            )
    facts = [
        ServerFact(host=f"{name}.example", port=587, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3"))
        for name in ("bravo", "charlie")
    ]
    for fact in facts:
        health.learn(fact)
    overview = read_overview(database, count=2, results=3)
    assert overview.history == {ProfileId("Alpha"): health.of(ProfileId("Alpha"), 3)}
    assert overview.facts == (facts[0],)
    assert overview.held == frozenset()


def test_an_empty_database_gives_an_empty_overview(database):
    overview = read_overview(database, count=60, results=14)
    assert (overview.profiles, overview.total, overview.history, overview.facts) == ((), 0, {}, ())
