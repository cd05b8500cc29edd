"""The set-up of the local inbox, and the SMTP that points to it."""

from dataclasses import replace

import pytest
from fakes.small import FakeInboxServer, MemoryPreferences
from services.profiles_harness import ProfilesHarness

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.services.inbox_setup import InboxSetup


@pytest.fixture
def harness() -> ProfilesHarness:
    return ProfilesHarness()


@pytest.fixture
def preferences() -> MemoryPreferences:
    return MemoryPreferences()


def setup(harness: ProfilesHarness, preferences: MemoryPreferences, **server: object) -> InboxSetup:
    """Returns it as a new start of the program has it."""
    return InboxSetup(server=FakeInboxServer(**server), profiles=harness.profiles, preferences=preferences)


def test_the_first_time_it_makes_the_default_smtp(harness: ProfilesHarness, preferences: MemoryPreferences) -> None:
    profile = setup(harness, preferences).open()
    assert (profile.name, profile.is_default) == ("Local_Inbox", True)
    assert (profile.server.host_name, profile.server.smtp_port, profile.server.tls) == ("localhost", 2525, True)
    assert profile.server.trusted_ca_pem == "CA 1"
    assert harness.kept() == {profile.server.password_ref: "inbox s3cret 1"}


def test_it_takes_neither_a_name_nor_the_default_from_others(
    harness: ProfilesHarness, preferences: MemoryPreferences
) -> None:
    work = setup(harness, MemoryPreferences()).open()
    profile = setup(harness, preferences).open()
    assert (profile.name, profile.is_default) == ("Local_Inbox2", False)
    assert harness.profiles.get(work.id).is_default


def test_at_the_next_start_the_same_smtp_gets_the_new_certificate_without_the_vault(
    harness: ProfilesHarness, preferences: MemoryPreferences
) -> None:
    before = setup(harness, preferences).open()
    harness.profiles.save(before.id, edit_of(before, replace(draft_of(before), signature="Mine", name="Inbox")))
    harness.vault.locked = True
    server = FakeInboxServer(serial="2")
    after = InboxSetup(server=server, profiles=harness.profiles, preferences=preferences).reopen()
    assert after is not None
    assert (after.id, after.name, after.signature) == (before.id, "Inbox", "Mine")
    assert after.server.trusted_ca_pem == "CA 2"
    assert server.earlier_digest == "digest of inbox s3cret 1"
    harness.vault.locked = False
    assert harness.kept() == {after.server.password_ref: "inbox s3cret 1"}


def test_at_the_next_start_a_password_that_the_user_replaced_is_replaced_by_the_servers(
    harness: ProfilesHarness, preferences: MemoryPreferences
) -> None:
    before = setup(harness, preferences).open()
    harness.profiles.save(before.id, edit_of(before, replace(draft_of(before), password=Secret("mine"))))
    after = setup(harness, preferences, serial="2").reopen()
    assert after is not None
    assert harness.kept() == {after.server.password_ref: "inbox s3cret 2"}


def test_a_taken_port_is_left_to_whoever_has_it(harness: ProfilesHarness, preferences: MemoryPreferences) -> None:
    assert setup(harness, preferences, taken=[2525]).open().server.smtp_port == 40_000


def test_opening_it_twice_writes_nothing(harness: ProfilesHarness, preferences: MemoryPreferences) -> None:
    both = setup(harness, preferences)
    profile = both.open()
    harness.log.clear()
    assert both.open() == profile
    assert harness.log == []


def test_what_was_never_opened_is_not_reopened(harness: ProfilesHarness, preferences: MemoryPreferences) -> None:
    assert setup(harness, preferences).reopen() is None
    assert harness.profiles.all() == ()


def test_an_smtp_that_was_pointed_elsewhere_is_left_alone(
    harness: ProfilesHarness, preferences: MemoryPreferences
) -> None:
    profile = setup(harness, preferences).open()
    elsewhere = replace(draft_of(profile), host_name="smtp.company.example", password=Secret("theirs"))
    theirs = harness.profiles.save(profile.id, edit_of(profile, elsewhere))
    assert setup(harness, preferences, serial="2").reopen() is None
    assert harness.profiles.get(profile.id) == theirs
    assert setup(harness, preferences, serial="2").open().id != profile.id


def test_a_deleted_one_is_made_anew_only_when_asked_for(
    harness: ProfilesHarness, preferences: MemoryPreferences
) -> None:
    profile = setup(harness, preferences).open()
    harness.profiles.delete(profile.id)
    assert setup(harness, preferences).reopen() is None
    assert setup(harness, preferences).open().id != profile.id
