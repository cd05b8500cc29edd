"""The adapter for authorization servers fulfils the port's contract, with a server of its own."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from contracts.authorization_servers_contract import AuthorizationServersContract
from oauth_driver import MICROSOFT, OTHER, OAuthDriver
from servers.oauth.authorization_server import AuthorizationServer

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import DeviceCode
from smtp_desktop.domain.smtp.oauth import OAuthClient
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SignIn
from smtp_desktop.transports.oauth.authorization_servers import AuthorizationServers


class TestAuthorizationServers(AuthorizationServersContract):
    now = datetime.now(UTC)

    @pytest.fixture(params=[MICROSOFT, OTHER])
    def client(self, driver: OAuthDriver, request: pytest.FixtureRequest) -> OAuthClient:
        return driver.client(request.param)

    @pytest.fixture
    def servers(self, driver: OAuthDriver) -> AuthorizationServers:
        return driver.adapter

    @pytest.fixture
    def smtp_server(self, client: OAuthClient) -> GenericServer:
        return GenericServer(host_name="smtp.northwind.example", sign_in=SignIn.APP_ONLY, oauth=client)

    @pytest.fixture
    def secrets(self, server: AuthorizationServer) -> Mapping[SecretField, Secret]:
        server.behavior.client_secret = "s3cret"
        return {SecretField.CLIENT_SECRET: Secret("s3cret")}

    @pytest.fixture
    def open_address(self, driver: OAuthDriver) -> Callable[[str], None]:
        return driver.browser.open

    @pytest.fixture
    def enter_code(self, driver: OAuthDriver) -> Callable[[DeviceCode], None]:
        return driver.enter

    @pytest.fixture
    def revoke(self, server: AuthorizationServer) -> Callable[[], None]:
        return lambda: server.grants.revoke_all(refresh_tokens_too=True)
