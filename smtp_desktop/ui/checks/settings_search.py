"""The search for settings that work: offered after a failed test or check, its result put into the form."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.candidates import may_be_found
from smtp_desktop.domain.checks.suggestion import Suggestion
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.settings_finder import SettingsFinder
from smtp_desktop.ui.checks.tested_settings import TestedSettings
from smtp_desktop.ui.runtime.tasks import Progress, Tasks, stop_on
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from smtp_desktop.ui.checks.find_settings_dialog import FindSettingsDialog
    from smtp_desktop.ui.checks.test_dialog import TestDialog


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSettings:
    """Settings that the user wants in the form, in place of those that were tested."""

    tested: TestedSettings
    suggestion: Suggestion


class SettingsSearch(QObject):
    """Searches for settings that work, on a worker, in a dialog of its own."""

    chosen = Signal(object)
    """The user chose settings for the form. Carries ChosenSettings."""

    def __init__(
        self, *, parent: QObject, finder: SettingsFinder, tasks: Tasks, unlocker: VaultUnlocker, theme: Theme
    ) -> None:
        super().__init__(parent)
        self._finder = finder
        self._tasks = tasks
        self._unlocker = unlocker
        self.theme = theme

    def offer(self, dialog: TestDialog, tested: TestedSettings, report: Report) -> None:
        """Adds a button for the search to `dialog`, where `report` is on a failure that other settings may help."""
        failure, diagnosis = report.timeline.failure, report.diagnosis
        if failure and diagnosis and may_be_found(tested.draft, failure, diagnosis.cause):
            label = self.tr("Find settings that work")
            dialog.offer("findSettingsButton", label, lambda: self.open(dialog, tested, failure, cause=diagnosis.cause))

    def open(self, parent: QWidget, tested: TestedSettings, failure: Failure, *, cause: Cause) -> None:
        """Opens the dialog of a search after `failure`, whose diagnosis is `cause`."""
        from smtp_desktop.ui.checks.find_settings_dialog import FindSettingsDialog

        dialog = FindSettingsDialog(
            parent, host=tested.draft.host_name.strip(), signs_in=tested.draft.auth_required, theme=self.theme
        )
        dialog.chosen.connect(lambda suggestion: self.chosen.emit(ChosenSettings(tested=tested, suggestion=suggestion)))
        dialog.open()
        self._start(dialog, tested, failure, cause)

    def _start(self, dialog: FindSettingsDialog, tested: TestedSettings, failure: Failure, cause: Cause) -> None:
        cancel = Cancel()
        stop_on(dialog.rejected, cancel)
        probes = Progress()
        probes.reported.connect(dialog.show_probe)

        def again() -> None:
            # It may have been closed while the master password was asked for.
            if isValid(dialog):
                dialog.activateWindow()
                self._start(dialog, tested, failure, cause)

        def failed(error: SmtpDesktopError) -> None:
            def given_up() -> None:
                if isValid(dialog):
                    dialog.activateWindow()
                    dialog.show_problem(error.message)

            if not self._unlocker.wants(error, again, given_up):
                dialog.show_problem(error.message)

        self._tasks.run(
            dialog,
            lambda: self._finder.find(
                tested.draft,
                profile_id=tested.profile_id,
                failure=failure,
                cause=cause,
                cancel=cancel,
                on_probe=probes.reported.emit,
            ),
            dialog.show_found,
            failed,
        )
