"""The restore in a window, or in place of one: asks which backup, and restores it on a worker."""
# ruff: noqa: PLC0415 - few windows restore anything

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.backups import DatabaseState
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.ui.runtime.tasks import Progress, stop_on
from smtp_desktop.ui.widgets.message_dialog import MessageDialog, show_error
from smtp_desktop.ui.widgets.message_text import error_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smtp_desktop.domain.backups import Restored
    from smtp_desktop.domain.errors import SmtpDesktopError
    from smtp_desktop.services.backup.restore import Restore
    from smtp_desktop.ui.backup.restore_dialog import RestoreDialog, RestoreRequest
    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker


class Restoring(QObject):
    """Opens the dialog, and does what it asks for. A locked vault is opened first."""

    restored = Signal(object)
    """Carries a Restored, once the user has read what was restored."""

    def __init__(
        self,
        *,
        window: QWidget,
        restore: Callable[[], Restore],
        tasks: Tasks,
        unlocker: VaultUnlocker,
        after_damage: str = "",
        everything: bool = False,
    ) -> None:
        """`after_damage` is said where a damaged database was replaced. `everything` is to come back, where the
        database is known to be damaged."""
        super().__init__(window)
        self._after_damage, self._everything = after_damage, everything
        self._window, self._restore, self._tasks, self._unlocker = window, restore, tasks, unlocker

    def open(self) -> None:
        """Opens the Restore dialog with the backups that there are."""
        from smtp_desktop.ui.backup.restore_dialog import RestoreDialog

        dialog = RestoreDialog(self._window)
        dialog.file_asked.connect(lambda: self._ask_file(dialog))
        dialog.confirmed.connect(lambda request: self.run(dialog, request))
        restore = self._restore()

        def failed(error: SmtpDesktopError) -> None:
            dialog.reject()
            show_error(self._window, error)

        self._tasks.run(
            dialog,
            lambda: (restore.all(), restore.state()),
            lambda found: dialog.show_backups(found[0], DatabaseState.DAMAGED if self._everything else found[1]),
            failed,
        )
        dialog.open()

    def _ask_file(self, dialog: RestoreDialog) -> None:
        from PySide6.QtWidgets import QFileDialog

        chooser = QFileDialog(dialog, self.tr("Choose a backup"))
        chooser.setObjectName("restoreFileDialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda path: self.show_file(dialog, path))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def show_file(self, dialog: RestoreDialog, path: str) -> None:
        """Shows the file in the dialog, which asks for its passphrase if it is sealed."""
        restore = self._restore()
        self._tasks.run(
            dialog,
            lambda: restore.needs_passphrase(path),
            lambda sealed: dialog.show_file(path, sealed=sealed),
            lambda error: dialog.show_problem(error_text(error)),
        )

    def run(self, dialog: RestoreDialog, request: RestoreRequest) -> None:
        """Restores what was chosen, and says what came of it."""
        restore, cancel, progress = self._restore(), Cancel(), Progress()
        stop_on(dialog.finished, cancel)
        progress.reported.connect(dialog.show_progress)

        def done(restored: Restored) -> None:
            from smtp_desktop.ui.backup.words import restored_words

            dialog.accept()
            words = restored_words(restored)
            if restored.damaged and self._after_damage:
                words += f"\n\n{self._after_damage}"
            message = MessageDialog(self._window, title=self.tr("Restored"), text=words)
            message.finished.connect(lambda _: self.restored.emit(restored))
            message.open()

        def again() -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                self.run(dialog, request)

        def failed(error: SmtpDesktopError) -> None:
            words = error_text(error)
            if not self._unlocker.wants(error, again, lambda: dialog.show_problem(words)):
                dialog.show_problem(words)

        dialog.show_progress(0.0)
        self._tasks.run(
            dialog,
            lambda: restore.run(
                request.source,
                request.passphrase,
                everything=self._everything,
                cancel=cancel,
                on_progress=progress.reported.emit,
            ),
            done,
            failed,
        )
