"""People sign in and out: what is stored, erased, published, and kept from others."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.authorization_servers import refused
from services.sign_in.sign_in_harness import NOW, SHOP, SignInHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import ChangedMeanwhile, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.events import ProfileSaved
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken, OtherAccount
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import TokenSet, to_secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SignIn
from smtp_desktop.services.sign_in.sign_ins import NoInteractiveSignIn


@pytest.fixture
def it() -> SignInHarness:
    return SignInHarness()


def sign_in_draft(it: SignInHarness, draft: ProfileDraft, profile_id: ProfileId | None = None) -> TokenSet:
    return it.sign_ins.sign_in_draft(
        draft,
        profile_id,
        by_device=False,
        keep_other_account=False,
        cancel=Cancel(),
        on_address=it.addresses.append,
        on_code=lambda _: None,
    )


def test_a_sign_in_is_stored_shown_and_published(it: SignInHarness) -> None:
    shop = it.profiles.create(SHOP)
    it.servers.ends_at = NOW + timedelta(days=7)
    state = it.sign_in(shop)
    assert state == SignedIn(
        profile_id=shop.id,
        account="shop@company.example",
        signed_in_at=NOW,
        valid_until=NOW + timedelta(hours=1),
        ends_at=NOW + timedelta(days=7),
    )
    assert it.sign_ins.state_of(shop.id) == state
    assert it.sign_ins.states() == {shop.id: state}
    assert it.stored(shop) == it.servers.issued[0]
    assert it.process.published() == [state]
    assert isinstance(it.process.events.published[-2], ProfileSaved)
    assert it.addresses == ["https://login.example/authorize"]
    (call,) = it.servers.calls
    assert (call.how, call.client, call.client_secret) == ("browser", SHOP.client, Secret("of the client"))
    assert call.user_name == "shop@company.example"


def test_without_a_refresh_token_a_sign_in_ends_with_its_access_token(it: SignInHarness) -> None:
    it.servers.with_refresh_token = False
    state = it.sign_in(it.profiles.create(SHOP))
    assert state.ends_at == state.valid_until


def test_by_device_a_code_is_shown(it: SignInHarness) -> None:
    shop = it.profiles.create(replace(SHOP, sign_in=SignIn.DEVICE, device_url="https://login.example/device"))
    it.sign_in(shop, by_device=True)
    assert (it.codes, it.addresses) == (["WDJB"], [])
    assert it.servers.calls[0].how == "device"


def test_signing_in_again_replaces_the_tokens_and_is_a_change_of_the_settings(it: SignInHarness) -> None:
    shop = it.signed_in()
    it.sign_in(shop)
    now = it.profiles.get(shop.id)
    assert it.stored(now) == it.servers.issued[1]
    assert now.settings_version == shop.settings_version + 1  # which ends holds, as a new password does
    assert len(it.vault.secrets) == 2  # with the client secret
    assert it.store.stale == set()


@pytest.mark.parametrize("account", ["SHOP@Company.Example", ""])
def test_the_account_is_compared_without_case_where_it_is_known(it: SignInHarness, account: str) -> None:
    it.servers.account = account
    assert it.sign_in(it.profiles.create(SHOP)).account == account


def test_another_account_is_refused_and_nothing_is_stored(it: SignInHarness) -> None:
    shop = it.profiles.create(SHOP)
    it.servers.account = "ann@company.example"
    with pytest.raises(OtherAccount, match=r"ann@company\.example signed in, but") as caught:
        it.sign_in(shop)
    assert it.stored(shop) is None
    assert it.state(shop) is None
    # A delegate's token for a shared mailbox.
    assert it.sign_ins.keep(shop.id, caught.value).account == "ann@company.example"
    assert it.stored(shop) == it.servers.issued[0]


def test_another_account_is_kept_where_that_is_wanted(it: SignInHarness) -> None:
    shop = it.profiles.create(SHOP)
    it.servers.account = "ann@company.example"
    assert it.sign_in(shop, keep_other_account=True).account == "ann@company.example"


def test_a_refused_sign_in_leaves_the_one_before(it: SignInHarness) -> None:
    shop = it.signed_in()
    it.servers.failure = refused("access_denied")
    with pytest.raises(NoAccessToken):
        it.sign_in(shop)
    assert it.stored(shop) == it.servers.issued[0]
    assert it.process.events.published == []


@pytest.mark.parametrize(
    "typed", [{"user_name": "till@company.example"}, {"client_id": "other"}, {"host_name": "other.example"}]
)
def test_settings_that_others_change_meanwhile_refuse_the_sign_in(it: SignInHarness, typed: dict[str, str]) -> None:
    shop = it.profiles.create(SHOP)
    changed = replace(draft_of(shop), **typed)  # type: ignore[arg-type]  # all of them are texts
    it.servers.during = lambda: it.profiles.save(
        shop.id, edit_of(shop, replace(changed, client_secret=Secret("of the client")))
    )
    with pytest.raises(ChangedMeanwhile):
        it.sign_in(shop)
    assert it.stored(shop) is None
    assert it.state(shop) is None
    assert len(it.vault.secrets) == 1


def test_other_settings_that_others_change_meanwhile_stay(it: SignInHarness) -> None:
    shop = it.profiles.create(SHOP)
    it.servers.during = lambda: it.profiles.save(shop.id, edit_of(shop, replace(draft_of(shop), signature="Ann")))
    it.sign_in(shop)
    assert it.profiles.get(shop.id).signature == "Ann"
    assert it.stored(shop)


def test_a_locked_vault_shows_before_anybody_signs_in(it: SignInHarness) -> None:
    shop = it.profiles.create(SHOP)
    it.vault.locked = True
    with pytest.raises(VaultLocked):
        it.sign_in(shop)
    assert it.servers.calls == []


def test_only_sign_in_by_browser_or_code_can_be_signed_in(it: SignInHarness) -> None:
    password = replace(SHOP, sign_in=SignIn.PASSWORD, password=Secret("x"), client_secret=None)
    shop = it.profiles.create(password)
    with pytest.raises(NoInteractiveSignIn, match="Shop does not sign in by browser"):
        it.sign_in(shop)


def test_a_record_that_can_not_be_written_does_not_lose_the_tokens(
    it: SignInHarness, caplog: pytest.LogCaptureFixture
) -> None:
    shop = it.signed_in()
    it.pass_time(hours=1)
    it.states.failure = StoreError(msg("The disk is full."))
    with caplog.at_level(logging.WARNING):
        assert it.token(shop).value == Secret("A2")
    assert "The disk is full." in caplog.text
    assert it.stored(shop) == it.servers.issued[1]


class TestForms:
    def test_a_form_gets_tokens_and_nothing_is_stored(self, it: SignInHarness) -> None:
        tokens = sign_in_draft(it, SHOP)
        assert tokens == it.servers.issued[0]
        assert (it.vault.secrets, it.states.all(), it.store.profiles) == ({}, {}, {})
        shop = it.profiles.create(replace(SHOP, tokens=to_secret(tokens)))
        assert it.stored(shop) == tokens
        state = it.state(shop)
        assert state
        assert (state.account, state.signed_in_at) == ("shop@company.example", NOW)
        assert it.process.published() == [state]

    def test_the_stored_client_secret_is_used_where_none_is_typed(self, it: SignInHarness) -> None:
        shop = it.profiles.create(SHOP)
        sign_in_draft(it, draft_of(shop), shop.id)
        sign_in_draft(it, replace(draft_of(shop), token_url="https://elsewhere.example/"), shop.id)
        assert [call.client_secret for call in it.servers.calls] == [Secret("of the client"), None]

    def test_another_user_name_drops_the_tokens_and_the_record(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        changed = replace(draft_of(shop), user_name="till@company.example")
        it.profiles.save(shop.id, edit_of(shop, changed))
        assert it.stored(shop) is None
        assert it.state(shop) is None
        assert it.process.published() == [None]
        assert len(it.vault.secrets) == 1

    def test_other_fields_keep_them(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.profiles.save(shop.id, edit_of(shop, replace(draft_of(shop), signature="Ann", name="Kiosk")))
        assert it.stored(shop)
        assert it.state(shop)
        assert it.process.published() == []


class TestSignOut:
    def test_erases_tokens_and_record(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.sign_ins.sign_out(shop.id)
        assert it.stored(shop) is None
        assert it.sign_ins.state_of(shop.id) is None
        assert it.process.published() == [None]
        assert SecretField.TOKENS not in it.profiles.get(shop.id).secret_refs
        assert len(it.vault.secrets) == 1  # the client secret

    def test_a_locked_vault_shows_before_the_tokens_are_lost_sight_of(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.vault.locked = True
        with pytest.raises(VaultLocked):
            it.sign_ins.sign_out(shop.id)
        assert it.state(shop)

    def test_a_broken_vault_does_not_prevent_it(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.vault.failure = VaultError(msg("broken"))
        it.sign_ins.sign_out(shop.id)
        assert it.state(shop) is None

    def test_a_second_one_changes_nothing(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.sign_ins.sign_out(shop.id)
        version = it.profiles.get(shop.id).version
        it.sign_ins.sign_out(shop.id)
        assert it.profiles.get(shop.id).version == version


class TestCopies:
    def test_a_copy_has_the_client_secret_but_must_sign_in_itself(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        copy = it.profiles.duplicate(shop.id, None)
        assert set(copy.secret_refs) == {SecretField.CLIENT_SECRET}
        assert it.vault.secrets[copy.secret_refs[SecretField.CLIENT_SECRET]] == Secret("of the client")
        assert it.state(copy) is None
        with pytest.raises(NoAccessToken, match="Nobody has signed in"):
            it.token(copy)

    def test_deleting_erases_everything(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.profiles.delete(shop.id)
        assert it.vault.secrets == {}
        assert it.store.stale == set()
