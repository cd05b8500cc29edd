"""The mails of a Microsoft 365 inbox as a table model that grows page by page."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from smtp_desktop.domain.mail.received import BARREN_PAGES, MailboxMailId, MailboxPage, MailSummary, PageMark
from smtp_desktop.ui.theme.theme import Theme, icon
from smtp_desktop.ui.widgets.message_text import local_time, one_line, plain_tip

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    FROM = 0
    SUBJECT = 1
    ATTACHMENTS = 2
    RECEIVED = 3


class MailboxMails(QAbstractTableModel):
    """A row for each mail, newest first: sender, subject, whether it has attachments, and time.

    A view that is scrolled to its end asks for more; then `more_wanted` is emitted, once until `add` or `show`.
    """

    more_wanted = Signal(object)
    """The next page is to be loaded. Carries the PageMark that it follows."""

    def __init__(self, theme: Theme, parent: Any = None) -> None:
        super().__init__(parent)
        self._mails: list[MailSummary] = []
        self._next: PageMark | None = None
        self._asking = False
        self._barren = 0
        self._unread = icon("unread", theme.color("accent"), 14)
        self._read = icon("read", theme.color("accent"), 14)
        self._clip = icon("clip", theme.color("muted"), 15)
        self._bold = QFont()
        self._bold.setBold(True)

    def show(self, page: MailboxPage) -> None:
        """Replaces all mails by those of this page."""
        self.beginResetModel()
        self._mails = list(page.mails)
        self._next = page.next
        self._barren = 0
        self._asking = False
        self.endResetModel()

    def add(self, page: MailboxPage) -> None:
        """Adds the mails of the next page, but for those that are in the table already: a mail that arrives moves
        others to the next page."""
        known = {mail.id for mail in self._mails}
        fresh = [mail for mail in page.mails if mail.id not in known]
        self._barren = 0 if fresh else self._barren + 1
        self._next = page.next if self._barren < BARREN_PAGES else None
        self._asking = False
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._mails), len(self._mails) + len(fresh) - 1)
            self._mails += fresh
            self.endInsertRows()

    def stop(self) -> None:
        """Asks for no more mails until the next `show`, `add` or `ask`."""
        self._asking = True

    def ask(self) -> None:
        """Asks for the next page, if there is one, whether a view needs it or not."""
        if self._next:
            self._asking = True
            self.more_wanted.emit(self._next)

    @property
    def is_whole(self) -> bool:
        """Whether there is no further page."""
        return self._next is None

    def mail_at(self, row: int) -> MailSummary | None:
        """Returns the mail in that row; None where there is no such row."""
        return self._mails[row] if 0 <= row < len(self._mails) else None

    def row_of(self, mail_id: MailboxMailId | None) -> int:
        """Returns the row of a mail; -1 where it is not in the table."""
        return next((row for row, mail in enumerate(self._mails) if mail.id == mail_id), -1)

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and self._next is not None and not self._asking

    def fetchMore(self, parent: _Index) -> None:
        if self.canFetchMore(parent):
            self.ask()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._mails)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        mail = self.mail_at(index.row())
        texts: dict[int, Callable[[MailSummary, int], Any]] = {
            Qt.ItemDataRole.DisplayRole: self._cell,
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.FontRole: lambda mail, _: None if mail.is_read else self._bold,
            Qt.ItemDataRole.DecorationRole: self._mark,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
        }
        return texts[role](mail, index.column()) if mail and role in texts else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if section == Column.ATTACHMENTS:
            spoken = role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
            return self.tr("Attachments") if spoken else self._clip if role == Qt.ItemDataRole.DecorationRole else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.FROM: self.tr("From"),
            Column.SUBJECT: self.tr("Subject"),
            Column.RECEIVED: self.tr("Received"),
        }[Column(section)]

    def _cell(self, mail: MailSummary, column: int) -> str:
        match column:
            case Column.FROM:
                return one_line(mail.from_) or self.tr("(no sender)")
            case Column.SUBJECT:
                return one_line(mail.subject) or self.tr("(no subject)")
            case Column.RECEIVED:
                return local_time(mail.received_at)
        return ""

    def _tip(self, mail: MailSummary, column: int) -> str:
        if column == Column.ATTACHMENTS:
            return self.tr("Has attachments") if mail.has_attachments else ""
        return plain_tip(self._cell(mail, column))

    def _mark(self, mail: MailSummary, column: int) -> Any:
        if column == Column.FROM:
            return self._read if mail.is_read else self._unread
        return self._clip if column == Column.ATTACHMENTS and mail.has_attachments else None

    def _spoken(self, mail: MailSummary, column: int) -> str:
        words = self._cell(mail, column)
        if column == Column.FROM and not mail.is_read:
            return self.tr("Unread, {sender}").format(sender=words)
        if column == Column.ATTACHMENTS:
            return self.tr("Has attachments") if mail.has_attachments else self.tr("No attachments")
        return words
