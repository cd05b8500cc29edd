"""Set-up that the tests of the command line share."""

from pathlib import Path

import pytest
from cli.command_line import CommandLine


@pytest.fixture
def smtp_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    monkeypatch.delenv("SMTP_DESKTOP_VAULT_PASSWORD", raising=False)
    return CommandLine(tmp_path / "home", monkeypatch, capsys)
