"""Closing the window while mails wait: what becomes of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.styled import styled_button, styled_label


class LeavingDialog(Dialog):
    """Asks, then shows how the sending goes on. Its `objectName` is `leavingDialog`."""

    kept = Signal()
    """What waits may wait; the window should close."""
    send_asked = Signal()
    """All that waits should be sent now. The dialog stays."""

    def __init__(self, parent: QWidget, *, waiting: int) -> None:
        title = self.tr("1 mail waits to be sent") if waiting == 1 else self.tr("{n} mails wait to be sent")
        super().__init__(parent, name="leavingDialog", title=title.format(n=f"{waiting:,}"), width=520)
        self._words = styled_label(
            self.tr(
                "Nothing is lost by closing: what waits goes out when the program runs again, or when a script runs "
                "“smtp-desktop deliver”."
            ),
            "muted",
            wrap=True,
        )
        self._words.setObjectName("messageText")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName(self.tr("Sent so far"))
        self._bar.setTextVisible(False)
        self._bar.hide()
        self.body.addWidget(self._words)
        self.body.addWidget(self._bar)
        self._cancel = self.add_cancel()
        self.footer.addStretch(1)
        self._send: QPushButton = styled_button(self.tr("Send now"))
        self._send.setObjectName("sendNowButton")
        self._send.setAutoDefault(False)
        self._send.clicked.connect(self.send_asked)
        self.footer.addWidget(self._send)
        self._keep = self.add_ok(self.tr("Keep for later"))
        self._keep.clicked.connect(self._confirm)

    def show_progress(self, done: int, total: int) -> None:
        """So many of them were tried."""
        self._send.hide()
        self.title.setText(self.tr("Sending: {done} of {total}").format(done=f"{done:,}", total=f"{total:,}"))
        self._words.setText(self.tr("What can't be sent now stays waiting. Then the window closes."))
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        self._bar.show()
        self._keep.setText(self.tr("Stop, keep the rest"))

    def show_left(self, left: int) -> None:
        """All were tried; so many still wait."""
        self._bar.hide()
        self._send.hide()
        title = self.tr("1 mail could not be sent now") if left == 1 else self.tr("{n} mails could not be sent now")
        self.title.setText(title.format(n=f"{left:,}"))
        self._words.setText(self.tr("They stay waiting and are tried again. Deliveries tells what the servers said."))
        self._keep.setText(self.tr("Close the window"))

    def show_trouble(self, words: str) -> None:
        """It can't be sent now: `words` say why."""
        self._words.setText(words)

    def _confirm(self) -> None:
        self.accept()
        self.kept.emit()
