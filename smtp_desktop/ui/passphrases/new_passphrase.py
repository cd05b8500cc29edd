"""Fields for the passphrase of a new file: typed twice, or generated."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QToolButton, QVBoxLayout, QWidget

from smtp_desktop.domain.master_password import weakness_of
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import announce, copy_text, describe
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.secret_field import password_field


class NewPassphrase(QWidget):
    """Two fields, and buttons that generate a passphrase and copy it."""

    changed = Signal()
    """Something was typed."""

    def __init__(self, propose: Callable[[], str]) -> None:
        """`propose` returns a new passphrase."""
        super().__init__()
        self._propose = propose
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self._first = password_field(column, self.tr("Passphrase"), "passphraseField")
        self._second = password_field(column, self.tr("Repeat passphrase"), "repeatPassphraseField")
        row = QWidget()
        buttons = WrapLayout(row)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        self._add(buttons, "generateButton", self.tr("Generate one")).clicked.connect(self._fill)
        self._copy = self._add(buttons, "copyPassphraseButton", self.tr("Copy"))
        self._copy.clicked.connect(lambda: copy_text(self, self._first.text()))
        column.addWidget(row)
        words = self.tr("Keep it apart from the file. Without it nobody can read the file, and it can't be recovered.")
        column.addWidget(styled_label(words, "hint", wrap=True))
        for field in (self._first, self._second):
            field.textChanged.connect(lambda _: self._on_typed())
        self._on_typed()

    @property
    def is_complete(self) -> bool:
        """Whether both fields are filled."""
        return bool(self._first.text() and self._second.text())

    @property
    def passphrase(self) -> Secret:
        """What was typed."""
        return Secret(self._first.text())

    def problem(self) -> str:
        """Returns what is wrong with it, in a sentence; empty where it can be used."""
        weakness = weakness_of(self._first.text())
        if weakness:
            return shown(weakness)
        if self._first.text() != self._second.text():
            return self.tr("The passphrases don't match. Type them again.")
        return ""

    def show_problem(self, words: str) -> None:
        """Describes the field by what is wrong, and focuses it where anything is."""
        describe(self._first, required=True, error=words)
        if words:
            self._first.setFocus()

    def focus(self) -> None:
        """Focuses the first field."""
        self._first.setFocus()

    def _add(self, buttons: WrapLayout, name: str, words: str) -> QPushButton:
        button = styled_button(words, "small")
        button.setObjectName(name)
        button.setAutoDefault(False)
        buttons.addWidget(button)
        return button

    def _fill(self) -> None:
        """Enters a new passphrase and shows it, so that it can be written down."""
        passphrase = self._propose()
        for field in (self._first, self._second):
            field.setText(passphrase)
        eye = self._first.findChild(QToolButton, "eyeButton")
        if eye:
            eye.setChecked(True)
        announce(self, self.tr("A passphrase was generated."))

    def _on_typed(self) -> None:
        self._copy.setEnabled(bool(self._first.text()))
        self.changed.emit()
