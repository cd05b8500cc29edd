"""Backups in the window: *Back up…*, *Restore…*, and the daily backup."""
# ruff: noqa: PLC0415 - few windows do either

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import StoreDamaged
from smtp_desktop.ui.runtime.tasks import Progress, stop_on
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import error_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smtp_desktop.domain.backups import Restored, WholeBackup
    from smtp_desktop.domain.errors import SmtpDesktopError
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.backup.back_up_dialog import BackUpDialog
    from smtp_desktop.ui.backup.restoring import Restoring
    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker

_FIRST_LOOK_MS = 60_000  # the start is busy enough
_LOOK_EVERY_MS = 3_600_000


class WindowBackups(QObject):
    """Opens the dialogs, and does what they ask for. Looks every hour whether the daily backup is due."""

    said = Signal(str)
    """What could not be done by itself, as a sentence."""
    quit_asked = Signal()
    """The database was replaced: the program has to be started again."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, unlocker: VaultUnlocker) -> None:
        super().__init__(window)
        self._window, self._services, self._tasks, self._unlocker = window, services, tasks, unlocker
        self._restoring: Restoring | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_FIRST_LOOK_MS)
        self._timer.timeout.connect(self.make_daily)
        self._timer.start()

    def make_daily(self) -> None:
        """Makes the daily backup, if it is due."""
        self._timer.setInterval(_LOOK_EVERY_MS)
        backups = self._services.backups
        self._tasks.run(self, backups.daily, lambda _: None, self._on_failed_daily)

    def _on_failed_daily(self, error: SmtpDesktopError) -> None:
        words = self.tr("The daily backup couldn't be made: {reason}").format(reason=error_text(error))
        if isinstance(error, StoreDamaged):
            words += " " + self.tr("Restart the program: it offers to restore a backup.")
        self.said.emit(words)

    def open_back_up(self) -> None:
        """Opens the dialog of *Back up…*."""
        from smtp_desktop.ui.backup.back_up_dialog import BackUpDialog

        dialog = BackUpDialog(
            self._window,
            propose=lambda: self._services.exporter.proposed_passphrase(),  # noqa: PLW0108 - made when it is asked for
        )
        dialog.confirmed.connect(lambda passphrase: self._ask_path(dialog, passphrase))
        dialog.open()

    def open_restore(self) -> None:
        """Opens the dialog of *Restore…*."""
        if self._restoring is None:
            from smtp_desktop.ui.backup.restoring import Restoring

            self._restoring = Restoring(
                window=self._window,
                restore=lambda: self._services.restore,
                tasks=self._tasks,
                unlocker=self._unlocker,
                after_damage=self.tr("SMTP Desktop closes now. Start it again."),
            )
            self._restoring.restored.connect(self._on_restored)
        self._restoring.open()

    def _on_restored(self, restored: Restored) -> None:
        if restored.damaged:
            self.quit_asked.emit()

    def _ask_path(self, dialog: BackUpDialog, passphrase: Secret) -> None:
        from PySide6.QtWidgets import QFileDialog

        name = f"smtp-desktop-{self._today()}.backup"
        chooser = QFileDialog(dialog, self.tr("Back up"), name, "*.backup")
        chooser.setObjectName("backUpFileDialog")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("backup")
        chooser.fileSelected.connect(lambda path: self.write(dialog, passphrase, Path(path)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _today(self) -> str:
        from datetime import UTC, datetime

        return f"{datetime.now(UTC).astimezone():%Y-%m-%d}"

    def write(self, dialog: BackUpDialog, passphrase: Secret, path: Path) -> None:
        """Writes the backup into the file, and says so."""
        backups, cancel, progress = self._services.whole_backups, Cancel(), Progress()
        stop_on(dialog.finished, cancel)
        progress.reported.connect(dialog.show_progress)

        def done(written: WholeBackup) -> None:
            from smtp_desktop.ui.backup.words import backed_up_words

            dialog.accept()
            words = backed_up_words(written, path)
            MessageDialog(self._window, title=self.tr("Backed up"), text=words).open()

        def again() -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                self.write(dialog, passphrase, path)

        def failed(error: SmtpDesktopError) -> None:
            words = error_text(error)
            if not self._unlocker.wants(error, again, lambda: dialog.show_problem(words)):
                dialog.show_problem(words)

        dialog.show_progress(0.0)
        self._tasks.run(
            dialog,
            lambda: backups.write(path, passphrase, cancel=cancel, on_progress=progress.reported.emit),
            done,
            failed,
        )
