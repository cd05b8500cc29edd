"""Profiles: what a failure or a cancelled save leaves behind."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from services.profiles_harness import OFFICE, RELAY, SHOP, ProfilesHarness, edit

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import (
    Cancelled,
    FieldErrors,
    StoreError,
    VaultError,
    VaultLocked,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.profiles import Profiles


@pytest.fixture
def harness() -> ProfilesHarness:
    return ProfilesHarness()


def test_a_store_that_fails_last_leaves_the_old_smtp_and_knows_the_new_secret_as_stale(
    harness: ProfilesHarness,
) -> None:
    profile = harness.saved(SHOP)
    harness.store.put_failure = StoreError(msg("The disk is full."))
    with pytest.raises(StoreError):
        harness.profiles.save(profile.id, edit(profile, name="New", password=Secret("new")))

    assert harness.profiles.get(profile.id) == profile
    assert harness.kept()[profile.server.password_ref] == "old"
    assert harness.events.published == []
    (left,) = harness.store.stale
    assert harness.kept()[left] == "new"
    assert harness.profiles.erase_abandoned_secrets() is None
    assert harness.kept()[left] == "new"  # for all that is known, another process is about to use it
    harness.store.pass_a_day()
    assert harness.profiles.erase_abandoned_secrets() is None
    assert harness.kept() == {profile.server.password_ref: "old"}
    assert harness.store.stale == set()


@pytest.mark.parametrize("failures", [[VaultError(msg("No."))], [None, VaultError(msg("No."))]], ids=["1st", "2nd"])
def test_a_vault_that_fails_saves_nothing(harness: ProfilesHarness, failures: list[VaultError | None]) -> None:
    profile = harness.saved(OFFICE)
    harness.vault.put_failures = failures
    with pytest.raises(VaultError):
        harness.profiles.save(profile.id, edit(profile, password=Secret("m2"), client_secret=Secret("a2")))

    assert harness.profiles.get(profile.id) == profile
    assert harness.events.published == []
    harness.store.pass_a_day()
    assert harness.profiles.erase_abandoned_secrets() is None
    assert harness.kept() == {profile.server.password_ref: "mailbox", profile.server.client_secret_ref: "app"}


def test_a_locked_vault_saves_nothing_and_announces_nothing(harness: ProfilesHarness) -> None:
    harness.vault.locked = True
    with pytest.raises(VaultLocked):
        harness.profiles.create(SHOP)
    assert harness.log == []
    assert harness.profiles.all() == ()


@pytest.mark.parametrize("is_new", [True, False], ids=["create", "save"])
def test_cancelling_while_the_vault_asks_saves_nothing(harness: ProfilesHarness, is_new: bool) -> None:
    profile = harness.saved(RELAY) if is_new else harness.saved(SHOP)
    before = harness.state()
    cancel = Cancel()
    harness.vault.on_put = cancel.request
    create = partial(harness.profiles.create, SHOP)
    save = partial(harness.profiles.save, profile.id, edit(profile, password=Secret("new")))
    with pytest.raises(Cancelled):
        (create if is_new else save)(cancel)

    assert harness.state() == before
    assert harness.events.published == []
    assert "store.put" not in harness.log


def test_a_cancelled_save_whose_secret_can_not_be_erased_is_still_cancelled(harness: ProfilesHarness) -> None:
    cancel = Cancel()
    harness.vault.on_put = cancel.request
    harness.vault.erase_failure = VaultError(msg("No."))
    with pytest.raises(Cancelled):
        harness.profiles.create(SHOP, cancel)
    assert len(harness.store.stale) == 1


def test_a_cancel_that_was_not_requested_changes_nothing(harness: ProfilesHarness) -> None:
    assert harness.profiles.create(SHOP, Cancel()).name == "Shop"


@pytest.mark.parametrize(
    "act",
    [
        lambda profiles, shop: profiles.save(shop.id, edit(shop, password=Secret("new"))),
        lambda profiles, shop: profiles.create(replace(SHOP, name="Second")),
        lambda profiles, shop: profiles.duplicate(shop.id, Secret("copy")),
        lambda profiles, shop: profiles.delete(shop.id),
    ],
    ids=["save", "create", "duplicate", "delete"],
)
def test_a_save_that_is_under_way_elsewhere_keeps_its_secret(
    harness: ProfilesHarness, act: Callable[[Profiles, SmtpProfile], object]
) -> None:
    shop = harness.saved(SHOP)
    announced = SecretRef("memory:elsewhere")
    harness.store.announce_secret(announced)
    harness.vault.put(announced, Secret("elsewhere"))

    act(harness.profiles, shop)

    assert harness.kept()[announced] == "elsewhere"
    assert harness.store.stale == {announced}


def test_an_old_secret_that_can_not_be_erased_does_not_hinder_the_save(harness: ProfilesHarness) -> None:
    profile = harness.saved(SHOP)
    harness.vault.erase_failure = VaultError(msg("No."))
    saved = harness.profiles.save(profile.id, edit(profile, password=Secret("new")))

    assert harness.profiles.get(profile.id) == saved
    assert harness.store.stale == {profile.server.password_ref}


def test_what_is_saved_stays_so_where_the_old_secret_can_not_be_looked_up_any_more(harness: ProfilesHarness) -> None:
    profile = harness.saved(SHOP)

    def fail_once_saved(_: object) -> None:
        harness.store.failure = StoreError(msg("The disk is gone."))

    harness.events.publish = fail_once_saved  # type: ignore[method-assign]  # the event comes once the row is written
    saved = harness.profiles.save(profile.id, edit(profile, password=Secret("new")))

    harness.store.failure = None
    assert harness.profiles.get(profile.id) == saved
    assert harness.profiles.erase_abandoned_secrets() is None
    assert harness.kept() == {saved.server.password_ref: "new"}


def test_a_refused_save_erases_the_secret_that_it_has_written(harness: ProfilesHarness) -> None:
    shop, relay = harness.saved(SHOP), harness.saved(RELAY)
    seen = edit(shop, name="Till", password=Secret("new"))

    def rename_relay() -> None:
        harness.vault.on_put = lambda: None
        harness.profiles.save(relay.id, edit(relay, name="Till"))

    harness.vault.on_put = rename_relay
    with pytest.raises(FieldErrors):
        harness.profiles.save(shop.id, seen)
    assert list(harness.kept().values()) == ["old"]
    assert harness.store.stale == set()


def test_the_next_save_of_a_secret_erases_what_a_crash_has_left(harness: ProfilesHarness) -> None:
    shop = harness.saved(SHOP)
    left = SecretRef("memory:left")
    harness.store.announce_secret(left)
    harness.vault.put(left, Secret("left"))
    harness.profiles.save(shop.id, edit(shop, password=Secret("1")))
    assert left in harness.kept()  # another process may be about to use it
    harness.store.pass_a_day()
    harness.profiles.save(shop.id, edit(harness.profiles.get(shop.id), password=Secret("2")))
    assert list(harness.kept().values()) == ["2"]
    assert harness.store.stale == set()
