"""The dialog of *Restore…*: one of the backups in the data folder, or a file."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from smtp_desktop.domain.backups import Backup, DatabaseState
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import announce, describe
from smtp_desktop.ui.backup.backup_table import BackupModel, backup_table
from smtp_desktop.ui.backup.progress_bar import ProgressBar
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.secret_field import password_field

_WIDTH_PX = 640


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreRequest:
    """Restore this: the name of a backup in the data folder, or the path of a file, with its passphrase if sealed."""

    source: str
    passphrase: Secret | None = None


class RestoreDialog(Dialog):
    """Asks which backup is to be restored, and shows how that goes on. Its `objectName` is `restoreDialog`."""

    confirmed = Signal(object)
    """Carries a RestoreRequest. The dialog stays open until it is carried out; closing it stops that."""
    file_asked = Signal()
    """A file is to be chosen; `show_file` shows it."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, name="restoreDialog", title=self.tr("Restore"), width=_WIDTH_PX)
        self._file = ""
        self._effect = styled_label("", "muted", wrap=True)
        self._effect.setObjectName("restoreEffect")
        self.body.addWidget(self._effect)
        self._model = BackupModel()
        self._table = backup_table(self._model)
        self._model.setParent(self._table)
        self.body.addWidget(self._table, 1)
        self._none = styled_label(self.tr("There are no backups in the data folder."), "muted", wrap=True)
        self._none.setObjectName("noBackups")
        self._none.hide()
        self.body.addWidget(self._none)
        self._choose = styled_button(self.tr("Choose a file…"), "small")
        self._choose.setObjectName("chooseFileButton")
        self._choose.setAutoDefault(False)
        self._choose.clicked.connect(self.file_asked)
        self._chosen = styled_label("", "label", wrap=True)
        self._chosen.setObjectName("chosenFile")
        self._chosen.hide()
        self.body.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._chosen)
        self._sealed, self._passphrase = self._add_passphrase()
        self._error = styled_label("", "error", wrap=True)
        self._error.setObjectName("restoreError")
        self._error.hide()
        self.body.addWidget(self._error)
        self._bar = ProgressBar(self.tr("Restoring…"))
        self.body.addWidget(self._bar)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._ok = self.add_ok(self.tr("Restore"))
        self._ok.clicked.connect(self._confirm)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._on_selected())
        self._passphrase.textChanged.connect(lambda _: self._refresh())
        self._refresh()
        self._table.setFocus()

    def _add_passphrase(self) -> tuple[QWidget, QLineEdit]:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 0, 0)
        field = password_field(column, self.tr("Passphrase"), "passphraseField")
        box.hide()
        self.body.addWidget(box)
        return box, field

    def reject(self) -> None:
        """Closes the dialog, but not while something is restored that can't be stopped."""
        if not self._bar.is_full:
            super().reject()

    def show_backups(self, backups: tuple[Backup, ...], state: DatabaseState) -> None:
        """Shows the backups in the data folder, and what a restore does where the database is in that `state`."""
        self._model.load(backups)
        self._table.setVisible(bool(backups))
        self._none.setVisible(not backups)
        first = next((row for row, one in enumerate(backups) if not one.problem), None)
        if first is not None and not self._file:
            self._table.selectRow(first)
        words = self._effect_words(state)
        self._effect.setText(words)
        self.setAccessibleDescription(words)
        if not backups:
            self._choose.setFocus()
        self.fit()

    def show_file(self, path: str, *, sealed: bool) -> None:
        """Shows the file that was chosen, and asks for its passphrase if it is `sealed`."""
        self._table.clearSelection()
        self._file = path
        self._chosen.setText(path)
        self._chosen.show()
        self._sealed.setVisible(sealed)
        self._passphrase.clear()
        self.show_problem("")
        (self._passphrase if sealed else self._ok).setFocus()
        self.grow()

    def show_progress(self, done: float) -> None:
        """Shows that it is being restored, and how far that is."""
        if not self._bar.is_busy:
            self._show_error("")
        self._bar.show_done(done)
        self._refresh()
        self.grow()

    def show_problem(self, words: str) -> None:
        """Shows why nothing was restored; what was chosen stays."""
        self._bar.end()
        self._refresh()
        self._show_error(words)

    def _effect_words(self, state: DatabaseState) -> str:
        if state is DatabaseState.SOUND:
            return self.tr(
                "SMTPs, activities and settings become those of the backup, and messages stay as they are. A backup of "
                "the present ones is made first."
            )
        words = self.tr(
            "Everything in the backup comes back. Messages that were waiting when it was made are not sent "
            "automatically: they may have been sent since."
        )
        if state is DatabaseState.DAMAGED:
            return words + " " + self.tr("The damaged database is kept in the data folder.")
        return words

    def _on_selected(self) -> None:
        if self._table.selectionModel().hasSelection():
            self._file = ""
            self._chosen.hide()
            self._sealed.hide()
        self._refresh()

    @property
    def _selected(self) -> str:
        rows = self._table.selectionModel().selectedRows()
        return self._model.backups[rows[0].row()].name if rows else ""

    def _refresh(self) -> None:
        busy = self._bar.is_busy
        complete = bool(self._selected or (self._file and (self._sealed.isHidden() or self._passphrase.text())))
        self._ok.setEnabled(complete and not busy)
        for part in (self._table, self._choose, self._sealed):
            part.setEnabled(not busy)
        self._cancel.setEnabled(not self._bar.is_full)

    def _show_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        describe(self._passphrase, required=True, error=words)
        if words:
            announce(self, words, urgent=True)
            self.grow()

    def _confirm(self) -> None:
        sealed = not self._selected and not self._sealed.isHidden()
        passphrase = Secret(self._passphrase.text()) if sealed else None
        self.confirmed.emit(RestoreRequest(source=self._selected or self._file, passphrase=passphrase))
