"""How far checks are, below a page's title, and what they came to."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from smtp_desktop.ui.checks.checks import Progress
from smtp_desktop.ui.theme.styled import styled_button, styled_label

_BAR_WIDTH_PX = 160


class RoundStrip(QWidget):
    """Not there until there is something to tell. Its `objectName` is `checkStrip`."""

    cancel_asked = Signal()
    failing_asked = Signal()
    """The admin wants to see those that fail."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkStrip")
        self._bar = QProgressBar()
        self._bar.setObjectName("checkProgress")
        self._bar.setTextVisible(False)
        self._bar.setMaximumWidth(_BAR_WIDTH_PX)
        self._bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = styled_label("", "muted")
        self._words.setObjectName("checkWords")
        self._cancel = _button("cancelChecksButton", self.tr("Cancel"), "")
        self._failing = _button("showFailingButton", self.tr("Show failing"), "link")
        self._close = _button("closeSummaryButton", "✕", "link")
        self._close.setAccessibleName(self.tr("Close"))
        self._close.setToolTip(self.tr("Close"))
        self._cancel.clicked.connect(self._stop)
        self._failing.clicked.connect(self.failing_asked)
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 24, 8)
        row.setSpacing(12)
        for part in (self._bar, self._words, self._cancel, self._failing, self._close):
            row.addWidget(part)
        row.addStretch(1)
        self.hide()

    def show_progress(self, progress: Progress) -> None:
        """It tells how many are done, and lets the admin stop the rest."""
        words = self.tr("Checking {n} of {total}").format(n=progress.done, total=progress.total)
        if progress.stopped:
            words = self.tr("Stopping…")
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.done)
        self._bar.setAccessibleName(words)
        self._words.setText(words)
        self._cancel.setEnabled(not progress.stopped)
        self._show_parts(running=True, failing=False)

    def show_end(self, progress: Progress) -> None:
        """It tells what they came to, until it is closed or the next ones begin."""
        self._words.setText(self._summary(progress))
        self._show_parts(running=False, failing=bool(progress.failed))

    def _summary(self, progress: Progress) -> str:
        tried = progress.works + progress.failed
        if progress.stopped:
            words = self.tr("Stopped after {n} of {total}: {works} working, {failed} failed")
        else:
            words = self.tr("{n} checked: {works} working, {failed} failed")
        words = words.format(n=tried, total=progress.total, works=progress.works, failed=progress.failed)
        if progress.untried:
            words = self.tr("{words}, {n} could not be tried").format(words=words, n=progress.untried)
        return words

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._words.setText(self.tr("Stopping…"))
        self.cancel_asked.emit()

    def _show_parts(self, *, running: bool, failing: bool) -> None:
        self._bar.setVisible(running)
        self._cancel.setVisible(running)
        self._failing.setVisible(failing)
        self._close.setVisible(not running)
        # The cards below stay where they are when the button goes.
        self.setMinimumHeight(max(self.minimumHeight(), self.sizeHint().height()))
        self.show()


def _button(name: str, words: str, kind: str) -> QPushButton:
    button = styled_button(words, kind)
    button.setObjectName(name)
    return button
