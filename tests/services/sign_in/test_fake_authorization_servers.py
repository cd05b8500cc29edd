"""The fake authorization server of the tests fulfils the port's contract, as the adapter does."""

from collections.abc import Callable, Mapping

import pytest
from contracts.authorization_servers_contract import ACCOUNT, AuthorizationServersContract
from fakes.authorization_servers import FakeAuthorizationServers
from fakes.small import FixedClock

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import DeviceCode
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SignIn

CLIENT = OAuthClient(provider=OAuthProvider.OTHER, client_id="desktop")


class TestFakeAuthorizationServers(AuthorizationServersContract):
    now = FixedClock().now()

    @pytest.fixture
    def servers(self) -> FakeAuthorizationServers:
        return FakeAuthorizationServers(FixedClock(), account=ACCOUNT)

    @pytest.fixture
    def client(self) -> OAuthClient:
        return CLIENT

    @pytest.fixture
    def smtp_server(self) -> GenericServer:
        return GenericServer(host_name="smtp.northwind.example", sign_in=SignIn.APP_ONLY, oauth=CLIENT)

    @pytest.fixture
    def secrets(self) -> Mapping[SecretField, Secret]:
        return {SecretField.CLIENT_SECRET: Secret("s3cret")}

    @pytest.fixture
    def open_address(self) -> Callable[[str], None]:
        return lambda _: None

    @pytest.fixture
    def enter_code(self) -> Callable[[DeviceCode], None]:
        return lambda _: None

    @pytest.fixture
    def revoke(self, servers: FakeAuthorizationServers) -> Callable[[], None]:
        return servers.revoke
