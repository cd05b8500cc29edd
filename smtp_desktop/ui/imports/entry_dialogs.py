"""The small dialogs of an import: a password, a passphrase, pasted text, and a line of a file."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import describe
from smtp_desktop.ui.imports.excerpt import excerpt
from smtp_desktop.ui.imports.found import FoundRow, Place
from smtp_desktop.ui.imports.rows import line_words
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import one_line
from smtp_desktop.ui.widgets.secret_field import password_field
from smtp_desktop.ui.widgets.text_view import TextView

_PASTE_PX, _LINES_PX = 190, 160


class FoundPasswordDialog(Dialog):
    """Asks for the password of what was found without one."""

    entered = Signal(object)
    """Carries the Secret, after the dialog was closed."""

    def __init__(self, parent: QWidget, *, row: FoundRow) -> None:
        title = self.tr("Password for {name}").format(name=row.name)
        super().__init__(parent, name="foundPasswordDialog", title=title, width=440)
        about = one_line(" · ".join(part for part in (row.server, row.user) if part))
        self.body.addWidget(styled_label(about, "muted", wrap=True))
        self._field = password_field(self.body, self.tr("Password"), "passwordField")
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
        secret = Secret.typed(self._field.text())
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A line of a file with what is wrong there; `text` is that of the file."""

    place: Place
    reason: str
    text: str


class LineDialog(Dialog):
    """Shows a line of a file among those around it. Passwords in them are hidden."""

    def __init__(self, parent: QWidget, *, line: ShownLine) -> None:
        title = self.tr("{file}, {line}").format(file=line.place.name, line=line_words(line.place))
        super().__init__(parent, name="lineDialog", title=title, width=640)
        self.body.addWidget(styled_label(one_line(line.reason), "error", wrap=True))
        view = TextView("transcript", self.tr("Lines of the file"))
        view.setMinimumHeight(_LINES_PX)
        view.show_text(excerpt(line.text, line.place.line or 1))
        self.body.addWidget(view, 1)
        self.body.addWidget(styled_label(self.tr("Passwords are hidden."), "hint", wrap=True))
        self.footer.addStretch(1)
        self.add_ok(self.tr("Close")).clicked.connect(self.accept)
