"""The sources of end dates: as stored, and after events."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fakes.certificates import ISSUED, a_certificate
from fakes.store import MemoryHealthStore, MemoryProfileStore
from fakes.stored import put
from services.profiles_harness import OFFICE, SHOP, ProfilesHarness

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import (
    ActivityDeleted,
    OutboxChanged,
    ProfileDeleted,
    ProfileSaved,
    ServerLearned,
    SignedInChanged,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SignIn, SmtpProfile
from smtp_desktop.services.checks.end_dates import EndDates, EndDateSources
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.store.signed_in import SqliteSignedIn

HOST = "smtp.company.example"
RELAY = SmtpProfile(id=ProfileId("relay"), name="Relay", server=GenericServer(host_name=HOST))
COPY = replace(RELAY, id=ProfileId("copy"), name="Copy")


def fact(days: int, port: int = 587) -> ServerFact:
    chain = (a_certificate(HOST, valid_until=ISSUED + timedelta(days=days)),)
    return ServerFact(host=HOST, port=port, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain))


KNOWN = EndDateSources(profiles=(RELAY, COPY), facts=(fact(10),))


def nobody() -> dict[ProfileId, SignedIn]:
    return {}


def names_and_days(sources: EndDateSources) -> list[tuple[str, date]]:
    return [(end_date.names, end_date.ends_on) for end_date in sources.end_dates(UTC)]


def test_store_and_health_are_read_once_each() -> None:
    class Counting(MemoryProfileStore):
        reads = 0

        def all(self):
            self.reads += 1
            return super().all()

    store, health = Counting(RELAY, COPY), MemoryHealthStore()
    health.learn(fact(10))
    assert names_and_days(EndDates(store=store, health=health, signed_in=nobody).sources()) == [
        ("Copy, Relay", date(2026, 1, 11))
    ]
    assert store.reads == 1


def test_a_store_that_cant_be_read_is_reported() -> None:
    store = MemoryProfileStore()
    store.failure = StoreError(msg("The disk is gone."))
    with pytest.raises(StoreError):
        EndDates(store=store, health=MemoryHealthStore(), signed_in=nobody).sources()


def test_the_real_stores_know_it_all(tmp_path) -> None:
    with closing(Database(tmp_path / "a.sqlite3")) as database:
        store, health = SqliteProfiles(database), SqliteHealth(database)
        put(store, RELAY)
        health.learn(fact(10))
        end_dates = EndDates(store=store, health=health, signed_in=SqliteSignedIn(database).all)
        assert names_and_days(end_dates.sources()) == [("Relay", date(2026, 1, 11))]
        moved = replace(RELAY, server=replace(RELAY.server, host_name="other.example"))
        before = end_dates.sources()
        put(store, moved)
        assert end_dates.sources() == before.after(ProfileSaved(profile=moved)) == EndDateSources(profiles=(moved,))


def test_a_saved_smtp_takes_the_place_of_the_old_one() -> None:
    renamed = replace(RELAY, name="Renamed")
    assert names_and_days(KNOWN.after(ProfileSaved(profile=renamed))) == [("Copy, Renamed", date(2026, 1, 11))]


def test_a_new_smtp_is_added() -> None:
    harness = ProfilesHarness()
    office = harness.profiles.create(replace(OFFICE, client_secret_valid_until="2026-01-05"))
    assert names_and_days(KNOWN.after(ProfileSaved(profile=office)))[0] == ("Office", date(2026, 1, 5))
    shop = harness.profiles.create(SHOP)
    assert names_and_days(KNOWN.after(ProfileSaved(profile=shop))) == [("Copy, Relay, Shop", date(2026, 1, 11))]


def test_a_deleted_smtp_is_gone_and_what_it_alone_used_is_forgotten() -> None:
    one_left = KNOWN.after(ProfileDeleted(profile_id=RELAY.id, new_default=None))
    assert names_and_days(one_left) == [("Copy", date(2026, 1, 11))]
    none_left = one_left.after(ProfileDeleted(profile_id=COPY.id, new_default=None))
    assert none_left == EndDateSources()
    assert names_and_days(none_left.after(ProfileSaved(profile=RELAY))) == []


def test_what_is_learned_of_a_server_replaces_what_was_known() -> None:
    renewed = KNOWN.after(ServerLearned(fact=fact(100)))
    assert names_and_days(renewed) == [("Copy, Relay", date(2026, 4, 11))]
    assert names_and_days(renewed.after(ServerLearned(fact=fact(5, port=465)))) == names_and_days(renewed)


GMAIL = SmtpProfile(
    id=ProfileId("gmail"),
    name="Gmail",
    server=GenericServer(
        host_name="smtp.gmail.com", sign_in=SignIn.BROWSER, oauth=OAuthClient(provider=OAuthProvider.GOOGLE)
    ),
)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
WEEK = SignedIn(
    profile_id=GMAIL.id,
    account="box@gmail.com",
    signed_in_at=NOW,
    valid_until=NOW + timedelta(hours=1),
    ends_at=NOW + timedelta(days=7),
)


def test_who_signed_in_is_read_and_follows_events() -> None:
    sources = EndDates(
        store=MemoryProfileStore(GMAIL), health=MemoryHealthStore(), signed_in=lambda: {GMAIL.id: WEEK}
    ).sources()
    assert names_and_days(sources) == [("Gmail", date(2026, 12, 8))]
    later = replace(WEEK, ends_at=NOW + timedelta(days=9))
    assert names_and_days(sources.after(SignedInChanged(profile_id=GMAIL.id, state=later))) == [
        ("Gmail", date(2026, 12, 10))
    ]
    assert sources.after(SignedInChanged(profile_id=GMAIL.id, state=None)).signed_in == ()


def test_who_signed_in_is_forgotten_with_the_smtp_and_with_another_sign_in() -> None:
    known = EndDateSources(profiles=(GMAIL,), signed_in=(WEEK,))
    by_password = replace(GMAIL, server=replace(GMAIL.server, sign_in=SignIn.PASSWORD, oauth=None))
    assert known.after(ProfileSaved(profile=by_password)).signed_in == ()
    assert known.after(ProfileDeleted(profile_id=GMAIL.id, new_default=None)) == EndDateSources()


@pytest.mark.parametrize("event", [OutboxChanged(), ActivityDeleted(activity_id=ActivityId("a"))])
def test_what_has_nothing_to_do_with_it_leaves_the_very_same_sources(event) -> None:
    assert KNOWN.after(event) is KNOWN
