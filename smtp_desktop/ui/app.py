"""Starting and ending the window."""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from smtp_desktop.domain.errors import SmtpDesktopError, StoreBusy
from smtp_desktop.ui.bus import Bus
from smtp_desktop.ui.crash import Crashes
from smtp_desktop.ui.dialogs.message import MessageDialog
from smtp_desktop.ui.main_window import MainWindow
from smtp_desktop.ui.signals import EndSignals
from smtp_desktop.ui.single_instance import SingleInstance
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.text import shown
from smtp_desktop.ui.theme import Theme, ThemeChoice, apply_theme, dressed
from smtp_desktop.ui.window_parts import WindowParts

_EX_TEMPFAIL, _EX_CONFIG = 75, 78  # sysexits.h


class Application(QObject):
    """Owns everything that lives as long as the window."""

    def __init__(self, app: QApplication, home: Path, make_parts: Callable[[Bus], WindowParts]) -> None:
        super().__init__()
        self._app = app
        self._make_parts = make_parts
        self.bus = Bus()
        self.tasks = Tasks()
        self.instance = SingleInstance(home, self)
        self.window: MainWindow | None = None
        self._refusal: MessageDialog | None = None
        self._crashes: Crashes | None = None
        self._choice = ThemeChoice.SYSTEM
        self.instance.raised.connect(self._raise)
        app.styleHints().colorSchemeChanged.connect(lambda _: self._set_theme(self._choice))

    def start(self) -> None:
        """The window appears as soon as the store is open; an error that prevents that is told in its place."""
        apply_theme(self._app, self._choice)
        self.tasks.run(self, self._prepare, self._show, self._refuse)

    def end(self) -> None:
        """No work starts any more, and another process may have the home."""
        if self.window:
            self.window.end()
        self.tasks.close()
        self.instance.release()

    def _prepare(self) -> tuple[WindowParts, dict[str, str]]:
        parts = self._make_parts(self.bus)
        return parts, parts.preferences.all()

    def _show(self, prepared: tuple[WindowParts, dict[str, str]]) -> None:
        parts, kept = prepared
        self._choice = ThemeChoice(kept.get("theme", ThemeChoice.SYSTEM))

        def make(theme: Theme) -> MainWindow:
            return MainWindow(parts=parts, bus=self.bus, tasks=self.tasks, theme=theme, choice=self._choice, kept=kept)

        window = self.window = dressed(self._app, self._choice, make)
        window.theme_chosen.connect(self._set_theme)
        window.closed.connect(self._app.quit)
        self._crashes = Crashes(lambda: self.window, parts.log_path)
        self._crashes.install()
        window.show()

    def _refuse(self, error: SmtpDesktopError) -> None:
        # There is no window, so the message is one by itself, and the program ends with it.
        words = shown(error.message)
        sys.stderr.write(f"{words}\n")
        code = _EX_TEMPFAIL if isinstance(error, StoreBusy) else _EX_CONFIG
        dialog = self._refusal = MessageDialog(None, title=self.tr("SMTP Desktop can't start"), text=words)
        dialog.finished.connect(lambda _: self._app.exit(code))
        dialog.show()

    def _set_theme(self, choice: ThemeChoice) -> None:
        self._choice = choice
        theme = apply_theme(self._app, choice)
        if self.window:
            self.window.set_theme(theme)

    def _raise(self) -> None:
        if self.window:
            self.window.bring_to_front()


def run_window(home: Path, make_parts: Callable[[Bus], WindowParts]) -> int:
    """Shows the window on `home` until it is closed; returns the exit code. `make_parts` runs on a worker."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("smtp-desktop")
    app.setApplicationDisplayName("SMTP Desktop")
    app.setDesktopFileName("smtp-desktop")
    app.setQuitOnLastWindowClosed(False)
    application = Application(app, home, make_parts)
    if not application.instance.take():
        return 0
    EndSignals(app)
    QTimer.singleShot(0, application.start)
    code = app.exec()
    application.end()
    return code
