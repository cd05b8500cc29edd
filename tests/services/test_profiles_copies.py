"""Duplicating and deleting SMTPs."""

from dataclasses import replace
from datetime import date

import pytest
from services.profiles_house import OFFICE, RELAY, SHOP, House

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import (
    Cancelled,
    FieldErrors,
    NoSuchProfile,
    SmtpDesktopError,
    StoreError,
    VaultError,
)
from smtp_desktop.domain.events import ProfileDeleted, ProfileSaved
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.profile import Cloud, ProfileId, SecretField, SignIn


@pytest.fixture
def house() -> House:
    return House()


def test_a_duplicate_has_all_but_the_password(house: House) -> None:
    original = house.has(replace(SHOP, is_default=True))
    copy = house.profiles.duplicate(original.id, Secret("its own"))

    assert copy.id not in ("", original.id)
    assert draft_of(copy) == replace(draft_of(original), name="Shop_copied", is_default=False)
    assert house.kept() == {original.server.password_ref: "old", copy.server.password_ref: "its own"}
    assert "vault.get" not in house.log
    assert house.profiles.get(original.id) == original
    assert house.profiles.get(copy.id) == copy
    assert house.events.published == [ProfileSaved(profile=copy)]


def test_duplicates_are_numbered(house: House) -> None:
    relay = house.has(RELAY)
    assert house.profiles.name_for_copy(relay) == "Relay_copied"
    names = [house.profiles.duplicate(relay.id, None).name for _ in range(3)]
    assert names == ["Relay_copied", "Relay_copied2", "Relay_copied3"]
    assert house.profiles.name_for_copy(relay) == "Relay_copied4"


@pytest.mark.parametrize("draft", [SHOP, OFFICE], ids=["generic", "graph"])
@pytest.mark.parametrize("password", [None, Secret("")])
def test_a_duplicate_needs_the_entity_password_where_there_is_one(
    house: House, draft: ProfileDraft, password: Secret | None
) -> None:
    original = house.has(draft)
    before = house.state()
    with pytest.raises(FieldErrors) as raised:
        house.profiles.duplicate(original.id, password)
    assert [error.field for error in raised.value.errors] == ["password"]
    assert house.state() == before


@pytest.mark.parametrize("password", [None, Secret("typed all the same")])
def test_a_duplicate_without_sign_in_needs_no_password_and_keeps_none(house: House, password: Secret | None) -> None:
    copy = house.profiles.duplicate(house.has(RELAY).id, password)
    assert copy.secret_refs == {}
    assert house.kept() == {}


def test_a_duplicated_mailbox_has_a_client_secret_of_its_own(house: House) -> None:
    original = house.has(OFFICE)
    copy = house.profiles.duplicate(original.id, Secret("its own"))

    assert set(copy.secret_refs.values()).isdisjoint(original.secret_refs.values())
    assert house.kept()[copy.secret_refs[SecretField.CLIENT_SECRET]] == "app"
    assert house.kept()[copy.secret_refs[SecretField.PASSWORD]] == "its own"
    house.profiles.delete(original.id)
    assert sorted(house.kept().values()) == ["app", "its own"]


@pytest.mark.parametrize("cloud", Cloud)
def test_a_duplicated_mailbox_lives_in_the_same_cloud_and_its_secret_ends_on_the_same_day(
    house: House, cloud: Cloud
) -> None:
    addresses = {"authority": "https://login.plant.example/t", "graph_url": "https://graph.plant.example/beta"}
    custom = addresses if cloud is Cloud.CUSTOM else {}
    original = house.has(replace(OFFICE, cloud=cloud, client_secret_valid_until="2027-05-31", **custom))
    copy = house.profiles.duplicate(original.id, Secret("its own"))

    assert draft_of(copy) == replace(draft_of(original), name="Office_copied")
    assert (copy.server.cloud, copy.server.client_secret_valid_until) == (cloud, date(2027, 5, 31))
    assert house.store.get(copy.id) == copy


def test_an_app_only_mailbox_is_duplicated_without_a_password(house: House) -> None:
    original = house.has(replace(OFFICE, sign_in=SignIn.APP_ONLY))
    copy = house.profiles.duplicate(original.id, None)
    assert set(copy.secret_refs) == {SecretField.CLIENT_SECRET}
    assert house.kept()[copy.server.client_secret_ref] == "app"


def test_a_client_secret_that_is_gone_from_the_keyring_is_told(house: House) -> None:
    original = house.has(OFFICE)
    house.vault.secrets.clear()
    with pytest.raises(VaultError, match="Office"):
        house.profiles.duplicate(original.id, Secret("its own"))
    assert house.profiles.all() == (original,)
    assert house.kept() == {}


@pytest.mark.parametrize("failure", [StoreError, None], ids=["store", "cancel"])
def test_a_duplicate_that_fails_leaves_no_second_smtp(house: House, failure: type[SmtpDesktopError] | None) -> None:
    original = house.has(SHOP)
    cancel = Cancel()
    if failure:
        house.store.put_failure = StoreError(msg("No."))
    else:
        house.vault.on_put = cancel.request
    with pytest.raises(failure or Cancelled):
        house.profiles.duplicate(original.id, Secret("its own"), cancel)
    assert house.profiles.all() == (original,)
    house.store.pass_a_day()
    house.profiles.erase_abandoned_secrets()
    assert house.kept() == {original.server.password_ref: "old"}


def test_a_duplicate_never_shares_a_place_that_the_original_no_longer_uses(house: House) -> None:
    relay = house.has(RELAY)
    left_over = SecretRef("memory:left-over")
    house.store.put(replace(relay, server=replace(relay.server, password_ref=left_over)))
    assert house.profiles.duplicate(relay.id, None).secret_refs == {}


def test_duplicating_what_is_gone_is_told(house: House) -> None:
    with pytest.raises(NoSuchProfile):
        house.profiles.duplicate(ProfileId("gone"), None)


def test_delete_erases_every_secret(house: House) -> None:
    profile = house.has(OFFICE)
    other = house.has(SHOP)
    deleted = house.profiles.delete(profile.id)

    assert deleted.secrets_left is None
    assert house.kept() == {other.server.password_ref: "old"}
    assert house.store.stale == set()
    assert house.profiles.all() == (other,)
    assert house.events.published == [ProfileDeleted(profile_id=profile.id, new_default=None)]


def test_delete_hands_the_default_over(house: House) -> None:
    profile = house.has(replace(SHOP, is_default=True))
    other = house.has(RELAY)
    house.profiles.delete(profile.id, new_default=other.id)
    assert house.profiles.all() == (replace(other, is_default=True),)
    assert house.events.published == [ProfileDeleted(profile_id=profile.id, new_default=other.id)]


@pytest.mark.parametrize(
    ("which", "successor"), [("gone", None), ("p1", "gone"), ("p1", "p1")], ids=["gone", "successor gone", "itself"]
)
def test_a_delete_that_is_refused_changes_nothing(house: House, which: str, successor: str | None) -> None:
    house.has(SHOP)
    before = house.state()
    with pytest.raises(NoSuchProfile):
        house.profiles.delete(ProfileId(which), new_default=ProfileId(successor) if successor else None)
    assert house.state() == before
    assert house.events.published == []


def test_delete_tells_what_could_not_be_erased_and_it_is_swept_later(house: House) -> None:
    profile = house.has(OFFICE)
    refusal = VaultError(msg("The keyring is locked."))
    house.vault.erase_failure = refusal
    deleted = house.profiles.delete(profile.id)

    assert deleted.secrets_left is refusal
    assert house.profiles.all() == ()
    assert house.store.stale == set(profile.secret_refs.values())
    assert house.profiles.erase_abandoned_secrets() is refusal
    house.vault.erase_failure = None
    assert house.profiles.erase_abandoned_secrets() is None
    assert house.kept() == {}
    assert house.store.stale == set()
