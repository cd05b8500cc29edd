"""Starting and ending the window."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from smtp_desktop.domain.errors import SmtpDesktopError, StoreBusy
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.signals import EndSignals
from smtp_desktop.ui.runtime.single_instance import SingleInstance
from smtp_desktop.ui.theme.theme import ThemeChoice, dressed, put_on, system_is_dark, theme_for
from smtp_desktop.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.theme.theme import Theme
    from smtp_desktop.ui.window.crash import Crashes
    from smtp_desktop.ui.window.open_home import OpenHome
    from smtp_desktop.ui.window.window_parts import WindowParts

_EX_TEMPFAIL, _EX_CONFIG = 75, 78  # sysexits.h
_UNSEEN_MS = 1_000


class Application(QObject):
    """Owns everything that lives as long as the window."""

    def __init__(
        self,
        home: Path,
        open_home: Callable[[Bus], OpenHome],
        *,
        only_paint: bool = False,
    ) -> None:
        """With `only_paint` the program ends in order as soon as the cards are painted."""
        super().__init__()
        self._open_home, self._only_paint = open_home, only_paint
        self.bus = Bus()
        self.tasks: Tasks | None = None
        self.instance = SingleInstance(home, self)
        self.window: MainWindow | None = None
        self._app: QApplication | None = None
        self._refusal: QObject | None = None
        self._crashes: Crashes | None = None
        self._choice: str = ThemeChoice.SYSTEM
        self._dark = self._completing = False
        self.instance.raised.connect(self._raise)

    def start(self, app: QApplication) -> None:
        """The home is open and its window there; an error that prevents that is told in its place.

        The home is opened here and now: until its cards are read there is nothing that could be painted or clicked.
        """
        self._app = app
        self._dark = system_is_dark(app)
        app.styleHints().colorSchemeChanged.connect(lambda _: self._follow_system())
        try:
            opened = self._open_home(self.bus)
        except SmtpDesktopError as error:
            self._refuse(error)
        else:
            self._show(opened)

    def end(self) -> None:
        """No work starts any more, and another process may have the home."""
        if self.window:
            self.window.end()
        if self.tasks:
            self.tasks.close()
        self.instance.release()

    def _show(self, opened: OpenHome) -> None:
        self._choice = opened.kept.get("theme", ThemeChoice.SYSTEM)

        def make() -> MainWindow:
            window = MainWindow(theme=self._theme, kept=opened.kept)
            window.show_first(opened.overview, opened.holds)
            return window

        window = self.window = dressed(self._running, self._theme, make)
        window.theme_chosen.connect(self._choose_theme)
        window.closed.connect(self._running.quit)
        if self._only_paint:
            window.first_painted.connect(self._running.quit)
        else:
            window.first_painted.connect(lambda: self._complete(opened))
            # One that nobody can see, minimized or on a locked screen, may never be painted.
            QTimer.singleShot(_UNSEEN_MS, window, lambda: self._complete(opened))
        window.show()

    @property
    def _theme(self) -> Theme:
        return theme_for(self._choice, dark=self._dark)

    def _complete(self, opened: OpenHome) -> None:
        window = self.window
        if window is None or self._completing:
            return
        self._completing = True
        window.wake()
        self._follow_system()
        # Until now nothing could be lost, nor did anything have to wait.
        from smtp_desktop.ui.runtime.tasks import Tasks  # noqa: PLC0415
        from smtp_desktop.ui.window.crash import Crashes  # noqa: PLC0415 - see above

        tasks = self.tasks = Tasks()
        self._crashes = Crashes(lambda: self.window, opened.log_path)
        self._crashes.install()

        def load() -> WindowParts:
            # The window would stand still for a quarter of a second.
            import smtp_desktop.ui.window.workings  # noqa: F401, PLC0415 - see above

            return opened.parts()

        tasks.run(window, load, lambda parts: self._add(window, parts, tasks), self._refuse)

    def _add(self, window: MainWindow, parts: WindowParts, tasks: Tasks) -> None:
        choice = ThemeChoice(self._choice)
        window.complete(parts=parts, bus=self.bus, tasks=tasks, theme=self._theme, choice=choice)
        self.instance.listen()
        # `bootstrap` switched it off: nothing that is loaded at the start is ever garbage, and looking for some in it,
        # again and again while it grows, takes a sixth of the start.
        gc.freeze()
        gc.enable()

    @property
    def _running(self) -> QApplication:
        if self._app is None:
            raise RuntimeError("start() comes first")
        return self._app

    def _refuse(self, error: SmtpDesktopError) -> None:
        # There is no window, so the message is one by itself, and the program ends with it.
        from smtp_desktop.ui.widgets.message_text import shown  # noqa: PLC0415 - most starts tell nothing

        words = shown(error.message)
        sys.stderr.write(f"{words}\n")
        code = _EX_TEMPFAIL if isinstance(error, StoreBusy) else _EX_CONFIG
        from smtp_desktop.ui.widgets.message_dialog import MessageDialog  # noqa: PLC0415

        put_on(self._running, self._theme)
        dialog = self._refusal = MessageDialog(None, title=self.tr("SMTP Desktop can't start"), text=words)
        dialog.finished.connect(lambda _: self._running.exit(code))
        dialog.show()

    def _choose_theme(self, choice: ThemeChoice) -> None:
        before, self._choice = self._theme, choice
        self._change_theme(before)

    def _follow_system(self) -> None:
        before = self._theme
        self._dark = self._running.styleHints().colorScheme() is QtCore.Qt.ColorScheme.Dark
        self._change_theme(before)

    def _change_theme(self, before: Theme) -> None:
        if self._theme != before and self.window:
            put_on(self._running, self._theme)
            self.window.set_theme(self._theme)

    def _raise(self) -> None:
        if self.window:
            self.window.bring_to_front()


def run_window(home: Path, open_home: Callable[[Bus], OpenHome], *, only_paint: bool) -> int:
    """Shows the window on `home` until it is closed, or with `only_paint` until its cards are painted; returns the exit
    code. The rest is as in Application."""
    application = Application(home, open_home, only_paint=only_paint)
    if not application.instance.take():
        return 0
    app = QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setApplicationName("smtp-desktop")
    app.setApplicationDisplayName("SMTP Desktop")
    app.setDesktopFileName("smtp-desktop")
    app.setQuitOnLastWindowClosed(False)
    EndSignals(app)
    application.start(app)
    code = app.exec()
    application.end()
    return code
