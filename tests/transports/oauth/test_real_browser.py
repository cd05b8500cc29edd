"""A real browser, Chromium, brings the answer of a sign-in, and shows how it ended."""

import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from oauth_driver import GOOGLE, MICROSOFT, OTHER
from servers.oauth.grants import USER_NAME

CHROMIUM = shutil.which("chromium")
PATIENCE_S = 60.0
# The authorization server's certificate is a throw-away one; everything else keeps the browser from speaking with
# anybody but this computer.
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--ignore-certificate-errors",
        "--no-proxy-server",
    ),
    *("--ignore-certificate-errors", "--virtual-time-budget=20000", "--dump-dom"),
)


class RealBrowser:
    """Opens one address in a profile of its own, and gives out the page at the end as it is then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._page = ""
        self._thread: threading.Thread | None = None

    def open(self, address: str) -> None:
        self._thread = threading.Thread(target=self._run, args=(address,), daemon=True)
        self._thread.start()

    @property
    def page(self) -> str:
        assert self._thread is not None
        self._thread.join(PATIENCE_S)
        return self._page

    def _run(self, address: str) -> None:
        command = [CHROMIUM or "", *FLAGS, f"--user-data-dir={self._folder}", address]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        self._page = ended.stdout


@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT, OTHER])
def test_chromium_signs_in(driver, provider, tmp_path):
    browser = RealBrowser(tmp_path)
    assert driver.sign_in(provider, on_address=browser.open).account == USER_NAME
    assert "<h1>Signed in</h1>" in browser.page
    assert "You can close this tab" in browser.page
