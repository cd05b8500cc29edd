"""The dialog for the master password, which opens the encrypted file where the system has no keyring."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.master_password import weakness_of
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import describe
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.secret_field import password_field


class MasterPasswordDialog(Dialog):
    """Asks for the master password, twice where the user has to choose one."""

    entered = Signal(object)
    """Carries the Secret."""

    def __init__(self, parent: QWidget, *, new: bool, problem: str = "") -> None:
        title = self.tr("Choose a master password") if new else self.tr("Enter the master password")
        super().__init__(parent, name="masterPasswordDialog", title=title, width=440)
        words = (
            self.tr(
                "This system has no keyring, so passwords are stored in an encrypted file in the data folder. "
                "The master password opens that file. It can't be recovered."
            )
            if new
            else self.tr("It opens the encrypted file in which passwords are stored.")
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self._first = password_field(self.body, self.tr("Master password"), "masterPasswordField")
        self._second: QLineEdit | None = None
        if new:
            self._second = password_field(self.body, self.tr("Repeat password"), "repeatPasswordField")
        self._error = styled_label("", "error", wrap=True)
        self._error.setObjectName("masterPasswordError")
        self.body.addWidget(self._error)
        self._say(problem)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.setEnabled(False)
        self._first.textChanged.connect(lambda typed: self._ok.setEnabled(bool(typed)))
        self._ok.clicked.connect(self._confirm)
        self._first.setFocus()

    def _confirm(self) -> None:
        weakness = weakness_of(self._first.text()) if self._second else None
        if weakness:
            self._say(shown(weakness))
            self._first.setFocus()
            return
        if self._second and self._second.text() != self._first.text():
            self._say(self.tr("The passwords don't match. Type them again."))
            return
        secret = Secret(self._first.text())
        self.accept()
        self.entered.emit(secret)

    def _say(self, problem: str) -> None:
        self._error.setText(problem)
        self._error.setVisible(bool(problem))
        describe(self._first, required=True, error=problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """Work that met the lock, by what follows the answer."""

    again: Callable[[], None]
    given_up: Callable[[], None]


class VaultUnlocker(QObject):
    """Asks for the master password when something needs the locked vault. Shows one dialog at most: everything that met
    the lock meanwhile continues after the answer, or is given up."""

    opened = Signal(object)
    """Emits the Secret that opened the vault, for other processes that need it too."""

    def __init__(self, window: QWidget, tasks: Tasks, unlock: Callable[[Secret], None]) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._unlock = unlock
        self._waiting: list[_Waiting] = []

    def wants(
        self, error: SmtpDesktopError, again: Callable[[], None], given_up: Callable[[], None] = lambda: None
    ) -> bool:
        """Returns whether `error` is a locked vault; if so, asks the user, and calls `again` once it is open, or
        `given_up` if the user cancels or it can't be opened."""
        if not isinstance(error, VaultLocked):
            return False
        self._waiting.append(_Waiting(again=again, given_up=given_up))
        if len(self._waiting) == 1:
            self._ask(new=error.new)
        return True

    def _ask(self, *, new: bool, problem: str = "") -> None:
        dialog = MasterPasswordDialog(self._window, new=new, problem=problem)
        dialog.entered.connect(lambda secret: self._try(secret, new=new))
        dialog.rejected.connect(self._give_up)
        dialog.open()

    def _try(self, secret: Secret, *, new: bool) -> None:
        self._tasks.run(
            self, lambda: self._unlock(secret), lambda _: self._go_on(secret), lambda e: self._refused(e, new=new)
        )

    def _go_on(self, secret: Secret) -> None:
        self.opened.emit(secret)
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            one.again()

    def _give_up(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            one.given_up()

    def _refused(self, error: SmtpDesktopError, *, new: bool) -> None:
        if isinstance(error, WrongMasterPassword):
            self._ask(new=new, problem=shown(error.message))
            return
        self._give_up()
        MessageDialog(self._window, title=self.tr("Passwords can't be read"), text=shown(error.message)).open()
