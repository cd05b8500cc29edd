"""What can be done with deliveries, by their states: which of it, and the menu that offers it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog


def can_send_now(delivery: Delivery) -> bool:
    """Returns whether it waits, so that it can be tried at once."""
    return delivery.state is DeliveryState.WAITING


def can_resend(delivery: Delivery) -> bool:
    """Returns whether it is finished, so that it can be sent once more."""
    return delivery.state not in {DeliveryState.WAITING, DeliveryState.SENDING}


def can_cancel(delivery: Delivery) -> bool:
    """Returns whether something of it would still go out by itself."""
    waits = delivery.state is DeliveryState.WAITING
    return waits or (delivery.state is DeliveryState.UNKNOWN and delivery.next_try_at is not None)


def delivery_menu(parent: QWidget, chosen: Sequence[Delivery], acts: Mapping[str, Callable[[], object]]) -> QMenu:
    """Returns the menu of these deliveries, which goes when it closes; its entries do `acts`, by their names."""
    menu = QMenu(parent)
    menu.setObjectName("deliveryMenu")
    entries = (
        ("openAction", _tr("Open"), len(chosen) == 1),
        ("sendNowAction", _tr("Send now"), any(map(can_send_now, chosen))),
        ("resendAction", _tr("Send again"), any(map(can_resend, chosen))),
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
    """The clipboard holds their Message-IDs, one a line."""
    QGuiApplication.clipboard().setText("\n".join(delivery.message_id for delivery in deliveries))


def _tr(words: str) -> str:
    return QCoreApplication.translate("DeliveriesSection", words)


class ResendDialog(Dialog):
    """Says who gets it twice. Its `objectName` is `resendDialog`."""

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
