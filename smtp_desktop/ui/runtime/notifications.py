"""Desktop notifications."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSystemTrayIcon
from shiboken6 import isValid

from smtp_desktop.ui.runtime.desktop_bus import DesktopBus, NoDesktopBus
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import LIGHT, icon

_ICON_PX = 22
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notification: `title` says what happened; `words` adds detail, or is empty. Plain text, without secrets and
    without text from servers, since anybody who passes by can read it."""

    title: str
    words: str = ""


class Notifier(Protocol):
    """Shows notices outside the window, if the desktop can."""

    def notify(self, notice: Notice, clicked: Callable[[], None]) -> None:
        """Shows the notice soon; calls `clicked` on the GUI thread on a click, if the desktop reports clicks."""
        ...

    def close(self) -> None:
        """Shows no more notices, and ignores clicks."""
        ...


class DesktopNotifications(QObject):
    """Shows notices by D-Bus on Linux; elsewhere, or if nothing answers on D-Bus, from the system tray."""

    _clicked = Signal(object)

    def __init__(self, owner: QObject, tasks: Tasks) -> None:
        super().__init__(owner)
        self._tasks = tasks
        self._bus = DesktopBus(self._on_click) if sys.platform.startswith("linux") else None
        self._tray: QSystemTrayIcon | None = None
        self._tray_clicked: Callable[[], None] = lambda: None
        self._clicked.connect(lambda clicked: clicked())

    def notify(self, notice: Notice, clicked: Callable[[], None]) -> None:
        """As `Notifier` has it."""
        bus = self._bus
        if bus is None:
            self._notify_by_tray(notice, clicked)
            return

        def show() -> bool:
            try:
                bus.show(notice.title, notice.words, clicked)
            except NoDesktopBus as error:
                _log.info("no notification by D-Bus: %s", error)
                return False
            return True

        def done(shown: bool) -> None:
            if not shown:
                self._notify_by_tray(notice, clicked)

        self._tasks.run(self, show, done, lambda _: None)

    def close(self) -> None:
        """As `Notifier` has it."""
        if self._bus:
            self._bus.close()
        if self._tray:
            self._tray.hide()

    def _on_click(self, clicked: Callable[[], None]) -> None:
        # Called on the thread of the bus.
        if isValid(self):
            self._clicked.emit(clicked)

    def _notify_by_tray(self, notice: Notice, clicked: Callable[[], None]) -> None:
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            _log.info("no notification: this desktop shows none")
            return
        if self._tray is None:
            # The icon stays: without it the message would vanish, and its click with it.
            self._tray = QSystemTrayIcon(icon("mail", QColor(LIGHT.colors["accent"]), _ICON_PX), self)
            self._tray.setToolTip(self.tr("SMTP Desktop"))
            self._tray.messageClicked.connect(self._on_tray_click)
            self._tray.activated.connect(self._on_tray_click)
        self._tray_clicked = clicked
        self._tray.show()
        self._tray.showMessage(notice.title, notice.words)

    def _on_tray_click(self) -> None:
        self._tray_clicked()
