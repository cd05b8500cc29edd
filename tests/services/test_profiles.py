"""Profiles: SMTPs are created and changed; what is stored and published."""

from dataclasses import replace

import pytest
from services.profiles_harness import GUID, OFFICE, RELAY, SHOP, ProfilesHarness, edit

from smtp_desktop.domain.errors import (
    FieldErrors,
    NoSuchProfile,
)
from smtp_desktop.domain.events import ProfileSaved
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import ProfileEdit
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SignIn


@pytest.fixture
def harness() -> ProfilesHarness:
    return ProfilesHarness()


def test_create_keeps_the_smtp_and_its_secret_apart(harness: ProfilesHarness) -> None:
    profile = harness.profiles.create(SHOP)

    assert profile.id == "p1"
    assert harness.profiles.get(profile.id) == profile
    assert draft_of(profile) == replace(SHOP, password=None)
    assert harness.kept() == {profile.server.password_ref: "old"}
    assert harness.store.stale == set()
    assert harness.events.published == [ProfileSaved(profile=profile)]


def test_a_secret_is_announced_and_written_before_the_row(harness: ProfilesHarness) -> None:
    harness.profiles.create(SHOP)
    assert harness.log == ["store.announce", "vault.put", "store.put", "publish"]


def test_a_replaced_secret_is_erased_after_the_row_changed(harness: ProfilesHarness) -> None:
    profile = harness.saved(SHOP)
    saved = harness.profiles.save(profile.id, edit(profile, password=Secret("new")))

    order = ["store.announce", "vault.put", "store.put", "publish", "vault.erase", "store.forget"]
    assert harness.log == order
    assert saved.server.password_ref != profile.server.password_ref
    assert harness.kept() == {saved.server.password_ref: "new"}
    assert harness.store.stale == set()


def test_create_without_secrets_does_not_ask_the_vault(harness: ProfilesHarness) -> None:
    harness.vault.locked = True
    profile = harness.profiles.create(RELAY)
    assert harness.profiles.all() == (profile,)
    assert harness.log == ["store.put", "publish"]


def test_save_without_a_typed_secret_does_not_ask_the_vault(harness: ProfilesHarness) -> None:
    profile = harness.saved(SHOP)
    harness.vault.locked = True
    saved = harness.profiles.save(profile.id, edit(profile, name="Store", smtp_port="465"))

    assert saved == replace(profile, name="Store", server=replace(profile.server, smtp_port=465))
    assert harness.profiles.get(profile.id) == saved
    assert harness.kept() == {profile.server.password_ref: "old"}
    assert harness.events.published == [ProfileSaved(profile=saved)]


def test_both_secrets_of_a_mailbox_are_kept_apart(harness: ProfilesHarness) -> None:
    profile = harness.profiles.create(OFFICE)
    assert harness.kept() == {profile.server.password_ref: "mailbox", profile.server.client_secret_ref: "app"}


def test_one_new_secret_leaves_the_other(harness: ProfilesHarness) -> None:
    profile = harness.saved(OFFICE)
    saved = harness.profiles.save(profile.id, edit(profile, client_secret=Secret("app2")))
    assert saved.server.password_ref == profile.server.password_ref
    assert harness.kept() == {saved.server.password_ref: "mailbox", saved.server.client_secret_ref: "app2"}


@pytest.mark.parametrize(
    "change",
    [
        {"auth_required": False, "from_address": "a@b.example"},
        {"type": ProfileType.GRAPH, **dict.fromkeys(("tenant_id", "client_id"), GUID), "client_secret": Secret("app")}
        | {"sign_in": SignIn.APP_ONLY},
    ],
    ids=["auth off", "other type"],
)
def test_a_password_that_is_not_needed_any_more_is_erased(harness: ProfilesHarness, change: dict[str, object]) -> None:
    profile = harness.saved(SHOP)
    saved = harness.profiles.save(profile.id, edit(profile, **change))
    assert "old" not in harness.kept().values()
    assert set(harness.kept()) == set(saved.secret_refs.values())
    assert harness.store.stale == set()


def test_another_host_without_its_password_is_refused(harness: ProfilesHarness) -> None:
    profile = harness.saved(SHOP)
    before = harness.state()
    with pytest.raises(FieldErrors) as raised:
        harness.profiles.save(profile.id, edit(profile, host_name="evil.example"))

    assert [error.field for error in raised.value.errors] == ["password"]
    assert harness.state() == before
    assert harness.log == []


def test_another_host_with_its_password_drops_the_old_one(harness: ProfilesHarness) -> None:
    profile = harness.saved(SHOP)
    saved = harness.profiles.save(profile.id, edit(profile, host_name="other.example", password=Secret("its own")))
    assert harness.kept() == {saved.server.password_ref: "its own"}


def test_the_default_is_handed_over(harness: ProfilesHarness) -> None:
    first = harness.profiles.create(replace(SHOP, is_default=True))
    second = harness.profiles.create(replace(RELAY, is_default=True))

    assert [p.name for p in harness.profiles.all() if p.is_default] == ["Relay"]
    again = harness.profiles.set_default(first.id)
    assert again.is_default
    assert [p.name for p in harness.profiles.all() if p.is_default] == ["Shop"]
    assert harness.profiles.get(second.id) == replace(second, is_default=False)
    assert harness.events.published[-1] == ProfileSaved(profile=again)
    assert harness.kept() == {first.server.password_ref: "old"}


def test_the_default_stays_the_default_until_another_one_is(harness: ProfilesHarness) -> None:
    profile = harness.saved(replace(SHOP, is_default=True))

    with pytest.raises(FieldErrors) as refused:
        harness.profiles.save(profile.id, edit(profile, is_default=False, password=Secret("new")))

    (error,) = refused.value.errors
    assert (error.field, str(error.message)) == (
        "is_default",
        "This is the default SMTP. To change that, make another SMTP the default.",
    )
    assert harness.profiles.get(profile.id).is_default
    assert harness.kept() == {profile.server.password_ref: "old"}


def test_the_default_stays_when_its_successor_does_not_exist(harness: ProfilesHarness) -> None:
    harness.saved(replace(RELAY, is_default=True))
    with pytest.raises(NoSuchProfile):
        harness.profiles.set_default(ProfileId("gone"))
    assert [p.name for p in harness.profiles.all() if p.is_default] == ["Relay"]
    assert harness.events.published == []


def test_a_taken_name_is_reported_together_with_the_other_errors(harness: ProfilesHarness) -> None:
    harness.saved(RELAY)
    before = harness.state()
    with pytest.raises(FieldErrors) as raised:
        harness.profiles.create(replace(SHOP, name=" RELAY ", host_name="?"))

    assert [error.field for error in raised.value.errors] == ["name", "host_name"]
    assert harness.state() == before


def test_saving_under_a_taken_name_is_refused(harness: ProfilesHarness) -> None:
    harness.saved(RELAY)
    shop = harness.saved(SHOP)
    with pytest.raises(FieldErrors) as raised:
        harness.profiles.save(shop.id, edit(shop, name="relay", password=Secret("new")))
    assert [error.field for error in raised.value.errors] == ["name"]
    assert harness.kept() == {shop.server.password_ref: "old"}


def test_its_own_name_may_change_its_case(harness: ProfilesHarness) -> None:
    shop = harness.saved(SHOP)
    assert harness.profiles.save(shop.id, edit(shop, name="SHOP")).name == "SHOP"


def test_an_smtp_is_found_by_name_in_any_case(harness: ProfilesHarness) -> None:
    shop = harness.saved(SHOP)
    assert harness.profiles.by_name(" sHOP ") == shop
    with pytest.raises(NoSuchProfile, match="Shops"):
        harness.profiles.by_name("Shops")


def test_saving_what_is_gone_keeps_no_secret(harness: ProfilesHarness) -> None:
    with pytest.raises(NoSuchProfile):
        harness.profiles.save(ProfileId("gone"), ProfileEdit(seen=ProfileDraft(), draft=SHOP, refs={}))
    assert harness.kept() == {}
