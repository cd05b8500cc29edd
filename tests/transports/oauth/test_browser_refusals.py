"""What a sign-in in the browser comes to where somebody or something is against it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from cancel_times import cancelled_s, quickest_s
from oauth_driver import GOOGLE, MICROSOFT, OTHER, OAuthDriver, refused, reply_of
from servers.certificates import Authority
from servers.https_calls import Answer, Call, Drop, Garbage, Half, Hang, Pieces
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import USER_NAME
from servers.ports import closed_port

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.smtp.oauth import OAuthClient

PATIENCE_S = 30.0
each_provider = pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT, OTHER])
each_client = pytest.mark.parametrize("provider", [MICROSOFT, OTHER])  # Google's is that of any other


@each_client
@pytest.mark.parametrize(
    "error",
    ["access_denied", "consent_required", "login_required", "unauthorized_client", "server_error", "invalid_scope"],
)
def test_an_error_at_the_authorization_address_is_the_reply(driver, provider, error):
    driver.server.behavior.denies = {"error": error, "error_description": "The administrator said <no>."}
    failure = refused(lambda: driver.sign_in(provider)).failure
    assert (failure.kind, failure.stage) == (FailureKind.TOKEN_REFUSED, Stage.TOKEN)
    assert failure.reply is not None
    assert str(failure.reply) == f"400 {error} The administrator said <no>."
    driver.browser.wait()
    assert "<h1>Not signed in</h1>" in driver.browser.page
    assert "said &lt;no&gt;" in driver.browser.page
    assert not driver.server.calls_to("/token")


def test_microsoft_s_numbers_and_subcode_are_kept(driver):
    driver.server.behavior.denies = {
        "error": "access_denied",
        "error_subcode": "cancel",
        "error_description": "AADSTS65004: User declined to consent to access the app.\r\nTrace ID: 1 Timestamp: 2",
    }
    reply = reply_of(refused(lambda: driver.sign_in(MICROSOFT)))
    assert (reply.error_code, reply.aadsts) == ("AADSTS65004", (65004,))
    assert reply.text == ("User declined to consent to access the app.", "cancel")


def test_nobody_signs_in(server, trusted):
    driver = OAuthDriver(server, trusted, wait_s=0.01)
    failure = refused(lambda: driver.sign_in(on_address=driver.browser.only_remember)).failure
    assert (failure.kind, failure.stage) == (FailureKind.NOT_SIGNED_IN, Stage.TOKEN)


@pytest.mark.parametrize(("provider", "granted"), [(GOOGLE, "openid email"), (MICROSOFT, "openid profile")])
def test_a_permission_that_was_not_ticked_is_missing(driver, provider, granted):
    driver.server.behavior.granted_scope = granted
    failure = refused(lambda: driver.sign_in(provider)).failure
    assert (failure.kind, failure.detail) == (FailureKind.TOKEN_REFUSED, FailureDetail.SCOPE_MISSING)
    assert granted in str(failure.message)


@each_client
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(status=400, error=("invalid_grant", "Bad Request")), "invalid_grant"),
        (Answer(status=401, error=("invalid_client", "Unauthorized")), "invalid_client"),
        (Answer(status=200, error=("invalid_grant", "It says so with 200.")), "invalid_grant"),
        (Answer(status=400, error=("invalid_client", "AADSTS7000215: Invalid client secret.")), "AADSTS7000215"),
        (Answer(status=503, error=("temporarily_unavailable", "")), "temporarily_unavailable"),
        (Answer(status=500, body=b"Oops"), ""),
    ],
)
def test_a_refusal_of_the_token_address_is_the_reply(driver, provider, answer, code):
    driver.server.answer_next("/token", answer)
    error = refused(lambda: driver.sign_in(provider))
    assert error.failure.kind is FailureKind.TOKEN_REFUSED
    assert reply_of(error).error_code == code
    assert any("The browser brought an authorization code" in line.text for line in error.transcript)
    driver.browser.wait()
    assert "<h1>Not signed in</h1>" in driver.browser.page


@each_client
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Answer(json={}), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(json=[]), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(json={"access_token": 7}), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(json={"access_token": "a\nb"}), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(json={"access_token": "a", "token_type": "DPoP"}), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(json={"access_token": "a", "id_token": "nonsense"}), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(json={"access_token": "a", "id_token": "a.WzFd.c"}), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(body=b"[" * 100_000), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(body=b"x" * 3_000_000), FailureKind.NOT_AUTHORIZATION_SERVER),
        (
            Answer(body=b"<!doctype html><title>Log in to the guest network</title>"),
            FailureKind.NOT_AUTHORIZATION_SERVER,
        ),
        (Answer(status=404, body=b"<html><h1>Not found</h1>"), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Answer(status=302, headers={"Location": "https://example.com/"}), FailureKind.NOT_AUTHORIZATION_SERVER),
        (Garbage(), FailureKind.CLOSED),
        (Drop(), FailureKind.CLOSED),
        (Half(), FailureKind.CLOSED),
    ],
)
def test_what_is_no_answer_of_a_token_address_is_called_so(driver, provider, reply, kind):
    driver.server.answer_next("/token", reply)
    assert refused(lambda: driver.sign_in(provider)).failure.kind is kind


@each_client
def test_answers_in_pieces_are_whole(driver, provider):
    driver.server.answer_next("openid-configuration", Pieces())
    driver.server.answer_next("/token", Pieces())
    assert driver.sign_in(provider).account == USER_NAME


@each_client
def test_a_late_answer_is_taken(driver, provider):
    asked, may_answer = threading.Event(), threading.Event()

    def late(_: Call) -> None:
        asked.set()
        may_answer.wait(PATIENCE_S)

    driver.server.answer_next("/token", late)
    helper = threading.Thread(target=lambda: (asked.wait(PATIENCE_S), may_answer.set()))
    helper.start()
    assert driver.sign_in(provider).account == USER_NAME
    helper.join(PATIENCE_S)


def test_an_id_token_of_another_sign_in_is_refused(driver):
    def other_nonce(address: str) -> None:
        driver.browser.open(address.replace("nonce=", "nonce=another"))

    for provider in (MICROSOFT, OTHER):
        failure = refused(lambda: driver.sign_in(provider, on_address=other_nonce)).failure  # noqa: B023 - called here
        assert failure.kind is FailureKind.NOT_AUTHORIZATION_SERVER


def bring(driver: OAuthDriver, **fields: str) -> Callable[[str], None]:
    """Returns a browser that brings these fields at once, with the right state."""

    def answer(address: str) -> None:
        driver.browser.only_remember(address)
        asked = driver.browser.asked
        driver.browser.open(f"{asked['redirect_uri']}/?{urlencode({'state': asked['state'], **fields})}")

    return answer


def test_an_answer_of_another_issuer_is_not_taken(driver):
    # RFC 9207: else the code would go to a server that did not issue it
    failure = refused(lambda: driver.sign_in(on_address=bring(driver, code="abc", iss="https://evil.example"))).failure
    assert (failure.kind, failure.detail) == (FailureKind.NOT_AUTHORIZATION_SERVER, FailureDetail.BAD_ADDRESS)
    assert not driver.server.calls_to("/token")


def test_a_code_that_is_nobody_s_is_refused(driver):
    for provider in (GOOGLE, MICROSOFT, OTHER):
        error = refused(lambda: driver.sign_in(provider, on_address=bring(driver, code="made up")))  # noqa: B023 - as above
        assert reply_of(error).error_code == "invalid_grant"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "http://sign-in.northwind.example"},
        {"issuer": "https://user:word@localhost/"},
        {"issuer": "https://localhost:99999999/"},
        {"issuer": "", "authorize_url": "https://localhost/a", "token_url": "http://192.0.2.1/token"},
        {"issuer": "", "authorize_url": "javascript:alert(1)", "token_url": "https://localhost/token"},
    ],
)
def test_no_secret_goes_to_an_address_without_tls(driver, changed):
    client = replace(driver.client(OTHER), **changed)
    failure = refused(lambda: driver.sign_in(client)).failure
    assert (failure.kind, failure.detail) == (FailureKind.NOT_AUTHORIZATION_SERVER, FailureDetail.BAD_ADDRESS)
    assert driver.browser.addresses == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example/"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "file:///etc/passwd"},
    ],
)
def test_a_server_that_describes_another_is_not_asked(driver, metadata):
    driver.server.metadata |= metadata
    failure = refused(lambda: driver.sign_in(OTHER)).failure
    assert (failure.kind, failure.detail) == (FailureKind.NOT_AUTHORIZATION_SERVER, FailureDetail.BAD_ADDRESS)
    assert driver.browser.addresses == []


@pytest.mark.parametrize(
    ("metadata", "word"),
    [({"token_endpoint": None}, "token_endpoint"), ({"authorization_endpoint": None}, "authorization_endpoint")],
)
def test_a_server_without_an_address_is_called_so(driver, metadata, word):
    driver.server.metadata |= metadata
    failure = refused(lambda: driver.sign_in(OTHER)).failure
    assert failure.detail is FailureDetail.NOT_OFFERED
    assert word in str(failure.message)


def test_what_describes_no_authorization_server_is_none(driver):
    client = OAuthClient(provider=OTHER, client_id="x", issuer=f"{driver.server.url}/elsewhere")
    assert refused(lambda: driver.sign_in(client)).failure.kind is FailureKind.NOT_AUTHORIZATION_SERVER
    driver.server.metadata |= {"token_endpoint": 7, "authorization_endpoint": 7, "scopes_supported": 7}
    assert refused(lambda: driver.sign_in(MICROSOFT)).failure.kind is FailureKind.NOT_AUTHORIZATION_SERVER


def test_a_server_that_is_not_there_is_no_refusal(driver):
    issuer = f"https://localhost:{closed_port()}"
    failure = refused(lambda: driver.sign_in(replace(driver.client(OTHER), issuer=issuer))).failure
    assert (failure.kind, failure.stage) == (FailureKind.REFUSED, Stage.CONNECT)


def test_a_certificate_that_nobody_trusts_is_no_refusal(driver, tmp_path):
    with AuthorizationServer(Authority(tmp_path)) as server:
        failure = refused(lambda: OAuthDriver(server, driver.browser._authority).sign_in(OTHER)).failure
    assert (failure.kind, failure.stage) == (FailureKind.CERTIFICATE, Stage.CONNECT)


@each_provider
def test_a_cancel_ends_the_wait_for_the_browser_within_100_ms(driver, provider):
    def once() -> float:
        waits = threading.Event()
        return cancelled_s(
            lambda cancel: driver.sign_in(provider, cancel=cancel, on_address=lambda _: waits.set()), waits
        )

    assert quickest_s(once) < 0.1


def test_a_cancel_ends_the_wait_for_the_server_within_100_ms(driver):
    def once() -> float:
        driver.server.silent.clear()
        driver.server.answer_next("/token", Hang())
        return cancelled_s(lambda cancel: driver.sign_in(cancel=cancel), driver.server.silent)

    assert quickest_s(once) < 0.1


def test_a_cancel_before_the_start_asks_nobody(driver):
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        driver.sign_in(cancel=cancel)
    assert driver.server.calls == []
