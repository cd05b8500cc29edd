"""Profiles: SMTPs are duplicated and deleted."""

from dataclasses import replace
from datetime import date

import pytest
from fakes.stored import put
from services.profiles_harness import OFFICE, RELAY, SHOP, ProfilesHarness

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
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, Cloud, ProfileId, SecretField, SignIn


@pytest.fixture
def harness() -> ProfilesHarness:
    return ProfilesHarness()


def test_a_duplicate_has_all_but_the_password(harness: ProfilesHarness) -> None:
    original = harness.saved(replace(SHOP, is_default=True, ehlo_name="pc7.shop.example", per_minute="30"))
    copy = harness.profiles.duplicate(original.id, Secret("its own"))

    assert copy.id not in ("", original.id)
    assert draft_of(copy) == replace(draft_of(original), name="Shop_copied", is_default=False)
    assert harness.kept() == {original.server.password_ref: "old", copy.server.password_ref: "its own"}
    assert "vault.get" not in harness.log
    assert harness.profiles.get(original.id) == original
    assert harness.profiles.get(copy.id) == copy
    assert harness.events.published == [ProfileSaved(profile=copy)]


def test_a_duplicate_of_an_app_has_its_secrets(harness: ProfilesHarness) -> None:
    certificate = AppCertificate(pem="a certificate", valid_until=date(2027, 11, 30))
    app = replace(
        OFFICE,
        sign_in=SignIn.APP_ONLY,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=certificate,
        next_app_certificate=certificate,
        certificate=Secret("the key"),
        next_certificate=Secret("the next key"),
    )
    google = replace(
        SHOP,
        sign_in=SignIn.APP_ONLY,
        provider=OAuthProvider.GOOGLE,
        service_account=Secret("{}"),
        password=None,
    )
    for draft in (app, google):
        original = harness.saved(draft)
        copy = harness.profiles.duplicate(original.id, None)
        kept = harness.kept()
        assert original.secret_refs.keys() == copy.secret_refs.keys()
        for field, ref in original.secret_refs.items():
            assert copy.secret_refs[field] != ref
            assert kept[copy.secret_refs[field]] == kept[ref]


def test_duplicates_are_numbered(harness: ProfilesHarness) -> None:
    relay = harness.saved(RELAY)
    assert harness.profiles.name_for_copy(relay) == "Relay_copied"
    names = [harness.profiles.duplicate(relay.id, None).name for _ in range(3)]
    assert names == ["Relay_copied", "Relay_copied2", "Relay_copied3"]
    assert harness.profiles.name_for_copy(relay) == "Relay_copied4"


@pytest.mark.parametrize("draft", [SHOP, OFFICE], ids=["generic", "graph"])
@pytest.mark.parametrize("password", [None, Secret("")])
def test_a_duplicate_needs_the_entity_password_where_there_is_one(
    harness: ProfilesHarness, draft: ProfileDraft, password: Secret | None
) -> None:
    original = harness.saved(draft)
    before = harness.state()
    with pytest.raises(FieldErrors) as raised:
        harness.profiles.duplicate(original.id, password)
    assert [error.field for error in raised.value.errors] == ["password"]
    assert harness.state() == before


@pytest.mark.parametrize("password", [None, Secret("typed all the same")])
def test_a_duplicate_without_sign_in_needs_no_password_and_keeps_none(
    harness: ProfilesHarness, password: Secret | None
) -> None:
    copy = harness.profiles.duplicate(harness.saved(RELAY).id, password)
    assert copy.secret_refs == {}
    assert harness.kept() == {}


def test_a_duplicated_mailbox_has_a_client_secret_of_its_own(harness: ProfilesHarness) -> None:
    original = harness.saved(OFFICE)
    copy = harness.profiles.duplicate(original.id, Secret("its own"))

    assert set(copy.secret_refs.values()).isdisjoint(original.secret_refs.values())
    assert harness.kept()[copy.secret_refs[SecretField.CLIENT_SECRET]] == "app"
    assert harness.kept()[copy.secret_refs[SecretField.PASSWORD]] == "its own"
    harness.profiles.delete(original.id)
    assert sorted(harness.kept().values()) == ["app", "its own"]


@pytest.mark.parametrize("cloud", Cloud)
def test_a_duplicated_mailbox_lives_in_the_same_cloud_and_its_secret_ends_on_the_same_day(
    harness: ProfilesHarness, cloud: Cloud
) -> None:
    addresses = {"authority": "https://login.plant.example/t", "graph_url": "https://graph.plant.example/beta"}
    custom = addresses if cloud is Cloud.CUSTOM else {}
    original = harness.saved(replace(OFFICE, cloud=cloud, client_secret_valid_until="2027-05-31", **custom))
    copy = harness.profiles.duplicate(original.id, Secret("its own"))

    assert draft_of(copy) == replace(draft_of(original), name="Office_copied")
    assert (copy.server.cloud, copy.server.client_secret_valid_until) == (cloud, date(2027, 5, 31))
    assert harness.store.get(copy.id) == copy


def test_an_app_only_mailbox_is_duplicated_without_a_password(harness: ProfilesHarness) -> None:
    original = harness.saved(replace(OFFICE, sign_in=SignIn.APP_ONLY))
    copy = harness.profiles.duplicate(original.id, None)
    assert set(copy.secret_refs) == {SecretField.CLIENT_SECRET}
    assert harness.kept()[copy.server.client_secret_ref] == "app"


def test_a_client_secret_that_is_gone_from_the_keyring_is_reported(harness: ProfilesHarness) -> None:
    original = harness.saved(OFFICE)
    harness.vault.secrets.clear()
    with pytest.raises(VaultError, match="Office"):
        harness.profiles.duplicate(original.id, Secret("its own"))
    assert harness.profiles.all() == (original,)
    assert harness.kept() == {}


@pytest.mark.parametrize("failure", [StoreError, None], ids=["store", "cancel"])
def test_a_duplicate_that_fails_leaves_no_second_smtp(
    harness: ProfilesHarness, failure: type[SmtpDesktopError] | None
) -> None:
    original = harness.saved(SHOP)
    cancel = Cancel()
    if failure:
        harness.store.put_failure = StoreError(msg("No."))
    else:
        harness.vault.on_put = cancel.request
    with pytest.raises(failure or Cancelled):
        harness.profiles.duplicate(original.id, Secret("its own"), cancel)
    assert harness.profiles.all() == (original,)
    harness.store.pass_a_day()
    harness.profiles.erase_abandoned_secrets()
    assert harness.kept() == {original.server.password_ref: "old"}


def test_a_duplicate_never_shares_a_place_that_the_original_no_longer_uses(harness: ProfilesHarness) -> None:
    relay = harness.saved(RELAY)
    left_over = SecretRef("memory:left-over")
    put(harness.store, replace(relay, server=replace(relay.server, password_ref=left_over)))
    assert harness.profiles.duplicate(relay.id, None).secret_refs == {}


def test_duplicating_what_is_gone_is_reported(harness: ProfilesHarness) -> None:
    with pytest.raises(NoSuchProfile):
        harness.profiles.duplicate(ProfileId("gone"), None)


def test_delete_erases_every_secret(harness: ProfilesHarness) -> None:
    profile = harness.saved(OFFICE)
    other = harness.saved(SHOP)
    deleted = harness.profiles.delete(profile.id)

    assert deleted.secrets_left is None
    assert harness.kept() == {other.server.password_ref: "old"}
    assert harness.store.stale == set()
    assert harness.profiles.all() == (other,)
    assert harness.events.published == [ProfileDeleted(profile_id=profile.id, new_default=None)]


def test_delete_hands_the_default_over(harness: ProfilesHarness) -> None:
    profile = harness.saved(replace(SHOP, is_default=True))
    other = harness.saved(RELAY)
    harness.profiles.delete(profile.id, new_default=other.id)
    assert harness.profiles.all() == (replace(other, is_default=True),)
    assert harness.events.published == [ProfileDeleted(profile_id=profile.id, new_default=other.id)]


@pytest.mark.parametrize(
    ("which", "successor"), [("gone", None), ("p1", "gone"), ("p1", "p1")], ids=["gone", "successor gone", "itself"]
)
def test_a_delete_that_is_refused_changes_nothing(harness: ProfilesHarness, which: str, successor: str | None) -> None:
    harness.saved(SHOP)
    before = harness.state()
    with pytest.raises(NoSuchProfile):
        harness.profiles.delete(ProfileId(which), new_default=ProfileId(successor) if successor else None)
    assert harness.state() == before
    assert harness.events.published == []


def test_delete_reports_what_could_not_be_erased_and_it_is_swept_later(harness: ProfilesHarness) -> None:
    profile = harness.saved(OFFICE)
    refusal = VaultError(msg("The keyring is locked."))
    harness.vault.erase_failure = refusal
    deleted = harness.profiles.delete(profile.id)

    assert deleted.secrets_left is refusal
    assert harness.profiles.all() == ()
    assert harness.store.stale == set(profile.secret_refs.values())
    assert harness.profiles.erase_abandoned_secrets() is refusal
    harness.vault.erase_failure = None
    assert harness.profiles.erase_abandoned_secrets() is None
    assert harness.kept() == {}
    assert harness.store.stale == set()


def test_several_are_deleted_with_the_default_last_and_what_is_gone_already_is_left_out(
    harness: ProfilesHarness,
) -> None:
    default = harness.saved(replace(SHOP, is_default=True))
    first, second = harness.saved(RELAY), harness.saved(OFFICE)
    gone = harness.saved(replace(SHOP, name="Gone"))
    harness.profiles.delete(gone.id)
    deleted = harness.profiles.delete_all([default.id, gone.id, first.id], new_default=second.id)
    assert deleted.secrets_left is None
    assert harness.profiles.all() == (replace(second, is_default=True),)
    assert harness.kept().keys() == set(second.secret_refs.values())
    with pytest.raises(NoSuchProfile):
        harness.profiles.delete_all([default.id, first.id])
