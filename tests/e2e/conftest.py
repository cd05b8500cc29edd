"""Set-up that the end-to-end tests share."""

import pytest
from e2e.program import Program
from e2e.real_window_driver import RealWindowDriver
from servers.certificates import Authority


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def program(tmp_path, authority) -> Program:
    return Program(tmp_path, authority.path)


@pytest.fixture
def gui(qtbot, qapp, tmp_path, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    it = RealWindowDriver(qtbot, qapp, tmp_path / "home")
    yield it
    it.close()
