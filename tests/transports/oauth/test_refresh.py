"""New access tokens for a refresh token."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from oauth_driver import GOOGLE, MICROSOFT, OTHER, SCOPES, OAuthDriver, refused, reply_of
from servers.https_calls import Answer, Drop
from servers.oauth.grants import USER_NAME

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken

each_provider = pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT, OTHER])


@each_provider
def test_a_refresh_token_that_stays_is_kept_with_all_that_was_known(driver, provider):
    before = driver.stored(provider)
    after = driver.refresh(before, provider)
    assert driver.server.grants.valid(after.access_token.reveal())
    assert after.refresh_token == before.refresh_token
    assert (after.account, after.refresh_ends_at) == (USER_NAME, before.refresh_ends_at)
    assert after.expires_at > datetime.now(UTC)
    assert SCOPES[provider] in after.scope.split()


@each_provider
def test_a_new_refresh_token_takes_the_place_of_the_old_one(driver, provider):
    driver.server.behavior.rotates = True
    before = driver.stored(provider)
    after = driver.refresh(before, provider)
    assert after.refresh_token not in (None, before.refresh_token)
    assert after.refresh_ends_at is None  # the end of the old one is not the new one's
    again = driver.refresh(after, provider)
    assert again.access_token != after.access_token


@each_provider
def test_an_answer_with_nothing_but_a_token_keeps_account_and_scope(driver, provider):
    driver.server.answer_next("/token", Answer(json={"access_token": "at-new"}))
    before = driver.stored(provider)
    after = driver.refresh(before, provider)
    assert after.access_token == Secret("at-new")
    assert (after.account, after.scope, after.refresh_token) == (before.account, before.scope, before.refresh_token)
    assert after.expires_at > datetime.now(UTC)


@pytest.mark.parametrize("expires_in", [True, "soon", -1, 0, 1e400, "9" * 5000, None, [], "²"])
def test_an_end_that_is_none_is_not_believed(driver, expires_in):
    document = {"access_token": "at-new", "expires_in": expires_in, "refresh_expires_in": expires_in}
    driver.server.answer_next("/token", Answer(json=document))
    after = driver.refresh(replace(driver.stored(), refresh_ends_at=None))
    assert (after.expires_at - datetime.now(UTC)).total_seconds() < 3601
    assert after.refresh_ends_at is None


@each_provider
def test_a_refresh_token_that_ended_is_refused_with_the_server_s_words(driver, provider):
    error = refused(lambda: driver.refresh(driver.stored(provider, refresh_token="rt-gone"), provider))
    assert (error.failure.kind, error.failure.stage) == (FailureKind.TOKEN_REFUSED, Stage.TOKEN)
    reply = reply_of(error)
    assert (reply.code, reply.error_code) == (400, "invalid_grant")
    assert reply.words == "Token has been expired or revoked."


@each_provider
def test_a_network_failure_is_no_refusal(driver, provider):
    driver.server.answer_next("/token", Drop())
    assert refused(lambda: driver.refresh(driver.stored(provider), provider)).failure.kind is FailureKind.CLOSED


def test_a_scope_that_was_taken_back_is_missing(driver):
    driver.server.behavior.granted_scope = "openid"
    failure = refused(lambda: driver.refresh(driver.stored(GOOGLE), GOOGLE)).failure
    assert failure.detail is FailureDetail.SCOPE_MISSING


def test_throttling_is_waited_for(driver: OAuthDriver):
    busy = Answer(status=429, headers={"Retry-After": "0"}, error=("slow_down", "Too many."))
    driver.server.answer_next("/token", busy)
    assert driver.refresh(driver.stored()).account == USER_NAME
    assert len(driver.server.calls_to("/token")) == 2


def test_a_client_secret_is_proof(driver):
    driver.server.behavior.client_secret = "s3cret"
    for provider in (GOOGLE, MICROSOFT, OTHER):
        driver.client_secret = None
        error = refused(lambda: driver.refresh(driver.stored(provider), provider))  # noqa: B023 - called here
        assert reply_of(error).error_code == "AADSTS7000215"
        driver.client_secret = Secret("s3cret")
        assert driver.refresh(driver.stored(provider), provider).account == USER_NAME


@each_provider
def test_tokens_without_a_refresh_token_can_t_be_renewed(driver, provider):
    failure = refused(lambda: driver.refresh(replace(driver.stored(provider), refresh_token=None), provider)).failure
    assert (failure.kind, failure.detail) == (FailureKind.TOKEN_REFUSED, FailureDetail.NOT_RENEWABLE)
    assert driver.server.calls == []


@each_provider
@pytest.mark.parametrize("name", ["expires_in", "ext_expires_in", "refresh_in", "refresh_token_expires_in"])
@pytest.mark.parametrize("value", [[], {}, 1e400, None, "soon"])
def test_times_of_any_form_are_no_crash(driver, provider, name, value):
    driver.server.answer_next("/token", Answer(json={"access_token": "at-new", "expires_in": 3599, name: value}))
    try:
        kind = driver.refresh(driver.stored(provider), provider) and None
    except NoAccessToken as error:
        kind = error.failure.kind
    assert kind in (None, FailureKind.NOT_AUTHORIZATION_SERVER)  # overlooked, or refused


@each_provider
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_says_so_itself(driver, provider, status):
    path = "/token" if provider is GOOGLE else "openid-configuration"
    driver.server.answer_next(path, Answer(status=status, error=("temporarily_unavailable", "Later.")))
    error = refused(lambda: driver.refresh(driver.stored(provider), provider))
    assert error.failure.kind is FailureKind.TOKEN_REFUSED
    assert reply_of(error).code == status
