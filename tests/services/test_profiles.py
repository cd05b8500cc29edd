"""Creating and changing SMTPs: what is kept, and what is told."""

from dataclasses import replace

import pytest
from services.profiles_house import GUID, OFFICE, RELAY, SHOP, House, edit

from smtp_desktop.domain.errors import (
    FieldErrors,
    NoSuchProfile,
)
from smtp_desktop.domain.events import ProfileSaved
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SignIn


@pytest.fixture
def house() -> House:
    return House()


def test_create_keeps_the_smtp_and_its_secret_apart(house: House) -> None:
    profile = house.profiles.create(SHOP)

    assert profile.id == "p1"
    assert house.profiles.get(profile.id) == profile
    assert draft_of(profile) == replace(SHOP, password=None)
    assert house.kept() == {profile.server.password_ref: "old"}
    assert house.store.stale == set()
    assert house.events.published == [ProfileSaved(profile=profile)]


def test_a_secret_is_announced_and_written_before_the_row(house: House) -> None:
    house.profiles.create(SHOP)
    assert house.log == ["store.announce", "vault.put", "store.put", "publish"]


def test_a_replaced_secret_is_erased_after_the_row_changed(house: House) -> None:
    profile = house.has(SHOP)
    saved = house.profiles.save(profile.id, edit(profile, password=Secret("new")))

    order = ["store.announce", "vault.put", "store.put", "publish", "vault.erase", "store.forget"]
    assert house.log == order
    assert saved.server.password_ref != profile.server.password_ref
    assert house.kept() == {saved.server.password_ref: "new"}
    assert house.store.stale == set()


def test_create_without_secrets_does_not_ask_the_vault(house: House) -> None:
    house.vault.locked = True
    profile = house.profiles.create(RELAY)
    assert house.profiles.all() == (profile,)
    assert house.log == ["store.put", "publish"]


def test_save_without_a_typed_secret_does_not_ask_the_vault(house: House) -> None:
    profile = house.has(SHOP)
    house.vault.locked = True
    saved = house.profiles.save(profile.id, edit(profile, name="Store", smtp_port="465"))

    assert saved == replace(profile, name="Store", server=replace(profile.server, smtp_port=465))
    assert house.profiles.get(profile.id) == saved
    assert house.kept() == {profile.server.password_ref: "old"}
    assert house.events.published == [ProfileSaved(profile=saved)]


def test_both_secrets_of_a_mailbox_are_kept_apart(house: House) -> None:
    profile = house.profiles.create(OFFICE)
    assert house.kept() == {profile.server.password_ref: "mailbox", profile.server.client_secret_ref: "app"}


def test_one_new_secret_leaves_the_other(house: House) -> None:
    profile = house.has(OFFICE)
    saved = house.profiles.save(profile.id, edit(profile, client_secret=Secret("app2")))
    assert saved.server.password_ref == profile.server.password_ref
    assert house.kept() == {saved.server.password_ref: "mailbox", saved.server.client_secret_ref: "app2"}


@pytest.mark.parametrize(
    "change",
    [
        {"auth_required": False, "from_address": "a@b.example"},
        {"type": ProfileType.GRAPH, **dict.fromkeys(("tenant_id", "client_id"), GUID), "client_secret": Secret("app")}
        | {"sign_in": SignIn.APP_ONLY},
    ],
    ids=["auth off", "other type"],
)
def test_a_password_that_is_not_needed_any_more_is_erased(house: House, change: dict[str, object]) -> None:
    profile = house.has(SHOP)
    saved = house.profiles.save(profile.id, edit(profile, **change))
    assert "old" not in house.kept().values()
    assert set(house.kept()) == set(saved.secret_refs.values())
    assert house.store.stale == set()


def test_another_host_without_its_password_is_refused(house: House) -> None:
    profile = house.has(SHOP)
    before = house.state()
    with pytest.raises(FieldErrors) as raised:
        house.profiles.save(profile.id, edit(profile, host_name="evil.example"))

    assert [error.field for error in raised.value.errors] == ["password"]
    assert house.state() == before
    assert house.log == []


def test_another_host_with_its_password_drops_the_old_one(house: House) -> None:
    profile = house.has(SHOP)
    saved = house.profiles.save(profile.id, edit(profile, host_name="other.example", password=Secret("its own")))
    assert house.kept() == {saved.server.password_ref: "its own"}


def test_the_default_is_handed_over(house: House) -> None:
    first = house.profiles.create(replace(SHOP, is_default=True))
    second = house.profiles.create(replace(RELAY, is_default=True))

    assert [p.name for p in house.profiles.all() if p.is_default] == ["Relay"]
    again = house.profiles.set_default(first.id)
    assert again.is_default
    assert [p.name for p in house.profiles.all() if p.is_default] == ["Shop"]
    assert house.profiles.get(second.id) == replace(second, is_default=False)
    assert house.events.published[-1] == ProfileSaved(profile=again)
    assert house.kept() == {first.server.password_ref: "old"}


def test_an_smtp_may_stop_being_the_default(house: House) -> None:
    profile = house.has(replace(RELAY, is_default=True))
    house.profiles.save(profile.id, edit(profile, is_default=False))
    assert not house.profiles.get(profile.id).is_default


def test_the_default_stays_when_its_successor_does_not_exist(house: House) -> None:
    house.has(replace(RELAY, is_default=True))
    with pytest.raises(NoSuchProfile):
        house.profiles.set_default(ProfileId("gone"))
    assert [p.name for p in house.profiles.all() if p.is_default] == ["Relay"]
    assert house.events.published == []


def test_a_taken_name_is_told_together_with_the_other_errors(house: House) -> None:
    house.has(RELAY)
    before = house.state()
    with pytest.raises(FieldErrors) as raised:
        house.profiles.create(replace(SHOP, name=" RELAY ", host_name="?"))

    assert [error.field for error in raised.value.errors] == ["name", "host_name"]
    assert house.state() == before


def test_saving_under_a_taken_name_is_refused(house: House) -> None:
    house.has(RELAY)
    shop = house.has(SHOP)
    with pytest.raises(FieldErrors) as raised:
        house.profiles.save(shop.id, edit(shop, name="relay", password=Secret("new")))
    assert [error.field for error in raised.value.errors] == ["name"]
    assert house.kept() == {shop.server.password_ref: "old"}


def test_its_own_name_may_change_its_case(house: House) -> None:
    shop = house.has(SHOP)
    assert house.profiles.save(shop.id, edit(shop, name="SHOP")).name == "SHOP"


def test_an_smtp_is_found_by_name_in_any_case(house: House) -> None:
    shop = house.has(SHOP)
    assert house.profiles.by_name(" sHOP ") == shop
    with pytest.raises(NoSuchProfile, match="Shops"):
        house.profiles.by_name("Shops")


def test_saving_what_is_gone_keeps_no_secret(house: House) -> None:
    with pytest.raises(NoSuchProfile):
        house.profiles.save(ProfileId("gone"), SHOP)
    assert house.kept() == {}
