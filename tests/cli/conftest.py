"""Set-up that the tests of the command line share."""

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, wait
from pathlib import Path

import pytest
from cli.command_line import CommandLine

from smtp_desktop.cli import interrupt


@pytest.fixture
def smtp_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    monkeypatch.delenv("SMTP_DESKTOP_VAULT_PASSWORD", raising=False)
    return CommandLine(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture
def ctrl_c(monkeypatch: pytest.MonkeyPatch) -> Callable[[threading.Event], None]:
    """Presses Ctrl+C, as a user would, while the main thread waits for a server, once the event is set."""

    def press_at(begun: threading.Event) -> None:
        def press(futures: Collection[Future[object]], timeout: float | None = None) -> object:
            if timeout is None:
                return wait(futures)
            assert begun.wait(30)
            raise KeyboardInterrupt

        monkeypatch.setattr(interrupt, "wait", press)  # a real signal would hit the test runner; e2e sends one

    return press_at
