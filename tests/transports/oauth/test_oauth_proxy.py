"""Sign-ins through a company's proxy."""

from oauth_driver import MICROSOFT, OTHER, OAuthDriver, refused
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import USER_NAME
from servers.proxy import ForwardProxy

from smtp_desktop.domain.diagnosis.conversation import FailureKind


def test_requests_go_through_the_proxy_and_the_browser_comes_back_without_it(driver, monkeypatch):
    with ForwardProxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        for provider in (MICROSOFT, OTHER):
            assert driver.sign_in(provider).account == USER_NAME
    assert set(proxy.connects) == {f"127.0.0.1:{driver.server.port}"}
    assert proxy.refused == []


def test_no_proxy_sees_what_goes_to_this_computer_without_tls(driver, monkeypatch):
    with ForwardProxy() as proxy, AuthorizationServer(None) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert OAuthDriver(server, driver.browser._authority).sign_in().account == USER_NAME
    assert (proxy.connects, proxy.refused) == ([], [])


def test_a_proxy_that_wants_a_password_is_no_refusal_of_the_sign_in(driver, monkeypatch):
    with ForwardProxy(user="clerk", password="word") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        failure = refused(lambda: driver.refresh(driver.stored())).failure
    assert failure.kind is FailureKind.PROXY
