"""The part of the Delivery panel that shows the mail itself."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.outbox_mails import OutboxMails
from smtp_desktop.ui.runtime.file_saver import ask_and_save
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.mail_view import MailView, ReadyMail, ready_mail
from smtp_desktop.ui.widgets.message_text import shown

_LOADING_AFTER_MS = 150
_LEAST_PX = 380


class MailPart(QWidget):
    """Shows the mail of a delivery once it is loaded, or why there is none. Loads nothing before it is seen."""

    def __init__(self, mails: OutboxMails, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("mailPart")
        self.setMinimumHeight(_LEAST_PX)
        self._mails = mails
        self._tasks = tasks
        self._delivery: Delivery | None = None
        self._loaded: Delivery | None = None
        self._words = styled_label("", "muted", wrap=True)
        self._words.setObjectName("mailState")
        self._view = MailView()
        self._view.save_asked.connect(lambda file: ask_and_save(self.window(), file, tasks))
        self._slow = QTimer(self, singleShot=True)
        self._slow.setInterval(_LOADING_AFTER_MS)
        self._slow.timeout.connect(lambda: self._say(self.tr("Loading the message…")))
        self._states = QStackedLayout(self)
        self._states.addWidget(self._view)
        self._states.addWidget(self._words)

    def choose(self, delivery: Delivery) -> None:
        """Shows the mail of `delivery`, as soon as this part is seen."""
        self._delivery = delivery
        if self.isVisible():
            self._want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._want()

    def _want(self) -> None:
        """Loads the mail, unless it is shown: it stays the same until its content is dropped."""
        delivery, loaded = self._delivery, self._loaded
        if delivery is None:
            return
        if loaded and (loaded.id, loaded.content_dropped) == (delivery.id, delivery.content_dropped):
            return
        self._loaded = delivery
        if delivery.content_dropped:
            self._slow.stop()
            self._say(
                self.tr("The content is no longer stored: text and attachments are deleted some days after sending.")
            )
            return
        self._slow.start()
        mails = self._mails

        def show(mail: ReadyMail) -> None:
            if delivery is self._loaded:  # or another one was chosen meanwhile
                self._slow.stop()
                self._view.show_mail(mail)
                self._states.setCurrentWidget(self._view)

        def failed(error: SmtpDesktopError) -> None:
            if delivery is self._loaded:
                self._slow.stop()
                self._loaded = None
                self._say(shown(error.message))

        self._tasks.run(self, lambda: _read(mails, delivery.id), show, failed)

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._states.setCurrentWidget(self._words)


def _read(mails: OutboxMails, delivery_id: DeliveryId) -> ReadyMail:
    """Raises NoSuchDelivery, ContentDropped, DamagedMail, StoreError."""
    found = mails.read(delivery_id)
    return ready_mail(found.raw, found.content)
