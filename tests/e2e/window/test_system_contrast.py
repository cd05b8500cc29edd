"""A desktop whose user wants more contrast gets it, as soon as Qt hears of it."""

import subprocess
import sys

import pytest
from screen_reader import MISSING, Desktop
from servers.desktop.portal import SettingsPortal

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="other systems have no portal"),
    pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}"),
]
_FOLLOWS = """
from PySide6.QtWidgets import QApplication
from smtp_desktop.ui.theme import system
from smtp_desktop.ui.theme.theme import ThemeChoice

app = QApplication([])
hints = app.styleHints()

def look():
    if system.wanted_theme(hints, ThemeChoice.SYSTEM).more_contrast:
        print("more contrast", flush=True)
        app.quit()

system.on_theme_wish(hints, look)
look()
app.exec()
"""


def test_the_systems_wish_comes_over_the_portal(tmp_path):
    with Desktop(tmp_path) as desktop, SettingsPortal(desktop.environment["DBUS_SESSION_BUS_ADDRESS"]):
        environment = desktop.environment | {
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "XDG_CURRENT_DESKTOP": "GNOME",
            "PYTHONPATH": ":".join(path for path in sys.path if path),
        }
        command = [sys.executable, "-c", _FOLLOWS]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (0, "more contrast\n"), ran.stderr
