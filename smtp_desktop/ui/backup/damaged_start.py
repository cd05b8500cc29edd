"""A start with a damaged database: says so, and offers to restore a backup, in place of the window."""
# ruff: noqa: PLC0415 - almost every start does without

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.backup.restore import Restore
    from smtp_desktop.ui.runtime.tasks import Tasks


class HomeAccess(Protocol):
    """A data folder whose database can't be opened."""

    @property
    def restore(self) -> Restore: ...

    def unlock(self, master: Secret) -> None:
        """Opens the vault with its master password. Raises VaultError."""
        ...


class DamagedDialog(Dialog):
    """Says why the program can't start. Its `objectName` is `damagedDialog`."""

    restore_asked = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(None, name="damagedDialog", title=self.tr("SMTP Desktop can't start"), width=480)
        label = styled_label(text, "muted", wrap=True)
        label.setObjectName("messageText")
        self.setAccessibleDescription(text)
        self.body.addWidget(label)
        self.footer.addStretch(1)
        self.add_cancel(self.tr("Quit"))
        self.restore_button = self.add_ok(self.tr("Restore…"))
        self.restore_button.clicked.connect(self.restore_asked)
        self.restore_button.setFocus()


class DamagedStart(QObject):
    """Shows the dialog until something is restored, or the user gives up."""

    restored = Signal()
    """The database can be opened now."""
    given_up = Signal()

    def __init__(self, parent: QObject, *, text: str, home: HomeAccess) -> None:
        """`text` says what is wrong."""
        super().__init__(parent)
        from smtp_desktop.ui.backup.restoring import Restoring
        from smtp_desktop.ui.runtime.tasks import Tasks
        from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker

        self._tasks: Tasks = Tasks(self)
        dialog = self.dialog = DamagedDialog(text)
        unlocker = VaultUnlocker(dialog, self._tasks, home.unlock)
        restoring = Restoring(
            window=dialog, restore=lambda: home.restore, tasks=self._tasks, unlocker=unlocker, everything=True
        )
        dialog.restore_asked.connect(restoring.open)
        restoring.restored.connect(lambda _: self._end())
        dialog.rejected.connect(self.given_up)

    def show(self) -> None:
        """Shows the dialog."""
        self.dialog.show()

    def _end(self) -> None:
        self._tasks.close()
        self.dialog.accept()
        self.restored.emit()
