"""Confirming that a mail which was sent goes out once more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.styled import styled_label


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
