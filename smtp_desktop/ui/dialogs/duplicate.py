"""Confirming a copy, with the password that is not copied."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.dialogs.dialog import Dialog, styled_label
from smtp_desktop.ui.dialogs.password import password_field


class DuplicateDialog(Dialog):
    """Asks for the Entity Password of the copy, where one is needed."""

    confirmed = Signal(object)
    """Carries the Secret that was entered, or None where none was asked for."""

    def __init__(self, parent: QWidget, *, name: str, copy_name: str, needs_password: bool) -> None:
        super().__init__(
            parent, name="duplicateDialog", title=self.tr("Duplicate {name}?").format(name=name), width=440
        )
        self._field: QLineEdit | None = None
        if needs_password:
            words = self.tr("Everything is copied except the password. Enter it to create <b>{copy}</b>.")
        else:
            words = self.tr("Everything is copied to <b>{copy}</b>.")
        self.body.addWidget(styled_label(words.format(copy=copy_name), "muted", wrap=True, rich=True))
        if needs_password:
            self._field = password_field(self.body, self.tr("Entity Password"), "entityPasswordField")
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.clicked.connect(self._confirm)
        if self._field:
            self._ok.setEnabled(False)
            self._field.textChanged.connect(lambda typed: self._ok.setEnabled(bool(typed)))
            self._field.setFocus()

    def _confirm(self) -> None:
        secret = Secret.typed(self._field.text()) if self._field else None
        self.accept()
        self.confirmed.emit(secret)
