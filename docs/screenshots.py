"""Takes screenshots of the real window, on throw-away homes.

    python3 dev.py shots [--to FOLDER] [--size 1440x900] [--screen 1440x880]    all of them, into build/shots
                                                         (--themes more-contrast-light,more-contrast-dark: in these)
    python3 dev.py shots [--pseudo] [--mirrored]    in a language with longer texts, and read from right to left
    python3 dev.py shots --release                                              those in docs/screenshots again

Nothing leaves this computer: the mail servers, and Microsoft, are played by the servers of the tests, and no name is
looked up anywhere else. The pictures show what the `offscreen` platform draws, with dialogs laid where a window manager
would put them.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pseudo_language import PseudoTranslator
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from servers.certificates import Authority
from shots.graph import cloud, shoot_graph
from shots.health import shoot_alerts, shoot_dates, shoot_history, shoot_settings, shoot_states
from shots.health_samples import all_states
from shots.network import internet
from shots.outbox import shoot_outbox
from shots.samples import company
from shots.sign_in import shoot_sign_in
from shots.smtp_tests import shoot_finding, shoot_tests, shoot_trust
from shots.smtps import shoot_smtps
from shots.studio import Film, Studio
from shots.transfer import shoot_transfer
from shots.window import shoot_window

from smtp_desktop.domain.checks.check_settings import CheckChoices, kept_choices
from smtp_desktop.ui.theme.theme import ThemeChoice

_ROOT = Path(__file__).parents[1]
_RELEASE = _ROOT / "docs" / "screenshots"


def main() -> None:
    """Takes them as the command line says."""
    parser = argparse.ArgumentParser(description="Takes screenshots of the window.")
    parser.add_argument("--release", action="store_true", help="only those in docs/screenshots, taken again")
    parser.add_argument("--to", type=Path, default=_ROOT / "build" / "shots", help="the folder")
    parser.add_argument("--size", default="1440x900", help="of the window")
    parser.add_argument("--screen", default="1440x880", help="its size, which dialogs keep within")
    parser.add_argument("--pseudo", action="store_true", help="in a language with 40 % longer texts".replace("%", "%%"))
    parser.add_argument("--mirrored", action="store_true", help="as read from right to left")
    parser.add_argument("--themes", default="light,dark", help="by comma: light, dark, more-contrast-light, …")
    chosen = parser.parse_args()
    width, height = map(int, chosen.size.split("x"))
    to = _RELEASE if chosen.release else chosen.to
    # What is shown in the documentation is what lies in its folder.
    wanted = {path.stem for path in _RELEASE.glob("*.png")} if chosen.release else None
    with tempfile.TemporaryDirectory() as folder:
        app = _application(Path(folder), chosen.screen)
    if chosen.pseudo:
        translator = PseudoTranslator(app, mirrored=chosen.mirrored)
        app.installTranslator(translator)
    if chosen.mirrored:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for choice in chosen.themes.split(","):
        with tempfile.TemporaryDirectory() as folder:
            film = Film(folder=to, size=QSize(width, height), choice=ThemeChoice(choice), wanted=wanted)
            shoot_all(app, Path(folder), film)


def _application(folder: Path, screen: str) -> QApplication:
    """Returns the application, on a screen of that size: the offscreen platform's own is 800 by 800."""
    width, height = map(int, screen.split("x"))
    path = folder / "screen.json"
    screens = [{"name": "screen", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}]
    path.write_text(json.dumps({"screens": screens}))
    if os.environ["QT_QPA_PLATFORM"] == "offscreen":
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={path}"
    return QApplication(sys.argv[:1])


def shoot_all(app: QApplication, folder: Path, film: Film) -> None:
    """Takes all pictures in one theme; `folder` is empty, and of no use afterwards."""
    authority = Authority(folder)
    with ExitStack() as stack:
        there, servers = stack.enter_context(internet()), stack.enter_context(cloud(authority))
        trusted = folder / "trusted.pem"
        trusted.write_bytes(authority.pem.encode() + there.trusted_pem)
        os.environ["SSL_CERT_FILE"] = str(trusted)
        # Whoever takes the pictures has a computer of their own.
        stack.enter_context(patch.object(platform, "platform", lambda: "Linux-6.8.0-x86_64-with-glibc2.39"))
        studio = Studio(app, folder / "company", film, partial(company, servers=servers))
        shoot_smtps(studio)
        shoot_graph(studio, servers)
        shoot_sign_in(studio)
        shoot_outbox(studio)
        shoot_window(studio)
        shoot_transfer(studio, folder / "files")
        studio.close()
        checks = kept_choices(CheckChoices(every_minutes=30))
        studio = Studio(app, folder / "health", film, all_states, checks)
        shoot_settings(studio)
        shoot_alerts(studio)
        shoot_history(studio)
        shoot_dates(studio)
        shoot_states(studio, there)
        shoot_tests(studio, there)
        shoot_trust(studio)
        shoot_finding(studio)
        studio.close()
        studio = Studio(app, folder / "empty", film)
        studio.shoot("empty")
        studio.close()


if __name__ == "__main__":
    main()
