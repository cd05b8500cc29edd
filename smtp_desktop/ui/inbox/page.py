"""The page of the local inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.mail.received import ReceivedMail
from smtp_desktop.services.ports import Inbox
from smtp_desktop.ui.layout.room import fit_page
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.runtime.file_saver import ask_and_save
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.mail_view import MailView, ReadyMail, ready_mail
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip, shown
from smtp_desktop.ui.widgets.row_table import row_table

_Index = QModelIndex | QPersistentModelIndex
_RECIPIENTS_SHOWN = 1_000


class ReceivedMailsModel(QAbstractTableModel):
    """The received mails, newest first, with subject, sender, recipients and time."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._mails: Sequence[ReceivedMail] = ()

    def show(self, mails: Sequence[ReceivedMail]) -> None:
        """Shows these mails."""
        self.beginResetModel()
        self._mails = mails
        self.endResetModel()

    def mail_at(self, row: int) -> ReceivedMail | None:
        """Returns the mail of a row; None if there is none."""
        return self._mails[row] if 0 <= row < len(self._mails) else None

    def row_of(self, mail: ReceivedMail | None) -> int:
        """Returns the row of a mail; -1 if it is not shown."""
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
        recipients = one_line(", ".join(mail.recipients[:_RECIPIENTS_SHOWN]))
        cells = (one_line(mail.subject) or self.tr("(no subject)"), one_line(mail.from_ or mail.sender), recipients)
        cell = (*cells, f"{local:%H:%M:%S}")[index.column()]
        return plain_tip(cell) if role == Qt.ItemDataRole.ToolTipRole else cell

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (self.tr("Subject"), self.tr("From"), self.tr("To"), self.tr("Received"))[section]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadMail:
    mail: ReceivedMail
    ready: ReadyMail


def _read(inbox: Inbox, mail: ReceivedMail) -> _ReadMail:
    return _ReadMail(mail=mail, ready=ready_mail(mail.raw, inbox.read(mail)))


class InboxPage(QWidget):
    """Shows the mails in `inbox`. Its `objectName` is `localInboxPage`."""

    open_asked = Signal()
    """The user wants to start the local inbox."""

    def __init__(self, inbox: Inbox, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("localInboxPage")
        self._inbox = inbox
        self._tasks = tasks
        self._shown: ReceivedMail | None = None
        self._mails = ReceivedMailsModel(self)
        self._count = styled_label("", "count")
        self.table = self._make_table()
        self._mail = MailView()
        self._mail.save_asked.connect(lambda file: ask_and_save(self.window(), file, tasks))
        self._open = False
        self._empty = styled_label("", "muted", wrap=True)
        self._empty.setObjectName("emptyState")
        self._start = styled_button(self.tr("Start the local inbox"), "primary")
        self._start.setObjectName("startInboxButton")
        self._start.clicked.connect(self.open_asked)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Updates the page from the inbox. The mail that was open stays open."""
        opened = self._mails.mail_at(self.table.currentIndex().row())
        self._mails.show(self._inbox.all())
        total = self._mails.rowCount()
        self._count.setText(str(total) if total else "")
        self._start.setVisible(not self._open and not total)
        self._empty.setVisible(not total)
        self._empty.setText(
            self.tr("No messages yet. Test an SMTP that points to the local inbox, and the message appears here.")
            if self._open
            else self.tr(
                "The local inbox is a small mail server inside this program. It shows what it receives, and "
                "nothing leaves this computer. Starting it creates an SMTP that points to it."
            )
        )
        self._parts.setVisible(bool(total))
        self._filler.setVisible(not total)
        self._clear.setEnabled(bool(total))
        self._kept.setVisible(bool(total))
        if not total:
            self._shown = None
        else:
            self.table.selectRow(max(0, self._mails.row_of(opened)))

    def show_open(self) -> None:
        """Shows that the inbox accepts mail."""
        self._open = True
        self.refresh()

    def _make_table(self) -> QTableView:
        table = row_table("table", self.tr("Received messages"), self._mails, row_px=38)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.ResizeToContents)
        table.selectionModel().currentRowChanged.connect(self._open_row)
        return table

    def _lay_out(self) -> None:
        kept = self.tr("The last 500 messages (up to 100 MB) are kept in memory until the program ends.")
        self._kept = styled_label(kept, "hint", wrap=True)
        self._kept.setObjectName("keptHint")
        self._clear = styled_button(self.tr("Clear"))
        self._clear.setObjectName("clearInboxButton")
        self._clear.clicked.connect(self._clear_inbox)
        head = WrapLayout()
        head.setSpacing(12)
        head.addWidget(styled_label(self.tr("Local inbox"), "pageTitle"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._clear)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.addWidget(self.table)
        self._parts.addWidget(self._mail)
        for part in (self._parts.handle(1), self._mail):
            part.raise_()  # a splitter puts each widget below those before, and screen readers read from below
        self._parts.setStretchFactor(0, 2)
        self._parts.setStretchFactor(1, 3)
        self._parts.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        self._column = column
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self._kept)
        column.addWidget(self._empty)
        column.addWidget(self._start, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._parts, 1)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_page(self, self._column)

    def _clear_inbox(self) -> None:
        self._inbox.clear()
        self.refresh()

    def _open_row(self, index: QModelIndex) -> None:
        mail = self._mails.mail_at(index.row())
        if mail and mail is not self._shown:
            self._shown = mail
            inbox = self._inbox
            self._tasks.run(self, lambda: _read(inbox, mail), self._show, self._fail)

    def _show(self, read: _ReadMail) -> None:
        if read.mail is not self._shown:
            return  # another one was chosen meanwhile
        envelope = self.tr("Envelope: from {sender} to {recipients}").format(
            sender=f"<{read.mail.sender}>",
            recipients=", ".join(f"<{r}>" for r in read.mail.recipients[:_RECIPIENTS_SHOWN]),
        )
        self._mail.show_mail(read.ready, envelope=envelope)

    def _fail(self, error: SmtpDesktopError) -> None:
        # Reading never fails; were that to change, it would be seen here.
        self._mail.show_trouble(shown(error.message))
