"""The start of the local inbox from the window."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.widgets.message_dialog import show_error


class InboxStarter(QObject):
    """Starts the local inbox on a worker, and asks for the master password if that needs it."""

    opened = Signal(object)
    """The inbox was started by the user and listens. Carries the SmtpProfile that points to it."""
    reopened = Signal()
    """The inbox was open at the last end of the program and listens again."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, unlocker: VaultUnlocker) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._tasks = tasks
        self._unlocker = unlocker

    def open(self) -> None:
        """Starts the inbox."""
        self._tasks.run(self, self._open_inbox, self.opened.emit, lambda error: self._failed(error, self.open))

    def reopen(self) -> None:
        """Starts the inbox if it was open before."""

        def done(profile: SmtpProfile | None) -> None:
            if profile:
                self.reopened.emit()

        self._tasks.run(self, self._reopen_inbox, done, lambda error: self._failed(error, self.reopen))

    def _failed(self, error: SmtpDesktopError, again: Callable[[], None]) -> None:
        if not self._unlocker.wants(error, again):
            show_error(self._window, error)

    # On a worker, which loads what they take.

    def _open_inbox(self) -> SmtpProfile:
        return self._services.inbox_setup.open()

    def _reopen_inbox(self) -> SmtpProfile | None:
        return self._services.inbox_setup.reopen()
