"""The dialog that asks about a copy of an SMTP, and for its password, which is not copied."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import announce, describe
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.secret_field import password_field


class DuplicateDialog(Dialog):
    """Asks for the Entity Password of the copy, where one is needed."""

    confirmed = Signal(object)
    """The user confirmed; the dialog stays open. Carries the Secret that was entered, or None where none was needed."""

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
        self._state = styled_label("", "muted", wrap=True)
        self._state.setObjectName("duplicateState")
        self._state.hide()
        self.body.addWidget(self._state)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.clicked.connect(self._confirm)
        if self._field:
            self._ok.setEnabled(False)
            self._field.textChanged.connect(lambda typed: self._ok.setEnabled(bool(typed)))
            self._field.setFocus()

    def show_working(self) -> None:
        """Shows that the copy is being made; *Cancel* still works."""
        self._ok.setEnabled(False)
        self._show_state(self.tr("Copying… If the keyring asks to be unlocked, enter its password."), "muted")

    def show_problem(self, words: str) -> None:
        """Shows why the copy was not made; what was typed stays."""
        self._ok.setEnabled(True)
        self._show_state(words, "error")

    def _show_state(self, words: str, role: str) -> None:
        self._state.setProperty("role", role)
        self._state.style().polish(self._state)
        self._state.setText(words)
        self._state.show()
        if self._field:
            describe(self._field, required=True, hint=words)
        announce(self, words, urgent=role == "error")

    def _confirm(self) -> None:
        self.confirmed.emit(Secret.typed(self._field.text()) if self._field else None)
