"""The window on a data folder, or on the demo's."""
# ruff: noqa: PLC0415 - Qt and the window are loaded only if there is a display

from __future__ import annotations

import builtins
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import opened_home
from smtp_desktop.composition.window_options import WindowOptions
from smtp_desktop.domain.errors import SmtpDesktopError

if TYPE_CHECKING:
    from smtp_desktop.composition.demo_folder import DemoFolder
    from smtp_desktop.composition.restoring import HomeWithoutDatabase
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.ports import Events
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms

_UNAVAILABLE, _CONFIGURATION = 69, 78  # sysexits.h
_REST_AFTER_S = 120  # what failed for the first time is tried again after a minute
_DETACHED_REST_S = 3700  # nobody starts that one again: longer than the longest wait between two tries
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
    return _show(home, only_paint=options.only_paint, background=options.background)


def _has_no_display() -> bool:
    """Returns whether Qt would abort for lack of a display. Only on Linux, and only if QT_QPA_PLATFORM is not set."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


def _run_demo(*, only_paint: bool) -> int:
    """Shows the window on a temporary data folder with sample SMTPs: some work, the others fail, each differently."""
    from smtp_desktop.composition.demo_folder import demo_folder

    with demo_folder(None) as demo:
        return _show(demo.home, only_paint=only_paint, demo=demo)


def _show(home: Path, *, only_paint: bool, background: bool = False, demo: DemoFolder | None = None) -> int:
    _restore_import()
    from smtp_desktop.ui.window.app import run_window as run

    opened: list[Application] = []

    def open_services(events: Events) -> Services:
        application = Application(home, events=events, vault=demo.vault if demo else None)
        opened.append(application)
        if demo:
            demo.fill(application)
        return application.services

    def open_home(events: Events) -> HomeWithoutDatabase:
        from smtp_desktop.composition.restoring import HomeWithoutDatabase

        return HomeWithoutDatabase(home, events)

    def start_logging() -> None:
        for application in opened:
            application.start_logging()

    try:
        return run(
            home,
            open_services,
            programs=lambda: worker_programs(home, demo.master if demo else None, lasts=demo is None),
            start_logging=start_logging,
            only_paint=only_paint,
            background=background,
            demo=demo is not None,
            open_home=None if demo else open_home,
        )
    finally:
        for application in opened:
            application.close()


def _restore_import() -> None:
    """Loads PySide and restores Python's own `import`. PySide replaces it for an option that this program does not use
    (`__feature__`): it reads and keeps the source of every module imported later, 7 MB, a tenth of all memory."""
    import shiboken6  # noqa: F401 - replaces `import`

    original = getattr(builtins, "__orig_import__", None)
    if original:
        builtins.__import__ = original


def worker_programs(
    home: Path, master: Secret | None = None, *, rest_after_s: float = _REST_AFTER_S, lasts: bool = True
) -> WorkerPrograms:
    """Returns the commands that the window starts on the data folder `home`. The courier exits after `rest_after_s`
    without work. `master` is the master password where it is known without asking. `lasts` is False for a demo, whose
    data folder ends with its window."""
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms

    program = (sys.executable, "-m", "smtp_desktop", "--home", str(home))
    detached = (*program, "outbox", "run", "--watch", "--detached", "--rest-after", str(_DETACHED_REST_S))
    return WorkerPrograms(
        courier=(*program, "outbox", "run", "--watch", "--with-window", "--rest-after", str(rest_after_s)),
        detached_courier=detached if lasts else (),
        at_login=(*program, "--background") if lasts else (),
        bulk_check=(*program, "bulk-check"),
        master=master,
    )
