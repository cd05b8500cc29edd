"""What the wire tests share."""

from collections.abc import Iterator

import pytest
import requests
from servers.certificates import Authority
from servers.microsoft.tenant import Microsoft, microsoft


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A CA that nobody trusts yet."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The same CA, trusted by the whole system."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


@pytest.fixture
def servers(authority: Authority) -> Iterator[Microsoft]:
    """Entra ID and Graph, for a client that trusts their CA by itself."""
    with microsoft(authority) as both:
        yield both


@pytest.fixture
def session(authority: Authority) -> Iterator[requests.Session]:
    """A client that trusts the CA, whatever the machine's own set-up."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(authority.path)
        yield session
