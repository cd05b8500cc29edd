"""The window on a data folder, or on the demo's."""
# ruff: noqa: PLC0415 - Qt and the window are loaded once it is known that there is one

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from smtp_desktop.composition.application import VAULT_FILE, Application
from smtp_desktop.composition.data_folder import opened_home
from smtp_desktop.composition.window_options import WindowOptions
from smtp_desktop.domain.errors import SmtpDesktopError

if TYPE_CHECKING:
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.ports import Events, Vault
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms

_UNAVAILABLE, _CONFIGURATION = 69, 78  # sysexits.h
_REST_AFTER_S = 120  # what failed for the first time is tried again after a minute
_NO_DISPLAY = """\
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window can't open.
The command line works without one: smtp-desktop smtp list, smtp-desktop --help.
"""


def run_window(options: WindowOptions) -> int:
    """Shows the window until it is closed; returns the exit code."""
    if _has_no_display():
        sys.stderr.write(_NO_DISPLAY)
        return _UNAVAILABLE
    if options.demo:
        return _run_demo(only_paint=options.only_paint)
    try:
        home = opened_home(Path(options.home) if options.home else None)
    except SmtpDesktopError as error:
        sys.stderr.write(f"Error: {error}\n")
        return _CONFIGURATION
    return _show(home, only_paint=options.only_paint)


def _has_no_display() -> bool:
    """Qt would abort without one. Only Linux can lack it; QT_QPA_PLATFORM is left to whoever sets it."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


def _run_demo(*, only_paint: bool) -> int:
    """Shows the window on a throw-away home with samples: one that works, others that fail in ways of their own."""
    import secrets
    import tempfile

    from smtp_desktop.composition import demo
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.vault.sealed_file import EncryptedFileVault

    def fill(application: Application) -> None:
        services = application.services
        working, password = services.inbox_setup.open(), application.inbox.password
        demo.fill(services.profiles, services.activities, working, password, application.clock.now().date())

    with tempfile.TemporaryDirectory(prefix="smtp-desktop-demo-") as folder:
        home, master = Path(folder), Secret(secrets.token_urlsafe(32))
        # A file, not this process's memory: the courier is another process. It is told the password by its pipe.
        vault = EncryptedFileVault(home / VAULT_FILE)
        vault.unlock(master)
        return _show(home, vault=vault, fill=fill, master=master, only_paint=only_paint)


def _show(
    home: Path,
    *,
    vault: Vault | None = None,
    fill: Callable[[Application], None] = lambda _: None,
    master: Secret | None = None,
    only_paint: bool,
) -> int:
    _import_plainly()
    from smtp_desktop.ui.window.app import run_window as run

    opened: list[Application] = []

    def open_services(events: Events) -> Services:
        application = Application(home, events=events, vault=vault)
        opened.append(application)
        fill(application)
        return application.services

    def start_logging() -> None:
        for application in opened:
            application.start_logging()

    try:
        return run(
            home,
            open_services,
            programs=worker_programs(home, master),
            start_logging=start_logging,
            only_paint=only_paint,
        )
    finally:
        for application in opened:
            application.close()


def _import_plainly() -> None:
    """Loads PySide, and has `import` do only that again: PySide makes it read the source of every module that comes
    after it, for an option that this program does not use (`__feature__`), and keep it: 7 MB, a tenth of all."""
    import shiboken6  # noqa: F401 - with it PySide's `import` comes

    plain = getattr(builtins, "__orig_import__", None)
    if plain:
        builtins.__import__ = plain


def worker_programs(home: Path, master: Secret | None = None, *, rest_after_s: float = _REST_AFTER_S) -> WorkerPrograms:
    """Returns what the window starts on that data folder; the one that sends ends when it had nothing to do for
    `rest_after_s`. `master` is the master password where it is known without asking."""
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms

    program = (sys.executable, "-m", "smtp_desktop", "--home", str(home))
    return WorkerPrograms(
        courier=(*program, "deliver", "--watch", "--with-window", "--rest-after", str(rest_after_s)),
        bulk_check=(*program, "check-round"),
        master=master,
    )
