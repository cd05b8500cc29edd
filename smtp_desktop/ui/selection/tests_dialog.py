"""The dialog that tests several SMTPs by a mail through each."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.checks.recipient_field import RecipientField
from smtp_desktop.ui.selection.run_dialog import RunDialog
from smtp_desktop.ui.theme.theme import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsRequest:
    """Send a test mail to `to` through each of these SMTPs."""

    profile_ids: tuple[ProfileId, ...]
    to: str


class SeveralTestsDialog(RunDialog):
    """Asks for the recipient, and shows which SMTPs send."""

    started = Signal(object)
    """Carries a TestsRequest."""

    def __init__(self, parent: QWidget, *, profiles: Sequence[SmtpProfile], theme: Theme) -> None:
        super().__init__(
            parent,
            name="severalTestsDialog",
            title=self.tr("Test {n} SMTPs").format(n=f"{len(profiles):,}"),
            profiles=profiles,
            theme=theme,
            words=self.tr("Sends a real message through each of them, all at the same time."),
        )
        self._field = RecipientField()
        self.form.addWidget(self._field)
        self._field.setFocus()
        self._refresh()

    def _start_words(self) -> str:
        return self.tr("Send")

    def _is_complete(self) -> bool:
        return True

    def _start(self) -> None:
        problem = self._field.problem
        self._field.show_error(problem)
        if not problem:
            self.started.emit(TestsRequest(profile_ids=tuple(self.rows.ticked()), to=self._field.typed))
