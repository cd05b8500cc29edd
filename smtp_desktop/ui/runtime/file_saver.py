"""Saving a file where the user wants it."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.private_file import private, whole_file
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.mail_view import FileToSave
from smtp_desktop.ui.widgets.message_dialog import show_error


def ask_and_save(parent: QWidget, file: FileToSave, tasks: Tasks) -> None:
    """Asks where to save the file, and writes it on a worker; says so where that fails."""
    dialog = QFileDialog(parent, _tr("Save {name}").format(name=file.name))
    dialog.setObjectName("saveFileDialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(file.name)

    def failed(error: SmtpDesktopError) -> None:
        show_error(parent, error)

    dialog.fileSelected.connect(
        lambda path: tasks.run(parent, lambda: _write(Path(path), file.content), lambda _: None, failed)
    )
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _write(path: Path, content: bytes) -> None:
    """Raises CantWrite."""
    with whole_file(path) as part, open(part, "wb", opener=private) as out:
        out.write(content)


def _tr(words: str) -> str:
    return QCoreApplication.translate("FileSaver", words)
