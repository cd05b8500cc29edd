"""What a failure or a cancelled save leaves behind."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from services.profiles_house import OFFICE, RELAY, SHOP, House, edit

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import (
    Cancelled,
    StoreError,
    VaultError,
    VaultLocked,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.profiles import Profiles


@pytest.fixture
def house() -> House:
    return House()


def test_a_store_that_fails_last_leaves_the_old_smtp_and_knows_the_new_secret_as_stale(house: House) -> None:
    profile = house.has(SHOP)
    house.store.put_failure = StoreError(msg("The disk is full."))
    with pytest.raises(StoreError):
        house.profiles.save(profile.id, edit(profile, name="New", password=Secret("new")))

    assert house.profiles.get(profile.id) == profile
    assert house.kept()[profile.server.password_ref] == "old"
    assert house.events.published == []
    (left,) = house.store.stale
    assert house.kept()[left] == "new"
    assert house.profiles.erase_abandoned_secrets() is None
    assert house.kept()[left] == "new"  # for all that is known, another process is about to use it
    house.store.pass_a_day()
    assert house.profiles.erase_abandoned_secrets() is None
    assert house.kept() == {profile.server.password_ref: "old"}
    assert house.store.stale == set()


@pytest.mark.parametrize("failures", [[VaultError(msg("No."))], [None, VaultError(msg("No."))]], ids=["1st", "2nd"])
def test_a_vault_that_fails_saves_nothing(house: House, failures: list[VaultError | None]) -> None:
    profile = house.has(OFFICE)
    house.vault.put_failures = failures
    with pytest.raises(VaultError):
        house.profiles.save(profile.id, edit(profile, password=Secret("m2"), client_secret=Secret("a2")))

    assert house.profiles.get(profile.id) == profile
    assert house.events.published == []
    house.store.pass_a_day()
    assert house.profiles.erase_abandoned_secrets() is None
    assert house.kept() == {profile.server.password_ref: "mailbox", profile.server.client_secret_ref: "app"}


def test_a_locked_vault_saves_nothing_and_announces_nothing(house: House) -> None:
    house.vault.locked = True
    with pytest.raises(VaultLocked):
        house.profiles.create(SHOP)
    assert house.log == []
    assert house.profiles.all() == ()


@pytest.mark.parametrize("is_new", [True, False], ids=["create", "save"])
def test_cancelling_while_the_vault_asks_saves_nothing(house: House, is_new: bool) -> None:
    profile = house.has(RELAY) if is_new else house.has(SHOP)
    before = house.state()
    cancel = Cancel()
    house.vault.on_put = cancel.request
    create = partial(house.profiles.create, SHOP)
    save = partial(house.profiles.save, profile.id, edit(profile, password=Secret("new")))
    with pytest.raises(Cancelled):
        (create if is_new else save)(cancel)

    assert house.state() == before
    assert house.events.published == []
    assert "store.put" not in house.log


def test_a_cancelled_save_whose_secret_can_not_be_erased_is_still_cancelled(house: House) -> None:
    cancel = Cancel()
    house.vault.on_put = cancel.request
    house.vault.erase_failure = VaultError(msg("No."))
    with pytest.raises(Cancelled):
        house.profiles.create(SHOP, cancel)
    assert len(house.store.stale) == 1


def test_a_cancel_that_was_not_requested_changes_nothing(house: House) -> None:
    assert house.profiles.create(SHOP, Cancel()).name == "Shop"


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
    house: House, act: Callable[[Profiles, SmtpProfile], object]
) -> None:
    shop = house.has(SHOP)
    under_way = SecretRef("memory:elsewhere")
    house.store.announce_secret(under_way)
    house.vault.put(under_way, Secret("elsewhere"))

    act(house.profiles, shop)

    assert house.kept()[under_way] == "elsewhere"
    assert house.store.stale == {under_way}


def test_an_old_secret_that_can_not_be_erased_does_not_hinder_the_save(house: House) -> None:
    profile = house.has(SHOP)
    house.vault.erase_failure = VaultError(msg("No."))
    saved = house.profiles.save(profile.id, edit(profile, password=Secret("new")))

    assert house.profiles.get(profile.id) == saved
    assert house.store.stale == {profile.server.password_ref}
