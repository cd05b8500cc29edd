"""A strip below the title of a page with the progress of checks and their summary."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QSizePolicy, QWidget

from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.checks.requested_checks import CheckProgress
from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label

_BAR_WIDTH_PX = 160
_PARTS_SAID = 4  # how often progress is announced: more would be all that one hears


class CheckStrip(QWidget):
    """Hidden until checks run. Its `objectName` is `checkStrip`."""

    cancel_asked = Signal()
    failing_asked = Signal()
    """The user wants to see the SMTPs that fail."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkStrip")
        self._part_said = -1
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
        row = WrapLayout(self)
        row.setContentsMargins(margins(8, 0, 24, 8))
        row.setSpacing(12)
        for part in (self._bar, self._words, self._cancel, self._failing, self._close):
            row.addWidget(part)
        self.hide()

    def show_progress(self, progress: CheckProgress) -> None:
        """Shows how many checks are done, and a button that cancels the rest."""
        words = self.tr("Checking {n} of {total}").format(n=progress.done, total=progress.total)
        if progress.stopped:
            words = self.tr("Stopping…")
        quarter = progress.done * _PARTS_SAID // max(1, progress.total)
        if progress.stopped or quarter != self._part_said:
            announce(self, words)
        self._part_said = quarter
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.done)
        self._bar.setAccessibleName(words)
        self._words.setText(words)
        self._cancel.setEnabled(not progress.stopped)
        self._show_parts(running=True, failing=False)

    def show_end(self, progress: CheckProgress) -> None:
        """Shows a summary, until the user closes it or the next checks begin."""
        self._part_said = -1
        self._words.setText(self._summary(progress))
        announce(self, self._words.text())
        self._show_parts(running=False, failing=bool(progress.failed))

    def _summary(self, progress: CheckProgress) -> str:
        tried = progress.works + progress.failed
        if progress.stopped:
            words = self.tr("Stopped after {n} of {total}: {works} working, {failed} failed")
        else:
            words = self.tr("{n} checked: {works} working, {failed} failed")
        words = words.format(n=tried, total=progress.total, works=progress.works, failed=progress.failed)
        if progress.untried:
            words = self.tr("{words}, {n} couldn't be checked").format(words=words, n=progress.untried)
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
        # The cards below must not move when the button disappears.
        self.setMinimumHeight(max(self.minimumHeight(), self.sizeHint().height()))
        self.show()


def _button(name: str, words: str, kind: str) -> QPushButton:
    button = styled_button(words, kind)
    button.setObjectName(name)
    return button
