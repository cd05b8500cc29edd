"""What the wire tests share."""

import pytest
from servers.certificates import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A CA that nobody trusts yet."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The same CA, trusted by the whole system."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority
