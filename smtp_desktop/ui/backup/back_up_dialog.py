"""The dialog of *Back up…*: a passphrase, then where to, then progress."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.backup.progress_bar import ProgressBar
from smtp_desktop.ui.passphrases.new_passphrase import NewPassphrase
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog

_WIDTH_PX = 560


class BackUpDialog(Dialog):
    """Asks for the passphrase of a whole backup. Its `objectName` is `backUpDialog`."""

    confirmed = Signal(object)
    """Carries the passphrase, a Secret. The dialog stays open until the file is written; closing it stops that."""

    def __init__(self, parent: QWidget, *, propose: Callable[[], str]) -> None:
        """`propose` returns a new passphrase."""
        super().__init__(parent, name="backUpDialog", title=self.tr("Back up"), width=_WIDTH_PX)
        words = self.tr(
            "SMTPs, activities, settings, messages and all passwords go into one file, encrypted with a passphrase. "
            "Restore… brings them back, here or on another computer. Sign-ins in the browser don't go with it."
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self._new = NewPassphrase(propose)
        self.body.addWidget(self._new)
        self._error = styled_label("", "error", wrap=True)
        self._error.setObjectName("backUpError")
        self._error.hide()
        self.body.addWidget(self._error)
        self._bar = ProgressBar(self.tr("Backing up…"))
        self.body.addWidget(self._bar)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Back up…"))
        self._ok.clicked.connect(self._confirm)
        self._new.changed.connect(self._refresh)
        self._refresh()
        self._new.focus()

    def show_progress(self, done: float) -> None:
        """Shows that the file is being written, and how much of it is."""
        if not self._bar.is_busy:
            self._show_error("")
        self._bar.show_done(done)
        self._new.setEnabled(False)
        self._refresh()
        self.grow()

    def show_problem(self, words: str) -> None:
        """Shows why nothing was written; what was entered stays."""
        self._bar.end()
        self._new.setEnabled(True)
        self._refresh()
        self._show_error(words)

    def _refresh(self) -> None:
        self._ok.setEnabled(self._new.is_complete and not self._bar.is_busy)

    def _show_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        if words:
            announce(self, words, urgent=True)
            self.grow()

    def _confirm(self) -> None:
        problem = self._new.problem()
        self._show_error(problem)
        self._new.show_problem(problem)
        if not problem:
            self.confirmed.emit(self._new.passphrase)
