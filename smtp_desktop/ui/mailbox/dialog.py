"""The dialog with a Microsoft 365 mailbox: the newest mails, older ones on scrolling, and one that is open."""

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHeaderView, QSplitter, QTableView, QWidget

from smtp_desktop.domain.mail.html_display import DisplayHtml
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, PageMark
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.conversation.advice_box import Retry
from smtp_desktop.ui.conversation.summary import OutcomeSummary
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.mailbox.mails import Column, MailboxMails
from smtp_desktop.ui.mailbox.opened_mail import OpenedMail
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.row_table import row_table

_SIZE, _MIN_WIDTH = (860, 620), 560
_LIST_TO_MAIL = (2, 3)
_LOADING_AFTER_MS = 150


class MailboxDialog(Dialog):
    """The inbox of `profile`. Not modal: the window stays usable meanwhile. Its `objectName` is `mailboxDialog`."""

    list_wanted = Signal()
    """The newest mails are to be loaded."""
    more_wanted = Signal(object)
    """The next page is to be loaded. Carries the PageMark that it follows."""
    mail_wanted = Signal(object)
    """A mail is to be loaded. Carries its MailboxMailId."""

    def __init__(self, parent: QWidget, *, profile: SmtpProfile, theme: Theme) -> None:
        title = self.tr("Mailbox of {name}").format(name=profile.name)
        super().__init__(parent, name="mailboxDialog", title=title, width=_MIN_WIDTH)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._mails = MailboxMails(theme, self)
        self._mails.more_wanted.connect(self._want_more)
        self._opened_id: MailboxMailId | None = None
        self._failed_after: PageMark | None = None
        self._has_list = False
        self.table = self._make_table()
        self._status = styled_label("", "count")
        self._status.setObjectName("mailboxStatus")
        self._retry = Retry("advice", "againButton")
        self._retry.asked.connect(self._try_again)
        self._mail = OpenedMail()
        self._mail.again_asked.connect(lambda: self._open(self._opened_id))
        self._slow = QTimer(self, singleShot=True)
        self._slow.setInterval(_LOADING_AFTER_MS)
        self._slow.timeout.connect(self._show_loading)
        self._lay_out(profile.server.user_name)
        refresh = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        refresh.activated.connect(self.refresh)
        self.resize(*_SIZE)

    def refresh(self) -> None:
        """Asks for the newest mails; those that are shown stay until they arrive."""
        self._mails.stop()
        self._failed_after = None
        self._wait()
        self.list_wanted.emit()

    def show_list(self, page: MailboxPage) -> None:
        """Shows the newest mails, in place of those before."""
        first = not self._has_list
        self._has_list = True
        self._mails.show(page)
        self.table.scrollToTop()
        self.table.selectRow(self._mails.row_of(self._opened_id))
        self._rest()
        if first and page.mails:
            self.table.setFocus()
            self.table.setCurrentIndex(self._mails.index(0, 0))

    def show_more(self, page: MailboxPage) -> None:
        """Adds the mails of the next page."""
        self._mails.add(page)
        self._rest()

    def show_list_trouble(self, summary: OutcomeSummary) -> None:
        """Shows why the list, or more of it, could not be loaded."""
        self._slow.stop()
        self._mails.stop()
        has_mails = self._mails.rowCount() > 0
        self._retry.show_summary(summary)
        self._retry.show()
        self._splitter.setVisible(has_mails)
        self._mail.hide()
        self._empty.hide()
        self._status.setText(self._count() if has_mails else "")

    def show_mail(self, mail: MailboxMail, html: DisplayHtml) -> None:
        """Shows the mail that was opened, whose HTML was made ready as `html`."""
        self._mail.show_mail(mail, html)
        self.grow()

    def show_mail_trouble(self, summary: OutcomeSummary) -> None:
        """Shows why the mail could not be loaded."""
        self._mail.show_trouble(summary)

    def _make_table(self) -> QTableView:
        table = row_table("table", self.tr("Messages"), self._mails, row_px=34)
        header = table.horizontalHeader()
        header.setMinimumSectionSize(36)
        header.setSectionResizeMode(Column.FROM, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.SUBJECT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.ATTACHMENTS, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.RECEIVED, QHeaderView.ResizeMode.ResizeToContents)
        table.setColumnWidth(Column.FROM, 270)
        table.setColumnWidth(Column.ATTACHMENTS, 38)
        table.clicked.connect(self._open_index)
        table.activated.connect(self._open_index)
        return table

    def _lay_out(self, address: str) -> None:
        self.body.addWidget(styled_label(address, "muted", wrap=True))
        self._empty = styled_label(self.tr("The inbox is empty."), "muted", wrap=True)
        self._empty.setObjectName("emptyState")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(6)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(self._mail)
        for number, share in enumerate(_LIST_TO_MAIL):
            self._splitter.setStretchFactor(number, share)
        for part in (self._mail, self._retry, self._empty):
            part.hide()
        self.body.addWidget(self._splitter, 1)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._retry, 1)
        self._fill_footer(self.footer)

    def _fill_footer(self, footer: WrapLayout) -> None:
        refresh = styled_button(self.tr("Refresh"))
        refresh.setObjectName("refreshButton")
        refresh.setToolTip(QKeySequence(QKeySequence.StandardKey.Refresh).toString())
        close = styled_button(self.tr("Close"))
        close.setObjectName("closeDialogButton")
        for button, act in ((refresh, self.refresh), (close, self.reject)):
            # Enter is to open a mail instead.
            button.setAutoDefault(False)
            button.clicked.connect(act)
        footer.addWidget(refresh)
        footer.addWidget(self._status)
        footer.addStretch(1)
        footer.addWidget(close)

    def _open_index(self, index: QModelIndex) -> None:
        mail = self._mails.mail_at(index.row())
        # A double click is a click and an activation; on some systems so is a single one.
        if mail and mail.id != self._opened_id:
            self._open(mail.id)

    def _open(self, mail_id: MailboxMailId | None) -> None:
        if mail_id is not None:
            self._opened_id = mail_id
            self._mail.show_loading()
            if self._mail.isHidden():
                self._mail.show()
                # Only what is visible gets its share; by itself the list would shrink to its least height.
                self._splitter.setSizes([share * self._splitter.height() for share in _LIST_TO_MAIL])
            self.table.scrollTo(self.table.currentIndex())
            self.mail_wanted.emit(mail_id)

    def _want_more(self, after: PageMark) -> None:
        self._failed_after = after
        self._wait()
        self.more_wanted.emit(after)

    def _try_again(self) -> None:
        if self._failed_after is not None and self._mails.rowCount():
            self._mails.ask()
        else:
            self.refresh()

    def _wait(self) -> None:
        self._retry.hide()
        self._empty.hide()
        self._show_splitter()
        self._slow.start()

    def _rest(self) -> None:
        self._slow.stop()
        self._failed_after = None
        has_mails = self._mails.rowCount() > 0
        self._retry.hide()
        self._show_splitter()
        self._empty.setVisible(not has_mails)
        self._status.setText(self._count() if has_mails else "")

    def _show_splitter(self) -> None:
        self._mail.setVisible(self._opened_id is not None)
        # An open mail can still be read where the inbox is empty by now.
        self._splitter.setVisible(self._mails.rowCount() > 0 or not self._has_list or self._opened_id is not None)

    def _show_loading(self) -> None:
        count = self._mails.rowCount()
        self._status.setText(self.tr("{count} Loading…").format(count=self._count() if count else "").strip())

    def _count(self) -> str:
        count = self._mails.rowCount()
        words = self.tr("1 message.") if count == 1 else self.tr("{n} messages.").format(n=count)
        return self.tr("{count} End of list.").format(count=words) if self._mails.is_whole else words
