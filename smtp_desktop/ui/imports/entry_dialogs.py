"""The small dialogs of an import: a password, a passphrase, pasted text, and a line of a file."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import describe
from smtp_desktop.ui.imports.found import FoundRow
from smtp_desktop.ui.imports.rows import line_words
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import one_line
from smtp_desktop.ui.widgets.secret_field import password_field
from smtp_desktop.ui.widgets.text_view import TextView

_PASTE_PX, _LINES_PX, _DETAILS_PX = 190, 130, 640


class FoundPasswordDialog(Dialog):
    """Asks for the password of what was found without one."""

    entered = Signal(object)
    """Carries the Secret, after the dialog was closed."""

    def __init__(self, parent: QWidget, *, row: FoundRow) -> None:
        label = row.secret or self.tr("Password")
        title = self.tr("{secret} for {name}").format(secret=label, name=row.name)
        super().__init__(parent, name="foundPasswordDialog", title=title, width=440)
        about = one_line(" · ".join(part for part in (row.server, row.user) if part))
        self.body.addWidget(styled_label(about, "muted", wrap=True))
        self._field = password_field(self.body, label, "passwordField")
        self.body.addWidget(
            styled_label(self.tr("It is stored with the others when you press Import."), "hint", wrap=True)
        )
        self.footer.addStretch(1)
        self.add_cancel()
        ok = self.add_ok(self.tr("Ok"))
        ok.setEnabled(False)
        ok.clicked.connect(self._confirm)
        self._field.textChanged.connect(lambda typed: ok.setEnabled(bool(typed)))
        self._field.setFocus()

    def _confirm(self) -> None:
        secret = Secret.typed(self._field.text())
        self.accept()
        self.entered.emit(secret)


class PassphraseDialog(Dialog):
    """Asks for the passphrase of a sealed file."""

    entered = Signal(object)
    """Carries the Secret, after the dialog was closed."""

    def __init__(self, parent: QWidget, *, problem: str = "") -> None:
        super().__init__(
            parent, name="passphraseDialog", title=self.tr("Enter the passphrase of the sealed file"), width=440
        )
        words = self.tr("It was chosen when the file was exported. Without it nobody can read the file.")
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self._field = password_field(self.body, self.tr("Passphrase"), "passphraseField")
        error = styled_label(problem, "error", wrap=True)
        error.setObjectName("passphraseError")
        error.setVisible(bool(problem))
        self.body.addWidget(error)
        describe(self._field, required=True, error=problem)
        self.footer.addStretch(1)
        self.add_cancel()
        ok = self.add_ok(self.tr("Open"))
        ok.setEnabled(False)
        ok.clicked.connect(self._confirm)
        self._field.textChanged.connect(lambda typed: ok.setEnabled(bool(typed)))
        self._field.setFocus()

    def _confirm(self) -> None:
        secret = Secret(self._field.text())
        self.accept()
        self.entered.emit(secret)


class PasteDialog(Dialog):
    """Takes the text of a file, or URLs."""

    entered = Signal(str)
    """Carries the text, after the dialog was closed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, name="pasteDialog", title=self.tr("Paste text"), width=560)
        words = self.tr("The text of a file, a command line of swaks, or URLs such as {url}, one a line.")
        self.body.addWidget(styled_label(words.format(url="smtp://user@host:587"), "muted", wrap=True))
        self._field = QPlainTextEdit()
        self._field.setObjectName("pastedText")
        self._field.setAccessibleName(self.tr("Text"))
        self._field.setProperty("mono", True)
        self._field.setTabChangesFocus(True)
        self._field.setMinimumHeight(_PASTE_PX)
        self.body.addWidget(self._field, 1)
        self.footer.addStretch(1)
        self.add_cancel()
        ok = self.add_ok(self.tr("Add"))
        ok.setEnabled(False)
        ok.clicked.connect(self._confirm)
        self._field.textChanged.connect(lambda: ok.setEnabled(not self._field.document().isEmpty()))
        self._field.setFocus()

    def _confirm(self) -> None:
        text = self._field.toPlainText()
        self.accept()
        self.entered.emit(text)


class DetailsDialog(Dialog):
    """Says all that is known of a row, and shows its line of the file among those around it."""

    def __init__(self, parent: QWidget, *, row: FoundRow, lines: str) -> None:
        """`lines` are those of the file, without passwords (`excerpt`); empty where there are none to be shown."""
        where = ", ".join(part for part in (row.place.name, line_words(row.place)) if part)
        super().__init__(parent, name="foundDetailsDialog", title=row.name or where, width=_DETAILS_PX)
        about = " · ".join(part for part in (where, row.server, row.user) if part)
        if row.name:
            self.body.addWidget(styled_label(one_line(about), "muted", wrap=True))
        said = [": ".join(part for part in (row.state, row.more) if part), *row.notes]
        # A note is the second line of its row where there is nothing else to be said there.
        for words in dict.fromkeys(said[:1] + [note for note in said[1:] if note != row.more]):
            self.body.addWidget(styled_label(one_line(words), "", wrap=True))
        if lines:
            view = TextView("transcript", self.tr("Lines of the file"))
            view.setMinimumHeight(_LINES_PX)
            view.show_text(lines)
            self.body.addWidget(view, 1)
            self.body.addWidget(styled_label(self.tr("Passwords are hidden."), "hint", wrap=True))
        self.footer.addStretch(1)
        ok = self.add_ok(self.tr("Close"))
        ok.clicked.connect(self.accept)
        ok.setFocus()
