"""Finding settings that work, from a failed test or check to the form."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.candidates import may_be_found
from smtp_desktop.domain.checks.suggestion import Suggestion
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.settings_finder import SettingsFinder
from smtp_desktop.ui.runtime.stopping import stop_on
from smtp_desktop.ui.runtime.tasks import Progress, Tasks
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from smtp_desktop.ui.checks.find_settings_dialog import FindSettingsDialog
    from smtp_desktop.ui.checks.trial_dialog import TrialDialog


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was tested or checked; a `profile_id` of None is a form that creates."""

    profile_id: ProfileId | None
    draft: ProfileDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSettings:
    """What the admin wants in the form, in place of what was tried."""

    tried: Tried
    suggestion: Suggestion


class SettingsFinding(QObject):
    """Offers to look for settings that work, runs the search on a worker, and tells what the admin chose of it."""

    chosen = Signal(object)
    """A ChosenSettings: it belongs into the form."""

    def __init__(
        self, *, parent: QObject, finder: SettingsFinder, tasks: Tasks, unlocking: Unlocking, theme: Theme
    ) -> None:
        super().__init__(parent)
        self._finder = finder
        self._tasks = tasks
        self._unlocking = unlocking
        self.theme = theme

    def offer(self, dialog: TrialDialog, tried: Tried, failure: Failure | None) -> None:
        """The dialog has a button for it, where `failure` is one that other settings may help."""
        if failure and may_be_found(tried.draft, failure):
            label = self.tr("Find settings that work")
            dialog.offer("findSettingsButton", label, lambda: self._find(dialog, tried, failure))

    def _find(self, trial: TrialDialog, tried: Tried, failure: Failure) -> None:
        from smtp_desktop.ui.checks.find_settings_dialog import FindSettingsDialog

        dialog = FindSettingsDialog(
            trial, host=tried.draft.host_name.strip(), signs_in=tried.draft.auth_required, theme=self.theme
        )
        dialog.chosen.connect(lambda suggestion: self._choose(trial, tried, suggestion))
        dialog.open()
        self._start(dialog, tried, failure)

    def _start(self, dialog: FindSettingsDialog, tried: Tried, failure: Failure) -> None:
        cancel = Cancel()
        stop_on(dialog.rejected, cancel)
        probes = Progress()
        probes.reported.connect(dialog.show_probe)

        def again() -> None:
            # It may have been closed while the master password was asked for.
            if isValid(dialog):
                dialog.activateWindow()
                self._start(dialog, tried, failure)

        def failed(error: SmtpDesktopError) -> None:
            if not self._unlocking.wants(error, again):
                dialog.show_problem(error.message)

        self._tasks.run(
            dialog,
            lambda: self._finder.find(
                tried.draft, profile_id=tried.profile_id, failure=failure, cancel=cancel, on_probe=probes.reported.emit
            ),
            dialog.show_found,
            failed,
        )

    def _choose(self, trial: TrialDialog, tried: Tried, suggestion: Suggestion) -> None:
        trial.accept()
        self.chosen.emit(ChosenSettings(tried=tried, suggestion=suggestion))
