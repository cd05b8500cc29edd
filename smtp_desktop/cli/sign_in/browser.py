"""The user's browser, opened without waiting for it: the answer that it brings is heard by this process."""

import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

# In a process of its own: what BROWSER names may run for as long as the browser does, and may print what it likes.
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"


def has_browser() -> bool:
    """Whether there is a display, or a program named by BROWSER, that can show a page."""
    if os.environ.get("BROWSER") or sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_in_browser(address: str) -> bool:
    """Opens the address as BROWSER says, else in the usual browser, and returns at once; False where that can't even be
    tried."""
    try:
        start(address)
    except OSError:
        return False
    return True


def start(address: str) -> None:
    """Starts what opens the address. Raises OSError."""
    subprocess.Popen(  # noqa: S603 - Python itself; the address is an argument, not part of the program
        [sys.executable, "-I", "-c", _OPEN, address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def answer_port(address: str) -> int | None:
    """Returns the port of this computer on which the answer to a sign-in at `address` is awaited."""
    redirect = parse_qs(urlsplit(address).query).get("redirect_uri", [""])[0]
    try:
        return urlsplit(redirect).port
    except ValueError:
        return None
