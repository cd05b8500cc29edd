"""Signing in with a browser brings tokens from Google, Microsoft and any other authorization server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from oauth_driver import GOOGLE, MICROSOFT, OTHER, SCOPES, OAuthDriver
from servers.https_calls import Answer
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import USER_NAME

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.oauth import OAuthClient

each_provider = pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT, OTHER])


@each_provider
def test_it_brings_tokens_and_the_account(driver, provider):
    tokens = driver.sign_in(provider)
    issued = driver.server.grants.valid(tokens.access_token.reveal())
    assert issued is not None
    assert SCOPES[provider] in issued.scope.split()
    assert tokens.account == USER_NAME
    assert tokens.refresh_token is not None
    assert timedelta(minutes=58) < tokens.expires_at - datetime.now(UTC) < timedelta(minutes=61)
    assert tokens.refresh_ends_at is None
    driver.browser.wait()
    assert "<h1>Signed in</h1>" in driver.browser.page


@each_provider
def test_it_asks_as_the_provider_wants_it(driver, provider):
    driver.sign_in(provider)
    asked = driver.browser.asked
    assert asked["login_hint"] == USER_NAME
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 32
    scope = set(asked["scope"].split())
    if provider is GOOGLE:
        assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
        assert scope == {"https://mail.google.com/", "openid", "email"}
    elif provider is MICROSOFT:
        assert asked["response_mode"] == "form_post"
        assert asked["redirect_uri"].startswith("http://localhost:")
        assert scope == {"https://outlook.office.com/SMTP.Send", "openid", "profile", "offline_access"}
    else:
        assert asked["redirect_uri"].startswith("http://127.0.0.1:")
        assert scope == {"smtp", "openid", "email", "offline_access"}
        assert asked["prompt"] == "consent"


@each_provider
def test_a_client_secret_is_proof(driver, provider):
    driver.server.behavior.client_secret = "s3cret & more"
    driver.client_secret = Secret("s3cret & more")
    assert driver.sign_in(provider).account == USER_NAME


def test_a_secret_goes_where_the_server_wants_it(driver: OAuthDriver):
    driver.server.behavior.client_secret = "s3cret"
    driver.client_secret = Secret("s3cret")
    driver.sign_in()
    driver.server.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_basic"]
    driver.sign_in()
    first, second = driver.server.calls_to("/token")
    assert "client_secret=s3cret" in first.body.decode()
    assert "Authorization" not in first.headers
    assert "client_secret" not in second.body.decode()
    assert second.headers["Authorization"].startswith("Basic ")


def test_typed_addresses_need_no_discovery(driver: OAuthDriver):
    base = driver.server.base
    client = OAuthClient(
        provider=OTHER,
        client_id=driver.server.grants.client_id,
        authorize_url=f"{base}/authorize",
        token_url=f"{base}/token",
        scope="smtp",
    )
    tokens = driver.sign_in(client)
    assert tokens.account == ""
    assert not driver.server.calls_to(".well-known")


def test_an_authorization_server_that_knows_no_openid_is_found_as_well(driver: OAuthDriver):
    # RFC 8414 3.1: the name stands before the path of the issuer.
    document = driver.server.discovery()
    driver.server.answer_next("openid-configuration", Answer(status=404))
    for _ in range(2):
        driver.server.answer_next(
            "/.well-known/oauth-authorization-server/northwind.example/v2.0", Answer(json=document)
        )
    assert driver.sign_in().account == USER_NAME


def test_the_address_of_the_description_will_do_as_the_issuer(driver: OAuthDriver):
    client = driver.client(OTHER)
    typed = replace(client, issuer=f"{client.issuer}/.well-known/openid-configuration")
    assert driver.sign_in(typed).account == USER_NAME


def test_the_account_that_signed_in_is_named_whoever_was_wanted(driver: OAuthDriver):
    driver.server.behavior.account = "bert@northwind.example"
    assert driver.sign_in().account == "bert@northwind.example"


def test_the_account_is_asked_for_where_the_id_token_lacks_it(driver: OAuthDriver):
    driver.server.behavior.names_account = False
    assert driver.sign_in().account == USER_NAME
    assert driver.server.calls_to("/userinfo")


def test_a_sign_in_that_ends_says_when(driver: OAuthDriver):
    driver.server.behavior.refresh_expires_in_s = 7 * 24 * 3600
    ends_at = driver.sign_in(GOOGLE).refresh_ends_at
    assert ends_at is not None
    assert timedelta(days=6) < ends_at - datetime.now(UTC) < timedelta(days=8)


def test_an_authorization_server_on_this_computer_needs_no_tls(driver: OAuthDriver):
    with AuthorizationServer(None) as server:
        plain = OAuthDriver(server, driver.browser._authority)
        assert plain.sign_in().account == USER_NAME


def test_nobody_is_proposed_where_there_is_no_user_name(driver: OAuthDriver):
    driver.user_name = ""
    driver.sign_in()
    driver.sign_in(MICROSOFT)
    assert "login_hint" not in driver.browser.asked


def test_a_tenant_needs_no_user_name(driver: OAuthDriver):
    client = replace(driver.client(MICROSOFT), tenant_id="northwind.example")
    assert driver.sign_in(client).account == USER_NAME


def test_a_scope_with_openid_is_taken_as_it_is(driver: OAuthDriver):
    driver.sign_in(replace(driver.client(OTHER), scope="smtp openid"))
    assert driver.browser.asked["scope"] == "smtp openid"
    assert "prompt" not in driver.browser.asked


@each_provider
def test_no_connection_is_kept_while_somebody_signs_in(driver, provider):
    # Routers drop idle ones without a word.
    before: list[int] = []

    def hung_up(address: str) -> None:
        before.append(driver.server.connections)
        driver.server.hang_up_all()
        driver.browser.open(address)

    assert driver.sign_in(provider, on_address=hung_up).account == USER_NAME
    assert driver.server.connections == before[0] + 2  # the browser's, and that for the token
