"""The mails of the local inbox as a table."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from smtp_desktop.domain.mail.received import ReceivedMail
from smtp_desktop.ui.text import plain_tip

_Index = QModelIndex | QPersistentModelIndex


class ReceivedMails(QAbstractTableModel):
    """Subject, from, to and time of each mail, newest first."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._mails: Sequence[ReceivedMail] = ()

    def show(self, mails: Sequence[ReceivedMail]) -> None:
        """The table holds these mails."""
        self.beginResetModel()
        self._mails = mails
        self.endResetModel()

    def mail_at(self, row: int) -> ReceivedMail | None:
        """Returns the mail of a row."""
        return self._mails[row] if 0 <= row < len(self._mails) else None

    def row_of(self, mail: ReceivedMail | None) -> int:
        """Returns the row of a mail, or -1."""
        return next((row for row, other in enumerate(self._mails) if mail and other.id == mail.id), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._mails)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else 4

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        mail = self.mail_at(index.row())
        if mail is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        local = mail.received_at.astimezone()
        cells = (mail.subject or self.tr("(no subject)"), mail.from_ or mail.sender, ", ".join(mail.recipients))
        cell = (*cells, f"{local:%H:%M:%S}")[index.column()]
        return plain_tip(cell) if role == Qt.ItemDataRole.ToolTipRole else cell

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (self.tr("Subject"), self.tr("From"), self.tr("To"), self.tr("Received"))[section]
