"""An authorization server on this computer, whose CA the system trusts, and a driver for the adapter."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
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


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """A key of an app."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
