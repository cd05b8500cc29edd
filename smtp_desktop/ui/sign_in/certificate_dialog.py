"""The dialog that reads a certificate with its key from files."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.secret_field import password_field

_WIDTH_PX = 520


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFiles:
    """One PFX file, or one or two in PEM form, and the password that opens them, if any."""

    paths: tuple[Path, ...]
    password: Secret | None


class ImportCertificateDialog(Dialog):
    """Asks for the files and their password. Stays open until what it asked for worked. Its `objectName` is
    `importCertificateDialog`."""

    confirmed = Signal(object)
    """Carries KeyFiles."""

    def __init__(self, parent: QWidget) -> None:
        title = self.tr("Import a certificate")
        super().__init__(parent, name="importCertificateDialog", title=title, width=_WIDTH_PX)
        self._paths: tuple[Path, ...] = ()
        words = self.tr(
            "A PFX file, or PEM files with the certificate and its private key (RSA). The key is kept encrypted here; "
            "the files are not needed afterwards."
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        choose = styled_button(self.tr("Choose files…"))
        choose.setObjectName("chooseFilesButton")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose)
        self.body.addWidget(choose, 0, Qt.AlignmentFlag.AlignLeft)
        self._chosen = Caption("muted", wraps=True)
        self._chosen.setObjectName("chosenFiles")
        self.body.addWidget(self._chosen)
        label = self.tr("Password of the file")
        self._password = password_field(self.body, label, "filePasswordField", required=False)
        note = self.tr("Leave it empty where the file has none.")
        self.body.addWidget(styled_label(note, "hint", wrap=True))
        self._error = Caption("error", wraps=True)
        self._error.setObjectName("importError")
        self.body.addWidget(self._error)
        self._error.hide()
        self._chosen.hide()
        self.body.addStretch(1)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Import"))
        self._ok.setEnabled(False)
        self._ok.clicked.connect(self._confirm)
        choose.setFocus()

    def take(self, paths: tuple[Path, ...]) -> None:
        """Shows the files that were chosen."""
        self._paths = paths
        self._chosen.show_text(", ".join(path.name for path in paths))
        self.show_problem("")
        self._ok.setEnabled(bool(paths))
        self.grow()

    def show_problem(self, words: str) -> None:
        """Shows why the files could not be read."""
        self._error.show_text(words)
        self._ok.setEnabled(bool(self._paths))
        if words:
            announce(self, words, urgent=True)
            self.grow()

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("The certificate and its key"))
        dialog.setObjectName("keyFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Certificates (*.pfx *.p12 *.pem *.crt *.cer *.key)"), self.tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda paths: self.take(tuple(Path(path) for path in paths)))
        dialog.open()

    def _confirm(self) -> None:
        self._ok.setEnabled(False)
        typed = self._password.text()
        self.confirmed.emit(KeyFiles(paths=self._paths, password=Secret(typed) if typed else None))
