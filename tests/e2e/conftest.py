"""Set-up that the end-to-end tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.program import Program
from e2e.window.real_window_driver import RealWindowDriver
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from servers.certificates import Authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def program(tmp_path: Path, authority: Authority) -> Program:
    return Program(tmp_path, authority.path)


@pytest.fixture
def gui(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RealWindowDriver]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    it = RealWindowDriver(qtbot, qapp, tmp_path / "home")
    yield it
    it.close()
