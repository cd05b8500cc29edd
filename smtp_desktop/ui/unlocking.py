"""Asking for the master password when a vault is locked, and going on with what was stopped by that."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.dialogs.message import MessageDialog
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.text import shown


class Unlocking(QObject):
    """At most one question is open, whoever ran into the lock; all of them go on once it is answered."""

    opened = Signal(object)
    """The vault is open: the Secret that opened it, for another process that needs it too."""

    def __init__(self, window: QWidget, tasks: Tasks, unlock: Callable[[Secret], None]) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._unlock = unlock
        self._waiting: list[Callable[[], None]] = []

    def wants(self, error: SmtpDesktopError, again: Callable[[], None]) -> bool:
        """Returns whether `error` is a locked vault; then the admin is asked, and `again` is called once it is open."""
        if not isinstance(error, VaultLocked):
            return False
        self._waiting.append(again)
        if len(self._waiting) == 1:
            self._ask(new=error.new)
        return True

    def _ask(self, *, new: bool, problem: str = "") -> None:
        from smtp_desktop.ui.dialogs.master_password import MasterPasswordDialog

        dialog = MasterPasswordDialog(self._window, new=new, problem=problem)
        dialog.entered.connect(lambda secret: self._try(secret, new=new))
        dialog.rejected.connect(self._waiting.clear)
        dialog.open()

    def _try(self, secret: Secret, *, new: bool) -> None:
        self._tasks.run(
            self, lambda: self._unlock(secret), lambda _: self._go_on(secret), lambda e: self._refused(e, new=new)
        )

    def _go_on(self, secret: Secret) -> None:
        self.opened.emit(secret)
        waiting, self._waiting = self._waiting, []
        for again in waiting:
            again()

    def _refused(self, error: SmtpDesktopError, *, new: bool) -> None:
        if isinstance(error, WrongMasterPassword):
            self._ask(new=new, problem=shown(error.message))
            return
        self._waiting.clear()
        MessageDialog(self._window, title=self.tr("The passwords can't be opened"), text=shown(error.message)).open()
