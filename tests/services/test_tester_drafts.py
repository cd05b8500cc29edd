"""Testing what a form holds, and what is never given away."""

from dataclasses import replace

import pytest
from services.tester_house import SHOP, House

from smtp_desktop.domain.errors import FieldErrors, NoSuchProfile, VaultError, VaultLocked
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import ProfileId


@pytest.fixture
def house() -> House:
    return House()


def test_a_draft_is_tested_without_saving_anything(house: House) -> None:
    report = house.test_draft(SHOP)

    assert house.said().password == Secret("sesame")
    assert "SMTP Port: 2525" in house.said().mail.message.text
    assert (report.stored, report.profile.name) == (False, "Shop")
    assert house.profiles.all() == ()
    assert house.vault.secrets == {}
    assert house.recorded() == []
    assert house.log == ["publish"]  # of the server's way to encrypt, which is no secret of the draft
    assert isinstance(house.events.published[0], ServerLearned)


@pytest.mark.parametrize(
    "change",
    [{"smtp_port": "25"}, {"tls": False}, {"signature": "x"}, {"name": "New"}, {"password": Secret("sesame")}],
    ids=str,
)
def test_a_changed_draft_of_a_stored_smtp_is_not_recorded(house: House, change: dict[str, object]) -> None:
    profile = house.has(SHOP)
    report = house.test_draft(replace(draft_of(profile), **change), profile)

    assert not report.stored
    assert house.said().password == Secret("sesame")
    assert house.recorded() == []
    assert house.profiles.all() == (profile,)


@pytest.mark.parametrize("is_default", [True, False])
def test_an_unchanged_draft_is_recorded_for_its_smtp(house: House, is_default: bool) -> None:
    # Being the default changes nothing of how it sends.
    profile = house.has(SHOP)
    report = house.test_draft(replace(draft_of(profile), is_default=is_default), profile)

    assert report.stored
    assert [result.profile_id for result in house.recorded()] == [profile.id]
    assert not house.profiles.get(profile.id).is_default


def test_a_typed_password_is_tried_instead_of_the_stored_one(house: House) -> None:
    profile = house.has(SHOP)
    house.vault.locked = True
    house.test_draft(replace(draft_of(profile), password=Secret("new")), profile)
    assert house.said().password == Secret("new")


def test_a_stored_password_never_goes_to_another_host(house: House) -> None:
    profile = house.has(SHOP)
    elsewhere = replace(draft_of(profile), host_name="evil.example")
    with pytest.raises(FieldErrors) as raised:
        house.test_draft(elsewhere, profile)
    assert [error.field for error in raised.value.errors] == ["password"]
    assert house.wire.conversations == []
    assert "vault.get" not in house.log

    house.test_draft(replace(elsewhere, password=Secret("its own")), profile)
    house.test_draft(replace(elsewhere, auth_required=False), profile)
    assert [c.password for c in house.wire.conversations] == [Secret("its own"), None]
    assert "vault.get" not in house.log


def test_a_draft_with_errors_is_not_tried(house: House) -> None:
    with pytest.raises(FieldErrors) as raised:
        house.test_draft(replace(SHOP, host_name="?", smtp_port="0"))
    assert [error.field for error in raised.value.errors] == ["host_name", "smtp_port"]
    assert house.wire.conversations == []


def test_a_password_that_is_gone_from_the_keyring_is_told_and_nothing_contacted(house: House) -> None:
    profile = house.has(SHOP)
    house.vault.secrets.clear()
    with pytest.raises(VaultError, match=r"password of Shop .* Enter it anew"):
        house.test(profile)
    assert house.wire.conversations == []
    assert house.recorded() == []


def test_a_password_that_never_was_is_told_as_well(house: House) -> None:
    profile = house.has(SHOP)
    house.store.put(replace(profile, server=replace(profile.server, password_ref=None)))
    with pytest.raises(VaultError, match="Shop"):
        house.check(profile)
    assert house.wire.conversations == []


def test_a_locked_vault_is_told_and_nothing_contacted(house: House) -> None:
    profile = house.has(SHOP)
    house.vault.locked = True
    with pytest.raises(VaultLocked):
        house.check(profile)
    assert house.wire.conversations == []


def test_what_is_gone_is_told(house: House) -> None:
    gone = replace(house.has(SHOP), id=ProfileId("gone"))
    for act in (house.test, house.check, lambda profile: house.test_draft(SHOP, profile)):
        with pytest.raises(NoSuchProfile):
            act(gone)
    assert house.wire.conversations == []
