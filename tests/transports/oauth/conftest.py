"""An authorization server on this computer, whose CA the system trusts, and a driver for the adapter."""

from collections.abc import Iterator

import pytest
from oauth_driver import OAuthDriver
from servers.certificates import Authority
from servers.oauth.authorization_server import AuthorizationServer


@pytest.fixture
def server(trusted: Authority) -> Iterator[AuthorizationServer]:
    with AuthorizationServer(trusted) as server:
        yield server


@pytest.fixture
def driver(server: AuthorizationServer, trusted: Authority) -> OAuthDriver:
    return OAuthDriver(server, trusted)
