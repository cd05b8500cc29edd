"""The right to come to the front, as the desktop gives it to whatever the user has just started."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_WAYLAND, _X11 = "XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"
# Desktops make tokens of letters, digits and signs such as / - _ . : @; no more is handed on than these need.
_TOKEN = re.compile(r"[!-~]{1,512}")


def valid_token(word: str) -> str:
    """Returns `word` if it can be a token, else ""."""
    return word if _TOKEN.fullmatch(word) else ""


def own_token(environment: Mapping[str, str]) -> str:
    """Returns the token that the desktop started this process with, or ""."""
    # Startup Notification: older launchers name the start by DESKTOP_STARTUP_ID alone, which serves as a token, too.
    return valid_token(environment.get(_WAYLAND, "")) or valid_token(environment.get(_X11, ""))


@contextmanager
def activation(token: str) -> Iterator[None]:
    """Lets a window that asks to be activated meanwhile do so with `token`; nothing is different where that is ""."""
    token = valid_token(token)
    if not token:
        yield
        return
    # Qt takes the token of the next activation from there. A plain `putenv`: QProcess gives children the same.
    os.environ[_WAYLAND] = token
    try:
        yield
    finally:
        os.environ.pop(_WAYLAND, None)  # it is good for once
