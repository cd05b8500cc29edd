"""Signing in with a code on another device."""

import threading

import pytest
from cancel_times import cancelled_s, quickest_s
from oauth_driver import GOOGLE, MICROSOFT, OTHER, OAuthDriver, refused, reply_of
from servers.https_calls import Answer, Drop
from servers.oauth.grants import USER_NAME

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind
from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.oauth import device

each_provider = pytest.mark.parametrize("provider", [MICROSOFT, OTHER])


@each_provider
def test_the_code_is_shown_and_brings_tokens_once_it_was_entered(driver, provider):
    driver.server.behavior.device_answers = ["authorization_pending", "authorization_pending"]
    tokens = driver.sign_in_by_device(provider)
    assert tokens.account == USER_NAME
    assert tokens.refresh_token
    (code,) = driver.codes
    assert code.code.startswith("WDJB-")
    assert code.address == f"{driver.server.base}/device"
    assert len(driver.server.calls_to("/token")) == 3


def test_google_is_not_asked_since_it_allows_no_mail_that_way(driver):
    failure = refused(lambda: driver.sign_in_by_device(GOOGLE)).failure
    assert (failure.kind, failure.detail) == (FailureKind.NOT_STARTED, FailureDetail.NOT_OFFERED)
    assert driver.server.calls == []


def test_a_server_without_an_address_for_it_is_called_so(driver):
    driver.server.metadata["device_authorization_endpoint"] = None
    assert refused(lambda: driver.sign_in_by_device(OTHER)).failure.detail is FailureDetail.NOT_OFFERED


@each_provider
@pytest.mark.parametrize(
    ("error", "code"),
    [("access_denied", "access_denied"), ("expired_token", "AADSTS70020"), ("invalid_client", "invalid_client")],
)
def test_a_refusal_is_the_reply(driver, provider, error, code):
    driver.server.behavior.device_answers = ["authorization_pending", error]
    assert reply_of(refused(lambda: driver.sign_in_by_device(provider))).error_code == code


@each_provider
def test_a_refusal_of_the_code_is_the_reply(driver, provider):
    driver.server.answer_next(
        "/devicecode", Answer(status=400, error=("unauthorized_client", "AADSTS70002: Not a public client."))
    )
    assert reply_of(refused(lambda: driver.sign_in_by_device(provider))).error_code == "AADSTS70002"
    assert driver.codes == []


@each_provider
def test_it_asks_less_often_where_the_server_wants_that_or_is_not_there(driver, provider, monkeypatch):
    # In place of the five seconds of RFC 8628 3.5, which are too long for a test.
    monkeypatch.setattr(device, "_SLOWER_S", 0)
    driver.server.behavior.device_answers = ["slow_down"]
    driver.server.answer_next("/token", Drop())
    assert driver.sign_in_by_device(provider).account == USER_NAME
    assert len(driver.server.calls_to("/token")) == 3


@each_provider
@pytest.mark.parametrize(
    "document",
    [
        {},
        {"user_code": "A", "verification_uri": "https://localhost/"},
        {"user_code": 7, "device_code": "d", "verification_uri": "https://localhost/"},
        {"user_code": "A" * 1000, "device_code": "d", "verification_uri": "https://localhost/"},
        {"user_code": "A", "device_code": "d", "verification_uri": "http://evil.example/"},
        {"user_code": "A", "device_code": "d", "verification_uri": "javascript:alert(1)"},
    ],
)
def test_a_code_that_can_t_be_shown_is_refused(driver, provider, document):
    driver.server.answer_next("/devicecode", Answer(json=document))
    assert refused(lambda: driver.sign_in_by_device(provider)).failure.kind is FailureKind.NOT_AUTHORIZATION_SERVER
    assert driver.codes == []


@each_provider
def test_a_code_that_nobody_enters_ends(driver, provider):
    grant = {"user_code": "WDJB-1", "device_code": "dc-WDJB-1", "verification_uri": "https://localhost/"}
    driver.server.answer_next("/devicecode", Answer(json={**grant, "expires_in": 0, "interval": 0}))
    failure = refused(lambda: driver.sign_in_by_device(provider, on_code=driver.codes.append)).failure
    assert failure.kind is FailureKind.NOT_SIGNED_IN


@each_provider
def test_a_cancel_ends_the_wait_within_100_ms(driver, provider):
    driver.server.behavior.interval_s = 5

    def once() -> float:
        waits = threading.Event()
        return cancelled_s(
            lambda cancel: driver.sign_in_by_device(provider, cancel=cancel, on_code=lambda _: waits.set()), waits
        )

    assert quickest_s(once) < 0.1


def test_a_client_secret_is_proof(driver: OAuthDriver):
    driver.server.behavior.client_secret = "s3cret"
    driver.client_secret = Secret("s3cret")
    for methods in (["client_secret_post"], ["client_secret_basic"]):
        driver.server.metadata["token_endpoint_auth_methods_supported"] = methods
        assert driver.sign_in_by_device(OTHER).account == USER_NAME


def test_the_account_is_asked_for_where_the_id_token_lacks_it(driver: OAuthDriver):
    driver.server.behavior.names_account = False
    assert driver.sign_in_by_device(OTHER).account == USER_NAME
