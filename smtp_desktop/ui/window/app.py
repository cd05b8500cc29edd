"""The life of the window's process, from its start to its exit code."""
# ruff: noqa: PLC0415 - the cards are painted first; error dialogs and workers are imported after that

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from smtp_desktop.domain.errors import SmtpDesktopError, StoreBusy, StoreDamaged
from smtp_desktop.ui.cards.card import BARS
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.signals import EndSignals
from smtp_desktop.ui.runtime.single_instance import SingleInstance
from smtp_desktop.ui.theme import system
from smtp_desktop.ui.theme.theme import Theme, ThemeChoice, dressed, kept_choice, put_on
from smtp_desktop.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from smtp_desktop.domain.checks.health import Overview
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.backup.damaged_start import HomeAccess
    from smtp_desktop.ui.cards.card_holds import ShownHolds
    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
    from smtp_desktop.ui.window.crash import Crashes

_EX_TEMPFAIL, _EX_CONFIG = 75, 78  # sysexits.h
_UNSEEN_MS = 1_000
_TRAY_MS = 30_000
_FIRST_CARDS = 60  # more than most screens have room for


class WindowApp(QObject):
    """Owns the objects that live as long as the window."""

    def __init__(
        self,
        home: Path,
        open_services: Callable[[Bus], Services],
        *,
        programs: Callable[[], WorkerPrograms],
        start_logging: Callable[[], None] = lambda: None,
        only_paint: bool = False,
        background: bool = False,
        demo: bool = False,
        open_home: Callable[[Bus], HomeAccess] | None = None,
    ) -> None:
        """`open_services` opens the data folder `home`, or raises SmtpDesktopError; `open_home` opens it without its
        database, to restore a damaged one, where that can be done; `programs` returns the commands of
        the processes that the window starts. With `only_paint` the program exits as soon as the cards are painted; in
        the `background` the window is hidden at first, where the settings let it; a `demo` says that it is one."""
        super().__init__()
        self._demo, self._background = demo, background
        self._open_services, self._start_logging, self._only_paint = open_services, start_logging, only_paint
        self._open_home = open_home
        self._programs = programs
        self.bus = Bus()
        self.tasks: Tasks | None = None
        self.instance = SingleInstance(home, self)
        self.window: MainWindow | None = None
        self._app: QApplication | None = None
        self._refusal: QObject | None = None
        self._crashes: Crashes | None = None
        self._choice = ThemeChoice.SYSTEM
        self._shown: Theme | None = None
        self.instance.raised.connect(self._raise)

    def start(self, app: QApplication) -> None:
        """Opens the data folder and shows the window, or a dialog with the reason why it can't open.

        Reads the first cards on the GUI thread: before that there is nothing to paint or to click.
        """
        self._app = app
        self._hints = app.styleHints()
        system.on_theme_wish(self._hints, self._refresh_theme)
        try:
            services = self._open_services(self.bus)
            window = self._make_window(services)
        except SmtpDesktopError as error:
            self._refuse(error)
        else:
            self._show(window, services)

    def stop(self) -> None:
        """Makes the event loop end. Asks nothing: what is typed and not saved is kept for the next start."""
        if self.window:
            self.window.keep_unsaved()
        # quit() would have to be agreed to by the window, which asks about mails that wait.
        self._running.exit(0)

    def end(self) -> None:
        """Ends the courier, starts no more work, and releases the data folder for another process."""
        if self.window:
            self.window.end()
        if self.tasks:
            self.tasks.close()
        self.instance.release()

    def _make_window(self, services: Services) -> MainWindow:
        kept = services.preferences.all()
        self._choice = kept_choice(kept)
        overview = services.read_overview(count=_FIRST_CARDS, results=BARS)
        holds = _holds(services, overview) if overview.held else {}

        theme = self._shown = self._theme

        def make() -> MainWindow:
            window = MainWindow(theme=theme, kept=kept, demo=self._demo)
            window.show_first(overview, holds)
            return window

        return dressed(self._running, theme, make)

    def _show(self, window: MainWindow, services: Services) -> None:
        self.window = window
        window.theme_chosen.connect(self._choose_theme)
        window.closed.connect(self._running.quit)
        if self._only_paint:
            window.first_painted.connect(self._running.quit)
        else:
            window.first_painted.connect(lambda: self._attach(window, services))
            # A window that nobody sees, minimized or on a locked screen, may never be painted.
            QTimer.singleShot(_UNSEEN_MS, window, lambda: self._attach(window, services))
        if self._background and window.stays_in_background:
            # A tray may come up later than the programs that are started at login.
            QTimer.singleShot(_TRAY_MS, window, window.show_without_tray)
        else:
            window.show()

    def _attach(self, window: MainWindow, services: Services) -> None:
        if self.tasks:
            return
        # Not needed earlier: before this no input was possible, and no work ran.
        from smtp_desktop.ui.accessibility.factory import Factory
        from smtp_desktop.ui.runtime.tasks import Tasks
        from smtp_desktop.ui.theme.program_icon import program_icon
        from smtp_desktop.ui.window.crash import Crashes

        self._running.setWindowIcon(program_icon())
        Factory().install(window)
        self._start_logging()
        tasks = self.tasks = Tasks()
        self._crashes = Crashes(lambda: self.window, services.log_path)
        self._crashes.install()
        # Clicks and keys wait in Qt's event queue meanwhile.
        window.attach(services=services, bus=self.bus, tasks=tasks, theme=self._theme, programs=self._programs())
        self.instance.listen()
        # `bootstrap` switched the collector off: what the start loads is never garbage, and scanning it again and again
        # takes a sixth of the start.
        gc.freeze()
        gc.enable()

    @property
    def _theme(self) -> Theme:
        return system.wanted_theme(self._hints, self._choice)

    @property
    def _running(self) -> QApplication:
        if self._app is None:
            raise RuntimeError("start() comes first")
        return self._app

    def _refuse(self, error: SmtpDesktopError) -> None:
        # Without a window the message is a dialog of its own, and the program exits when it is closed.
        from smtp_desktop.ui.widgets.message_dialog import MessageDialog
        from smtp_desktop.ui.widgets.message_text import shown

        words = shown(error.message)
        sys.stderr.write(f"{words}\n")
        code = _EX_TEMPFAIL if isinstance(error, StoreBusy) else _EX_CONFIG
        put_on(self._running, self._theme)
        if isinstance(error, StoreDamaged) and self._open_home:
            self._offer_restore(words, self._open_home)
            return
        dialog = self._refusal = MessageDialog(None, title=self.tr("SMTP Desktop can't start"), text=words)
        dialog.finished.connect(lambda _: self._running.exit(code))
        dialog.show()

    def _offer_restore(self, words: str, open_home: Callable[[Bus], HomeAccess]) -> None:
        from smtp_desktop.ui.backup.damaged_start import DamagedStart

        app = self._running
        start = DamagedStart(self, text=words, home=open_home(self.bus))
        self._refusal = start
        start.given_up.connect(lambda: app.exit(_EX_CONFIG))
        start.restored.connect(lambda: self.start(app))
        start.show()

    def _choose_theme(self, choice: ThemeChoice) -> None:
        self._choice = choice
        self._refresh_theme()

    def _refresh_theme(self) -> None:
        """Applies the chosen theme, or that of the system."""
        theme = self._theme
        if theme != self._shown and self.window:
            self._shown = theme
            put_on(self._running, theme)
            self.window.set_theme(theme)

    def _raise(self, activation_token: str) -> None:
        if self.window:
            self.window.bring_to_front(activation_token)


def _holds(services: Services, overview: Overview) -> ShownHolds:
    """Returns what keeps mails of the first SMTPs back."""
    from smtp_desktop.ui.smtps.loader import read_holds

    return read_holds(services, overview.profiles)


def run_window(
    home: Path,
    open_services: Callable[[Bus], Services],
    *,
    programs: Callable[[], WorkerPrograms],
    start_logging: Callable[[], None],
    only_paint: bool,
    background: bool = False,
    demo: bool = False,
    open_home: Callable[[Bus], HomeAccess] | None = None,
) -> int:
    """Shows the window on the data folder `home` until it is closed, or with `only_paint` until its cards are painted.
    Returns the exit code. The arguments are those of WindowApp."""
    window_app = WindowApp(
        home,
        open_services,
        programs=programs,
        start_logging=start_logging,
        only_paint=only_paint,
        background=background,
        demo=demo,
        open_home=open_home,
    )
    app = QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setApplicationName("smtp-desktop")
    app.setApplicationDisplayName("SMTP Desktop")
    app.setDesktopFileName("smtp-desktop")
    app.setQuitOnLastWindowClosed(False)
    # From here on a signal ends it in order: whoever finds the lock may send one.
    EndSignals(app).asked.connect(window_app.stop)
    if not window_app.instance.take():
        return 0
    window_app.start(app)
    code = app.exec()
    window_app.end()
    return code
