"""Access tokens of stored sign-ins and of apps: when one is used, renewed, and given up."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.authorization_servers import LIFETIME, refused, unreachable
from services.sign_in.sign_in_harness import APP, NOW, SHOP, Process, SignInHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureDetail, FailureKind
from smtp_desktop.domain.errors import Cancelled, VaultError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.sign_in.tokens import AccessToken, to_secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import SecretField, SignIn


@pytest.fixture
def it() -> SignInHarness:
    return SignInHarness()


def old(value: str) -> AccessToken:
    return AccessToken(value=Secret(value), fresh=False)


def new(value: str) -> AccessToken:
    return AccessToken(value=Secret(value), fresh=True)


class TestOfPeople:
    def test_a_valid_token_is_used_without_asking_anybody(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(minutes=58)
        assert it.token(shop) == old("A1")
        assert it.servers.calls == []

    def test_a_token_that_ends_within_a_minute_is_renewed_and_stored(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(minutes=59)
        assert it.token(shop) == new("A2")
        assert it.token(shop) == old("A2")
        (call,) = it.servers.calls
        assert (call.how, call.client, call.client_secret) == ("refresh", SHOP.client, Secret("of the client"))
        assert it.stored(shop) == it.servers.issued[1]

    def test_the_record_of_the_sign_in_follows(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        it.servers.ends_at = NOW + timedelta(days=7)
        it.token(shop)
        state = it.state(shop)
        assert state
        assert (state.signed_in_at, state.valid_until) == (NOW, NOW + timedelta(hours=1) + LIFETIME)
        assert state.ends_at == NOW + timedelta(days=7)
        assert it.process.published() == [state]

    def test_a_refused_token_is_renewed_once(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        assert it.token(shop, False, True) == new("A2")
        assert len(it.servers.refreshes) == 1

    def test_a_refused_token_that_others_have_renewed_meanwhile_is_not_renewed_again(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        first, second = it.tokens.source_of(shop), Process(it).tokens.source_of(shop)
        assert first
        assert second
        assert (first(False, Cancel()), second(False, Cancel())) == (old("A1"), old("A1"))
        assert first(True, Cancel()) == new("A2")
        assert second(True, Cancel()) == new("A2")
        assert len(it.servers.refreshes) == 1

    def test_nobody_has_signed_in_yet(self, it: SignInHarness) -> None:
        shop = it.profiles.create(SHOP)
        with pytest.raises(NoAccessToken, match="Nobody has signed in to Shop yet") as caught:
            it.token(shop)
        assert caught.value.failure.detail is FailureDetail.NOT_SIGNED_IN

    def test_a_new_sign_in_is_found_by_whoever_read_the_smtp_before(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.sign_in(shop)
        assert it.token(shop) == old("A2")

    def test_a_sign_in_for_other_settings_is_not_used(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        other = replace(draft_of(shop), user_name="till@company.example")
        it.profiles.save(shop.id, edit_of(shop, other))
        it.servers.account = "till@company.example"
        it.sign_in(shop)
        with pytest.raises(NoAccessToken, match="The sign-in of Shop has ended"):
            it.token(shop)

    def test_an_expired_refresh_token_ends_the_sign_in(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.servers.revoke()
        it.pass_time(hours=1)
        with pytest.raises(NoAccessToken) as caught:
            it.token(shop)
        assert caught.value.failure.kind is FailureKind.TOKEN_REFUSED
        assert it.stored(shop) is None
        state = it.state(shop)
        assert state
        assert state.problem == Cause.SIGN_IN_ENDED
        assert it.process.published() == [state]
        with pytest.raises(NoAccessToken, match="The sign-in of Shop has ended"):
            it.token(shop)
        assert len(it.servers.calls) == 1

    def test_a_later_sign_in_clears_the_problem(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.servers.revoke()
        it.pass_time(hours=1)
        with pytest.raises(NoAccessToken):
            it.token(shop)
        assert it.sign_in(shop).problem == ""
        assert it.token(shop) == old("A2")

    def test_a_sign_in_that_was_replaced_meanwhile_is_not_erased(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)

        def somebody_signs_in() -> None:
            it.servers.during = lambda: None
            it.servers.revoke()
            it.sign_in(shop)

        it.servers.during = somebody_signs_in
        with pytest.raises(NoAccessToken):
            it.token(shop)
        assert it.token(shop) == old("A2")

    def test_a_network_that_fails_ends_no_sign_in(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        it.servers.failure = unreachable()
        with pytest.raises(NoAccessToken, match="Nothing listens"):
            it.token(shop)
        assert it.stored(shop) == it.servers.issued[0]
        state = it.state(shop)
        assert state
        assert state.problem == ""
        it.servers.failure = None
        assert it.token(shop) == new("A2")

    def test_a_token_in_its_last_minute_is_used_where_the_network_fails(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(minutes=59)
        it.servers.failure = unreachable()
        assert it.token(shop) == old("A1")
        with pytest.raises(NoAccessToken, match="Nothing listens"):
            it.token(shop, False, True)
        it.servers.failure = refused()
        with pytest.raises(NoAccessToken, match="Refused"):
            it.token(shop)

    def test_a_busy_server_ends_no_sign_in(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        it.servers.failure = refused("temporarily_unavailable", "Try again later.", code=503)
        with pytest.raises(NoAccessToken):
            it.token(shop)
        assert it.stored(shop) == it.servers.issued[0]
        state = it.state(shop)
        assert state
        assert state.problem == ""

    def test_a_refusal_of_the_client_keeps_the_sign_in_and_is_recorded(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        it.servers.failure = refused("invalid_client", "The client secret is wrong.")
        with pytest.raises(NoAccessToken):
            it.token(shop)
        assert it.stored(shop) == it.servers.issued[0]
        state = it.state(shop)
        assert state
        assert state.problem not in ("", Cause.SIGN_IN_ENDED)

    def test_without_a_refresh_token_the_sign_in_ends_with_the_access_token(self, it: SignInHarness) -> None:
        it.servers.with_refresh_token = False
        shop = it.signed_in()
        assert it.token(shop, False, True) == new("A1")
        it.pass_time(minutes=59, seconds=30)
        assert it.token(shop) == new("A1")  # until its end: there is no other one
        it.pass_time(seconds=30)
        with pytest.raises(NoAccessToken, match="can't be renewed") as caught:
            it.token(shop)
        assert caught.value.failure.detail is FailureDetail.NOT_RENEWABLE

    def test_tokens_of_an_smtp_that_is_deleted_meanwhile_are_not_left_behind(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        it.servers.during = lambda: it.profiles.delete(shop.id)
        assert it.token(shop) == new("A2")
        assert it.vault.secrets == {}
        assert it.states.all() == {}

    def test_tokens_are_not_left_behind_after_a_sign_out_meanwhile(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        it.servers.during = lambda: it.sign_ins.sign_out(shop.id)
        it.token(shop)
        assert it.stored(shop) is None
        assert len(it.vault.secrets) == 1  # the client secret

    def test_damaged_tokens_count_as_none(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.vault.secrets[shop.secret_refs[SecretField.TOKENS]] = Secret("{}")
        with pytest.raises(NoAccessToken, match="has ended"):
            it.token(shop)

    def test_a_locked_vault_shows_before_a_conversation(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.vault.locked = True
        with pytest.raises(VaultLocked):
            it.tokens.source_of(shop)

    def test_a_token_that_can_not_be_stored_is_an_error(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)

        def fail() -> None:
            it.vault.failure = VaultError(msg("broken"))

        it.servers.during = fail
        with pytest.raises(VaultError, match="broken"):
            it.token(shop)

    def test_a_token_that_could_not_be_stored_is_stored_with_the_next_try_and_not_renewed_again(
        self, it: SignInHarness
    ) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)

        def fail() -> None:
            it.vault.failure = VaultError(msg("No space left on device"))

        it.servers.during = fail
        with pytest.raises(VaultError):
            it.token(shop)
        it.vault.failure = None
        it.servers.during = lambda: None
        assert it.token(shop).value == Secret("A2")
        assert it.stored(shop) == it.servers.issued[1]
        assert len(it.servers.refreshes) == 1

    def test_a_new_sign_in_counts_more_than_a_token_that_could_not_be_stored(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)

        def fail() -> None:
            it.vault.failure = VaultError(msg("No space left on device"))

        it.servers.during = fail
        with pytest.raises(VaultError):
            it.token(shop)
        it.vault.failure = None
        it.servers.during = lambda: None
        it.sign_in(shop)
        it.pass_time(hours=1)
        assert it.token(it.profiles.get(shop.id)) == new("A4")

    def test_whoever_waits_for_another_one_can_be_stopped(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        source, cancel = it.tokens.source_of(shop), Cancel()
        assert source
        cancel.request()
        with it.vault.exclusive(shop.secret_refs[SecretField.TOKENS], Cancel()), pytest.raises(Cancelled):
            source(False, cancel)

    def test_a_renewal_goes_on_when_nobody_waits_for_it_any_more(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        source, cancel, go_on = it.tokens.source_of(shop), Cancel(), threading.Event()
        assert source

        def slow() -> None:
            it.servers.during = lambda: None
            cancel.request()
            assert go_on.wait(30)

        it.servers.during = slow
        with pytest.raises(Cancelled, match="access token"):
            source(False, cancel)
        assert it.stored(shop) == it.servers.issued[0]
        go_on.set()
        # Whoever comes next waits until it is done, and has what it brought.
        assert it.token(shop).value == Secret("A2")
        assert len(it.servers.refreshes) == 1

    def test_the_end_of_the_program_waits_for_a_renewal_that_nobody_waits_for(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        source, cancel, go_on = it.tokens.source_of(shop), Cancel(), threading.Event()
        assert source

        def slow() -> None:
            cancel.request()
            assert go_on.wait(30)

        it.servers.during = slow
        with pytest.raises(Cancelled):
            source(False, cancel)
        end = threading.Thread(target=it.tokens.close)
        end.start()
        assert end.is_alive()
        go_on.set()
        end.join(30)
        assert it.stored(shop) == it.servers.issued[1]

    def test_threads_of_one_process_renew_once(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        found: list[AccessToken] = []
        threads = [threading.Thread(target=lambda: found.append(it.token(shop))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.value for one in found] == [Secret("A2")] * 4
        assert len(it.servers.refreshes) == 1


class TestOfForms:
    def test_tokens_of_a_form_are_used_and_their_refusal_is_final(self, it: SignInHarness) -> None:
        tokens = it.servers.issue()
        source = it.tokens.source_of(it.profiles.create(SHOP), {SecretField.TOKENS: to_secret(tokens)})
        assert source
        assert (source(False, Cancel()), source(True, Cancel())) == (new("A1"), new("A1"))
        it.pass_time(hours=1)
        with pytest.raises(NoAccessToken, match="too old"):
            source(False, Cancel())
        assert it.servers.calls == []

    def test_a_form_without_a_new_sign_in_uses_the_stored_one(self, it: SignInHarness) -> None:
        shop = it.signed_in()
        it.pass_time(hours=1)
        source = it.tokens.source_of(shop, {SecretField.CLIENT_SECRET: Secret("typed")})
        assert source
        assert source(False, Cancel()) == new("A2")
        assert it.servers.refreshes[0].client_secret == Secret("typed")


class TestOfApps:
    def test_a_token_is_kept_in_memory_while_it_is_valid(self, it: SignInHarness) -> None:
        app = it.profiles.create(APP)
        assert it.token(app) == new("A1")
        it.pass_time(minutes=58)
        assert it.token(app) == old("A1")
        it.pass_time(minutes=1)
        assert it.token(app) == new("A2")
        (call, _) = it.servers.calls
        assert (call.how, call.secrets) == ("app", (SecretField.CLIENT_SECRET,))
        assert len(it.vault.secrets) == 1  # the client secret

    def test_a_refused_token_is_replaced(self, it: SignInHarness) -> None:
        app = it.profiles.create(APP)
        assert it.token(app, False, True) == new("A2")
        assert it.token(app) == old("A2")

    def test_a_changed_smtp_gets_another_token(self, it: SignInHarness) -> None:
        app = it.profiles.create(APP)
        it.token(app)
        changed = it.profiles.save(app.id, edit_of(app, replace(draft_of(app), client_secret=Secret("new"))))
        assert it.token(changed) == new("A2")

    def test_each_process_has_its_own(self, it: SignInHarness) -> None:
        app = it.profiles.create(APP)
        it.token(app)
        source = Process(it).tokens.source_of(app)
        assert source
        assert source(False, Cancel()) == new("A2")

    def test_what_a_form_has_typed_is_tried_and_not_kept(self, it: SignInHarness) -> None:
        app = it.profiles.create(APP)
        for number in (1, 2):
            source = it.tokens.source_of(app, {SecretField.CLIENT_SECRET: Secret("typed")})
            assert source
            assert source(False, Cancel()) == new(f"A{number}")
        assert it.token(app) == new("A3")

    def test_a_missing_secret_is_an_error_before_a_conversation(self, it: SignInHarness) -> None:
        app = it.profiles.create(APP)
        it.vault.secrets.clear()
        with pytest.raises(VaultError, match="client secret of App"):
            it.tokens.source_of(app)


def test_without_tokens_there_is_no_source(it: SignInHarness) -> None:
    password = replace(SHOP, sign_in=SignIn.PASSWORD, password=Secret("x"), client_secret=None)
    assert it.tokens.source_of(it.profiles.create(password)) is None
    relay = replace(SHOP, name="Relay", auth_required=False, from_address="relay@company.example")
    assert it.tokens.source_of(it.profiles.create(relay)) is None
