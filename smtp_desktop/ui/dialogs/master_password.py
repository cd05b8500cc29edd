"""Opening the encrypted file that keeps secrets where the system has no keyring."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.dialogs.password import password_field
from smtp_desktop.ui.styled import styled_label


class MasterPasswordDialog(Dialog):
    """Asks for the master password, twice where it is yet to be chosen."""

    entered = Signal(object)
    """Carries the Secret."""

    def __init__(self, parent: QWidget, *, new: bool, problem: str = "") -> None:
        title = self.tr("Choose a master password") if new else self.tr("Enter the master password")
        super().__init__(parent, name="masterPasswordDialog", title=title, width=440)
        words = (
            self.tr(
                "This system has no keyring, so passwords go into an encrypted file in the data folder. The master "
                "password opens it; nobody can recover it."
            )
            if new
            else self.tr("It opens the encrypted file that keeps the passwords.")
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self._first = password_field(self.body, self.tr("Master password"), "masterPasswordField")
        self._second: QLineEdit | None = None
        if new:
            self._second = password_field(self.body, self.tr("The same again"), "repeatPasswordField")
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
        if self._second and self._second.text() != self._first.text():
            self._say(self.tr("The two are not the same. Type them again."))
            return
        secret = Secret(self._first.text())
        self.accept()
        self.entered.emit(secret)

    def _say(self, problem: str) -> None:
        self._error.setText(problem)
        self._error.setVisible(bool(problem))
        self._first.setAccessibleDescription(problem)
