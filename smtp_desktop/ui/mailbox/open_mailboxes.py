"""The Microsoft 365 mailboxes that are open in dialogs, and the work that loads them."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, PageMark
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.mailbox import MailboxReader
from smtp_desktop.ui.conversation.summary import OutcomeSummary, failure_summary, plain_summary
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.domain.mail.html_display import DisplayHtml
    from smtp_desktop.ui.mailbox.dialog import MailboxDialog

T = TypeVar("T")


class OpenMailboxes(QObject):
    """Opens one dialog for each mailbox, and loads on workers what it asks for."""

    def __init__(
        self, *, window: QWidget, reader: MailboxReader, tasks: Tasks, unlocker: VaultUnlocker, theme: Theme
    ) -> None:
        super().__init__(window)
        self._window = window
        self._reader = reader
        self._tasks = tasks
        self._unlocker = unlocker
        self._open: dict[ProfileId, _OpenMailbox] = {}
        self.theme = theme

    def read(self, profile: SmtpProfile) -> None:
        """Opens the mailbox of `profile` in a dialog, or brings the one that is open to the front."""
        mailbox = self._open.get(profile.id)
        if mailbox is None:
            from smtp_desktop.ui.mailbox.dialog import MailboxDialog

            dialog = MailboxDialog(self._window, profile=profile, theme=self.theme)
            mailbox = _OpenMailbox(dialog, profile.id, self._reader, self._tasks, self._unlocker)
            self._open[profile.id] = mailbox
            dialog.finished.connect(lambda _: self._end(profile.id))
            dialog.show()
            dialog.refresh()
        mailbox.dialog.raise_()
        mailbox.dialog.activateWindow()

    def end_all(self) -> None:
        """Stops all loading, when the window closes."""
        for profile_id in tuple(self._open):
            self._end(profile_id)

    def _end(self, profile_id: ProfileId) -> None:
        self._open.pop(profile_id).stop()


class _OpenMailbox:
    """One open mailbox. Loads at most one list and one mail at a time: a new request cancels the one before."""

    def __init__(
        self,
        dialog: MailboxDialog,
        profile_id: ProfileId,
        reader: MailboxReader,
        tasks: Tasks,
        unlocker: VaultUnlocker,
    ) -> None:
        self.dialog = dialog
        self._profile_id = profile_id
        self._reader = reader
        self._tasks = tasks
        self._unlocker = unlocker
        self._list, self._mail = Cancel(), Cancel()
        dialog.list_wanted.connect(self._load_list)
        dialog.more_wanted.connect(self._load_more)
        dialog.mail_wanted.connect(self._load_mail)

    def stop(self) -> None:
        """Cancels what is being loaded."""
        self._list.request()
        self._mail.request()

    def _load_list(self) -> None:
        self._load_page(None)

    def _load_more(self, after: PageMark) -> None:
        self._load_page(after)

    def _load_page(self, after: PageMark | None) -> None:
        self._list.request()
        cancel = self._list = Cancel()
        self._run(
            cancel,
            lambda: self._reader.newest(self._profile_id, after=after, cancel=cancel),
            self.dialog.show_more if after else self.dialog.show_list,
            lambda error: self.dialog.show_list_trouble(_summary(error, _tr("The mailbox couldn't be read"))),
            lambda: self._load_page(after),
        )

    def _load_mail(self, mail_id: MailboxMailId) -> None:
        self._mail.request()
        cancel = self._mail = Cancel()
        self._run(
            cancel,
            lambda: _ready(self._reader.open(self._profile_id, mail_id, cancel=cancel)),
            lambda ready: self.dialog.show_mail(*ready),
            lambda error: self.dialog.show_mail_trouble(_summary(error, _tr("The message couldn't be read"))),
            lambda: self._load_mail(mail_id),
        )

    def _run(
        self,
        cancel: Cancel,
        work: Callable[[], T],
        done: Callable[[T], None],
        fail: Callable[[SmtpDesktopError], None],
        again: Callable[[], None],
    ) -> None:
        def retry() -> None:
            # The dialog is not modal: it may have been closed, or asked for anew, while the vault was being unlocked.
            if isValid(self.dialog) and not cancel.requested:
                again()

        def show(result: T) -> None:
            if not cancel.requested:
                done(result)

        def failed(error: SmtpDesktopError) -> None:
            if not cancel.requested:
                self._unlocker.wants(error, retry)
                fail(error)

        self._tasks.run(self.dialog, work, show, failed)


def _ready(mail: MailboxMail) -> tuple[MailboxMail, DisplayHtml]:
    # On a worker, and with a library that few starts of the window need.
    from smtp_desktop.domain.mail.html_display import display_html

    return mail, display_html(mail.html)


def _summary(error: SmtpDesktopError, title: str) -> OutcomeSummary:
    if isinstance(error, ReadFailed):
        return failure_summary(title, error.failure, error.advice)
    return plain_summary(title, shown(error.message))


def _tr(source: str) -> str:
    return QCoreApplication.translate("OpenMailboxes", source)
