"""The export in the window: asks what and where to, and writes the file on a worker."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import error_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smtp_desktop.domain.errors import SmtpDesktopError
    from smtp_desktop.domain.smtp.profile import SmtpProfile
    from smtp_desktop.services.exports.exporter import Export, Exporter
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.exports.dialog import SetupExportDialog
    from smtp_desktop.ui.exports.request import ExportRequest
    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker


class WindowExport(QObject):
    """Opens the dialog, and does what it asks for. A locked vault is opened first."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        count: Callable[[], int],
    ) -> None:
        """`count` returns how many SMTPs there are."""
        super().__init__(window)
        self._window, self._services, self._tasks, self._unlocker = window, services, tasks, unlocker
        self._count = count

    def open(self, selected: Sequence[SmtpProfile] = ()) -> None:
        """Asks what to export: these SMTPs, or all there is."""
        from smtp_desktop.ui.exports.dialog import SetupExportDialog

        dialog = SetupExportDialog(
            self._window,
            selected=len(selected),
            total=self._count(),
            propose=lambda: self._services.exporter.proposed_passphrase(),  # noqa: PLW0108 - made when it is asked for
        )
        dialog.confirmed.connect(lambda request: self._ask_path(dialog, selected, request))
        dialog.open()

    def _ask_path(self, dialog: SetupExportDialog, selected: Sequence[SmtpProfile], request: ExportRequest) -> None:
        from PySide6.QtWidgets import QFileDialog

        from smtp_desktop.ui.exports.request import FILE_NAMES, ExportFormat

        name = FILE_NAMES[request.format]
        in_folder = request.format is ExportFormat.POSTFIX
        chooser = QFileDialog(dialog, self.tr("Export into a folder") if in_folder else self.tr("Export"))
        chooser.setObjectName("exportFileDialog")
        if in_folder:
            chooser.setFileMode(QFileDialog.FileMode.Directory)
        else:
            chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            chooser.setDefaultSuffix(Path(name).suffix.removeprefix("."))
            chooser.selectFile(name)
        chooser.fileSelected.connect(lambda path: self.write(dialog, selected, request, Path(path)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def write(
        self, dialog: SetupExportDialog, selected: Sequence[SmtpProfile], request: ExportRequest, path: Path
    ) -> None:
        """Writes what was asked for into the file, or for Postfix into a new folder in `path`, and says so."""
        services = self._services

        def done(words: str) -> None:
            dialog.accept()
            MessageDialog(self._window, title=self.tr("Exported"), text=words).open()

        def again() -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                self.write(dialog, selected, request, path)

        def failed(error: SmtpDesktopError) -> None:
            words = error_text(error)
            if not self._unlocker.wants(error, again, lambda: dialog.show_problem(words)):
                dialog.show_problem(words)

        dialog.show_busy()
        self._tasks.run(dialog, lambda: _write(services.exporter, selected, request, path), done, failed)


def _write(exporter: Exporter, selected: Sequence[SmtpProfile], request: ExportRequest, path: Path) -> str:
    """Writes the file, and returns in words what was done; on a worker. Raises StoreError, VaultError, OutputLost."""
    from smtp_desktop.domain.declared.node import TextFormat
    from smtp_desktop.ui.exports.request import FILE_NAMES, ExportFormat
    from smtp_desktop.ui.exports.words import end_words, program_words

    export = _chosen(exporter, selected, request)
    program = request.format.program
    if program:
        if request.format is ExportFormat.POSTFIX:
            path = _new_folder(path, FILE_NAMES[request.format])
        made = exporter.for_program(export.profiles, program, with_secrets=request.with_passwords)
        return program_words(made, exporter.write_for_program(made, path), with_passwords=request.with_passwords)
    without: Sequence[str] = ()
    if request.passphrase is not None:
        without = exporter.write_sealed(export, path, request.passphrase)
    else:
        chosen = TextFormat.YAML if request.format is ExportFormat.YAML else TextFormat.JSON
        exporter.write(export, path, chosen)
    return end_words(export, path, sealed=request.passphrase is not None, without=without)


def _new_folder(parent: Path, name: str) -> Path:
    """Returns a folder that is not there yet, so that nothing in it can be overwritten."""
    numbered = (parent / (name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(path for path in numbered if not path.exists())


def _chosen(exporter: Exporter, selected: Sequence[SmtpProfile], request: ExportRequest) -> Export:
    from smtp_desktop.services.exports.exporter import Export
    from smtp_desktop.ui.exports.request import Scope

    match request.scope:
        case Scope.SELECTED:
            return Export(profiles=selected)
        case Scope.SMTPS:
            return Export(profiles=exporter.all().profiles)
        case Scope.ALL:
            return exporter.all()
