"""A user at the dialog that reads a mailbox."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractItemModel, Qt
from ui.driver import cells
from ui.window_driver import WindowDriver

from smtp_desktop.domain.mail.received import MailboxMail
from smtp_desktop.ui.mailbox.dialog import MailboxDialog


def with_summary(mail: MailboxMail, **changes: Any) -> MailboxMail:
    return replace(mail, summary=replace(mail.summary, **changes))


def model(dialog: MailboxDialog) -> QAbstractItemModel:
    return dialog.table.model()


def mail_cells(dialog: MailboxDialog, role: int = Qt.ItemDataRole.DisplayRole, column: int = 1) -> list[Any]:
    """Returns a column of the list of mails."""
    return cells(model(dialog), column, role)


class MailboxDriver:
    """Reads the mailbox of an SMTP of a window."""

    def __init__(self, gui: WindowDriver) -> None:
        self.gui = gui

    def open(self) -> MailboxDialog:
        """Opens the mailbox and returns its dialog, which may still be loading."""
        self.gui.have_graph("Invoices", user_name="invoices@company.example")
        self.gui.open()
        self.gui.choose("Invoices", "readMailboxAction")
        return self.gui.dialog("mailboxDialog")

    def open_list(self) -> MailboxDialog:
        """Opens the mailbox and returns its dialog once it has mails."""
        dialog = self.open()
        self.gui.until(lambda: model(dialog).rowCount())
        return dialog

    def status(self, dialog: MailboxDialog) -> str:
        return self.gui.part("mailboxStatus", dialog).text()

    def click_row(self, dialog: MailboxDialog, row: int) -> None:
        table = dialog.table
        at = table.visualRect(model(dialog).index(row, 1)).center()
        self.gui.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def read(self, dialog: MailboxDialog, row: int = 0) -> None:
        """Opens the mail of that row, and waits until it is shown."""
        self.click_row(dialog, row)
        self.gui.until(lambda: self.gui.visible("mailTabs", dialog))
