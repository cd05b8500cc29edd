"""How far an export is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.styled import styled_label


class ExportDialog(Dialog):
    """Shows progress, can be stopped, and says how it ended. Its `objectName` is `exportDialog`."""

    stopped = Signal()

    def __init__(self, parent: QWidget, *, path: str) -> None:
        super().__init__(parent, name="exportDialog", title=self.tr("Exporting…"), width=460)
        self._words = styled_label(path, "muted", wrap=True)
        self._words.setObjectName("messageText")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName(self.tr("Written so far"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self.body.addWidget(self._words)
        self.body.addWidget(self._bar)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.clicked.connect(self.accept)
        self._ok.hide()

    def show_progress(self, done: int, total: int) -> None:
        """So many deliveries are written."""
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(min(done, total))

    def show_end(self, title: str, words: str) -> None:
        """It is over."""
        self.title.setText(title)
        self._words.setText(words)
        self._bar.hide()
        self._cancel.hide()
        self._ok.show()
        self._ok.setFocus()

    def reject(self) -> None:
        if self._ok.isHidden():
            self.stopped.emit()
        super().reject()
