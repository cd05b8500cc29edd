"""The actions on deliveries: which ones a state allows, the menu, and their execution."""

# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryFilter, DeliveryState
from smtp_desktop.domain.delivery.send_elsewhere import Elsewhere, can_send_elsewhere
from smtp_desktop.domain.errors import FieldErrors, SmtpDesktopError
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_dialog import show_error
from smtp_desktop.ui.widgets.message_text import one_line, shown
from smtp_desktop.ui.widgets.popups import Menu

T = TypeVar("T")


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
    menu = Menu(parent, "deliveryMenu", _tr("More Actions"))
    entries = (
        ("openAction", _tr("Open"), len(chosen) == 1),
        ("sendNowAction", _tr("Send now"), any(map(can_send_now, chosen))),
        ("resendAction", resend_words(chosen), any(map(can_resend, chosen))),
        ("sendElsewhereAction", _tr("Send again elsewhere…"), len(chosen) == 1 and can_send_elsewhere(chosen[0])),
        (
            "cancelAction",
            _tr("Cancel message…") if len(chosen) == 1 else _tr("Cancel messages…"),
            any(map(can_cancel, chosen)),
        ),
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


def copy_message_ids(source: QWidget, deliveries: Sequence[Delivery]) -> None:
    """Copies the Message-IDs to the clipboard, one a line. `source` is where that was asked for."""
    copy_text(source, "\n".join(delivery.message_id for delivery in deliveries))


def _tr(words: str) -> str:
    return QCoreApplication.translate("DeliveriesSection", words)


class _Question(Dialog):
    """Asks before something is done with deliveries."""

    confirmed = Signal()

    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit()


class ResendDialog(_Question):
    """Asks before sent mails are sent again. Its `objectName` is `resendDialog`."""

    def __init__(self, parent: QWidget, *, sent: int) -> None:
        title = self.tr("Send it again?") if sent == 1 else self.tr("Send {n} messages again?").format(n=sent)
        super().__init__(parent, name="resendDialog", title=title, width=440)
        words = (
            self.tr("It has already been sent. All recipients will get it twice.")
            if sent == 1
            else self.tr("They have already been sent. All recipients will get them twice.")
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self.footer.addStretch(1)
        cancel = self.add_cancel()
        self.add_ok(self.tr("Send again")).clicked.connect(self._confirm)
        # What was sent can't be called back: Enter alone sends nothing.
        cancel.setDefault(True)
        cancel.setFocus()


class ResendAllDialog(_Question):
    """Asks before all mails of a filter are sent again. Its `objectName` is `resendAllDialog`."""

    def __init__(self, parent: QWidget, *, count: int) -> None:
        title = (
            self.tr("Send 1 message again?")
            if count == 1
            else self.tr("Send {n} messages again?").format(n=f"{count:,}")
        )
        super().__init__(parent, name="resendAllDialog", title=title, width=440)
        words = self.tr(
            "This sends every message that the filter and search show, to the recipients who did not get it."
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self.footer.addStretch(1)
        self.add_cancel()
        ok = self.add_ok(self.tr("Send again"))
        ok.clicked.connect(self._confirm)
        ok.setFocus()


class CancelDialog(_Question):
    """Asks before mails that wait are cancelled. Its `objectName` is `cancelDialog`."""

    def __init__(self, parent: QWidget, deliveries: Sequence[Delivery]) -> None:
        """All of `deliveries` can be cancelled."""
        count, first = len(deliveries), deliveries[0]
        title = self.tr("Cancel this message?") if count == 1 else self.tr("Cancel {n} messages?").format(n=count)
        super().__init__(parent, name="cancelDialog", title=title, width=440)
        if count == 1:
            what = self.tr("{subject}, to {to}").format(
                subject=one_line(first.subject) or self.tr("(no subject)"), to=one_line(first.to)
            )
            label = styled_label(what, "", wrap=True)
            label.setObjectName("cancelledText")
            self.body.addWidget(label)
        self.body.addWidget(styled_label(self._effect(deliveries), "muted", wrap=True))
        self.footer.addStretch(1)
        effect = self.tr("Cancel message") if count == 1 else self.tr("Cancel messages")
        # "Cancel" would be either of the two here.
        ok = self.add_destructive_ok(effect, effect, keep=self.tr("Keep waiting"))
        ok.clicked.connect(self._confirm)

    def _effect(self, deliveries: Sequence[Delivery]) -> str:
        one = len(deliveries) == 1
        words = (
            self.tr("It won't be sent. It stays in the list, and you can send it again from there.")
            if one
            else self.tr("They won't be sent. They stay in the list, and you can send them again from there.")
        )
        if any(delivery.state is DeliveryState.UNKNOWN for delivery in deliveries):
            unknown = (
                self.tr("It may already have arrived; canceling only stops further attempts.")
                if one
                else self.tr("Some may already have arrived; for those, canceling only stops further attempts.")
            )
            return f"{words} {unknown}"
        return words


class DeliveryActions(QObject):
    """Sends deliveries again or at once, or cancels them. The outcome comes back as the event OutboxChanged."""

    queued = Signal(object)
    """A mail was put into the outbox beside the one that is there. Carries its DeliveryId."""

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

    def resend_all(self, wanted: DeliveryFilter) -> None:
        """Queues all finished ones that match again, once the user confirms it."""

        def ask(count: int) -> None:
            dialog = ResendAllDialog(self._window, count=count)
            dialog.confirmed.connect(lambda: self._run(lambda: self._outbox.resend_matching(wanted)))
            dialog.open()

        self._run(lambda: self._outbox.count(wanted), ask)

    def send_elsewhere(self, delivery: Delivery, profiles: Sequence[SmtpProfile]) -> None:
        """Asks for another SMTP or other recipients, and queues the mail for them."""
        from smtp_desktop.ui.deliveries.send_elsewhere import SendElsewhereDialog

        dialog = SendElsewhereDialog(self._window, delivery=delivery, profiles=profiles)

        def failed(error: SmtpDesktopError) -> None:
            dialog.show_problem(shown(error.message), of_recipients=isinstance(error, FieldErrors))

        def done(queued: Delivery) -> None:
            dialog.accept()
            self.queued.emit(queued.id)

        def send(elsewhere: Elsewhere) -> None:
            dialog.show_working()
            self._tasks.run(dialog, lambda: self._outbox.send_elsewhere(delivery.id, elsewhere), done, failed)

        dialog.confirmed.connect(send)
        dialog.open()

    def send_now(self, deliveries: Sequence[Delivery]) -> None:
        """Makes the waiting ones due at once."""
        ids = [delivery.id for delivery in deliveries if can_send_now(delivery)]
        self._run(lambda: self._outbox.send_now(ids))

    def cancel(self, deliveries: Sequence[Delivery]) -> None:
        """Cancels those of which anything would still be sent, once the user confirms it."""
        chosen = [delivery for delivery in deliveries if can_cancel(delivery)]
        if not chosen:
            return
        dialog = CancelDialog(self._window, chosen)
        ids = [delivery.id for delivery in chosen]
        dialog.confirmed.connect(lambda: self._run(lambda: self._outbox.cancel(ids)))
        dialog.open()

    def _run(self, work: Callable[[], T], done: Callable[[T], None] = lambda _: None) -> None:
        def failed(error: SmtpDesktopError) -> None:
            show_error(self._window, error)

        self._tasks.run(self, work, done, failed)
