"""The actions on deliveries: which ones a state allows, the menu, and their execution."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import shown


def can_send_now(delivery: Delivery) -> bool:
    """Returns whether the mail waits, so that it can be tried at once."""
    return delivery.state is DeliveryState.WAITING


def can_resend(delivery: Delivery) -> bool:
    """Returns whether the mail is finished and its content still there, so that it can be sent again."""
    return delivery.state not in {DeliveryState.WAITING, DeliveryState.SENDING} and not delivery.content_dropped


def resend_words(deliveries: Sequence[Delivery]) -> str:
    """Returns the label of the action that sends these again: those that expired were not sent a first time."""
    expired = all(delivery.state is DeliveryState.EXPIRED for delivery in deliveries)
    return _tr("Send anyway") if expired else _tr("Send again")


def can_cancel(delivery: Delivery) -> bool:
    """Returns whether any of the mail would still be sent."""
    waits = delivery.state is DeliveryState.WAITING
    return waits or (delivery.state is DeliveryState.UNKNOWN and delivery.next_try_at is not None)


def delivery_menu(parent: QWidget, chosen: Sequence[Delivery], acts: Mapping[str, Callable[[], object]]) -> QMenu:
    """Returns the menu of these deliveries, which deletes itself when closed. `acts` has its actions by object name."""
    menu = QMenu(parent)
    menu.setObjectName("deliveryMenu")
    entries = (
        ("openAction", _tr("Open"), len(chosen) == 1),
        ("sendNowAction", _tr("Send now"), any(map(can_send_now, chosen))),
        ("resendAction", resend_words(chosen), any(map(can_resend, chosen))),
        ("cancelAction", _tr("Cancel"), any(map(can_cancel, chosen))),
        ("", "", False),
        ("copyMessageIdAction", _tr("Copy Message-ID"), True),
        ("exportAction", _tr("Export CSV…"), True),
    )
    for name, words, possible in entries:
        if not name:
            menu.addSeparator()
            continue
        action = QAction(words, menu)
        action.setObjectName(name)
        action.setEnabled(possible)
        action.triggered.connect(lambda _=False, act=acts[name]: act())
        menu.addAction(action)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def copy_message_ids(deliveries: Sequence[Delivery]) -> None:
    """Copies the Message-IDs to the clipboard, one a line."""
    QGuiApplication.clipboard().setText("\n".join(delivery.message_id for delivery in deliveries))


def _tr(words: str) -> str:
    return QCoreApplication.translate("DeliveriesSection", words)


class ResendDialog(Dialog):
    """Asks before sent mails are sent again. Its `objectName` is `resendDialog`."""

    confirmed = Signal()

    def __init__(self, parent: QWidget, *, sent: int) -> None:
        title = self.tr("Send it once more?") if sent == 1 else self.tr("Send {n} mails once more?").format(n=sent)
        super().__init__(parent, name="resendDialog", title=title, width=440)
        words = (
            self.tr("It was sent already. All its recipients get it a second time.")
            if sent == 1
            else self.tr("They were sent already. All their recipients get them a second time.")
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self.footer.addStretch(1)
        self.add_cancel()
        self.add_ok(self.tr("Send again")).clicked.connect(self._confirm)

    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit()


class DeliveryActions(QObject):
    """Sends deliveries again or at once, or cancels them. The outcome comes back as the event OutboxChanged."""

    def __init__(self, *, window: QWidget, outbox: Outbox, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._outbox = outbox
        self._tasks = tasks

    def resend(self, deliveries: Sequence[Delivery]) -> None:
        """Queues the finished ones again; if some of them were sent, once the user confirms it."""
        ids = [delivery.id for delivery in deliveries if can_resend(delivery)]
        sent = sum(delivery.state is DeliveryState.SENT for delivery in deliveries if can_resend(delivery))
        if not sent:
            self._run(lambda: self._outbox.resend(ids))
            return
        dialog = ResendDialog(self._window, sent=sent)
        dialog.confirmed.connect(lambda: self._run(lambda: self._outbox.resend(ids)))
        dialog.open()

    def send_now(self, deliveries: Sequence[Delivery]) -> None:
        """Makes the waiting ones due at once."""
        ids = [delivery.id for delivery in deliveries if can_send_now(delivery)]
        self._run(lambda: self._outbox.send_now(ids))

    def cancel(self, deliveries: Sequence[Delivery]) -> None:
        """Cancels those of which anything would still be sent."""
        ids = [delivery.id for delivery in deliveries if can_cancel(delivery)]
        self._run(lambda: self._outbox.cancel(ids))

    def _run(self, work: Callable[[], object]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            MessageDialog(self._window, title=self.tr("That did not work"), text=shown(error.message)).open()

        self._tasks.run(self, work, lambda _: None, failed)
