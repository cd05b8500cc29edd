"""Proposed values from tests, searches and trust, filled into the form of an SMTP but not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.suggestion import Suggestion
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.ui.checks.certificate_trust import TrustRequest
from smtp_desktop.ui.checks.settings_search import ChosenSettings
from smtp_desktop.ui.checks.tested_settings import EditRequest, TestedSettings
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.smtps.editor import SmtpEditor
from smtp_desktop.ui.widgets.message_dialog import MessageDialog

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class SmtpProposals(QObject):
    """Opens the form of the SMTP that was tested, where it is not open, and enters in it what the user chose."""

    entered = Signal(object)
    """Settings were entered that can be tried. Carries the ProfileId, None of a new SMTP."""
    completion_wanted = Signal(object)
    """Settings were entered to which the user has to add something first. Carries the same."""

    def __init__(self, *, window: QWidget, editor: SmtpEditor, panel: Lazy[SmtpPanel]) -> None:
        super().__init__(window)
        self._window, self._editor, self._later_panel = window, editor, panel

    @property
    def _panel(self) -> SmtpPanel:
        return self._later_panel()

    def edit_tested(self, request: EditRequest) -> None:
        """Puts the cursor into the field at fault, in the form that was tested."""
        tested = request.tested
        self._window.activateWindow()
        if self._editor.shows(tested.profile_id):
            self._panel.focus_field(request.field)
        else:
            self._editor.confirm_close(lambda: self._open_tested(tested, request.field))

    def _open_tested(self, tested: TestedSettings, field: str) -> None:
        if tested.profile_id:
            self._editor.start_edit(tested.profile_id, focus=False)
        else:
            self._editor.start_create()
            self._panel.enter(tested.draft)
        if self._editor.shows(tested.profile_id):
            self._panel.focus_field(field)

    def trust(self, request: TrustRequest) -> None:
        """Enters what the user trusts."""
        if self._editor.shows(request.profile_id):
            self._trust_in_form(request)
        elif request.profile_id:
            self._editor.confirm_close(lambda: self._open_and_trust(request))
        else:
            self._refuse_trust()

    def _open_and_trust(self, request: TrustRequest) -> None:
        if request.profile_id:
            self._editor.start_edit(request.profile_id, focus=False)
            self._trust_in_form(request)

    def _trust_in_form(self, request: TrustRequest) -> None:
        if self._editor.is_open and not self._editor.is_saving and self._panel.is_on_host(request.host_name):
            self._panel.trust(request.trusted)
            self.entered.emit(request.profile_id)
        else:
            self._refuse_trust()

    def _refuse_trust(self) -> None:
        words = self.tr("The form is being saved or is now about another server. Test again afterwards.")
        MessageDialog(self._window, title=self.tr("Nothing was trusted"), text=words).open()

    def take_over(self, chosen: ChosenSettings) -> None:
        """Enters the chosen settings in the form of the SMTP that was tested."""
        self._window.activateWindow()
        profile_id, suggestion = chosen.tested.profile_id, chosen.suggestion
        if self._editor.shows(profile_id):
            self._propose(suggestion)
        else:
            self._editor.confirm_close(lambda: self._open_and_propose(chosen))

    def _open_and_propose(self, chosen: ChosenSettings) -> None:
        profile_id = chosen.tested.profile_id
        if profile_id is None:
            # The form that was tested is not open any more.
            self._editor.start_create()
            self._propose(chosen.suggestion, onto=chosen.tested.draft)
            return
        self._editor.start_edit(profile_id, focus=False)
        if self._editor.shows(profile_id):
            self._propose(chosen.suggestion)

    def _propose(self, suggestion: Suggestion, *, onto: ProfileDraft | None = None) -> None:
        complete = self._panel.propose(suggestion, onto=onto)
        (self.entered if complete else self.completion_wanted).emit(self._panel.profile_id)
