"""The actions on several SMTPs that run on workers, each in a dialog of its own."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import FieldErrors, SmtpDesktopError
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.smtp.selection import same_account
from smtp_desktop.services.checks.bulk_check import CheckOutcome
from smtp_desktop.services.password_replacement import Replaced, Replacement
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Progress, Tasks, stop_on
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.selection.run_rows import RowEnd, RowState
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.domain.message_text import MessageText
    from smtp_desktop.ui.selection.edit_dialog import EditRequest
    from smtp_desktop.ui.selection.replace_dialog import ReplaceRequest
    from smtp_desktop.ui.selection.run_dialog import RunDialog
    from smtp_desktop.ui.selection.tests_dialog import TestsRequest

_Report = Callable[[RowEnd], None]


class SelectionRuns(QObject):
    """Opens the dialogs, and runs what they ask for. A locked vault is opened first."""

    def __init__(
        self, *, window: QWidget, services: Services, tasks: Tasks, unlocker: VaultUnlocker, theme: Theme
    ) -> None:
        super().__init__(window)
        self._window, self._services, self._tasks, self._unlocker = window, services, tasks, unlocker
        self.theme = theme

    def replace_password(self, profiles: Sequence[SmtpProfile]) -> None:
        """Asks for a new password of these SMTPs, and gives it to them."""
        from smtp_desktop.ui.selection.replace_dialog import ReplacePasswordDialog

        dialog = ReplacePasswordDialog(self._window, profiles=profiles, theme=self.theme)

        def start(request: ReplaceRequest) -> None:
            wanted = _among(profiles, request.profile_ids)
            service = self._services.password_replacement

            def work(stop: Cancel, report: _Report) -> None:
                service.run(
                    wanted,
                    request.password,
                    stop=stop,
                    on_start=lambda one: report(_running(one)),
                    on_end=lambda one, ended: report(_end_of_replacement(one, ended)),
                )

            self._run(dialog, request.profile_ids, work)

        dialog.started.connect(start)
        dialog.open()

        def show_place(place: MessageText) -> None:
            dialog.set_place(shown(place))

        def count_others() -> int:
            chosen = {profile.id for profile in profiles}
            found = same_account(profiles[0], self._services.profiles.all())
            return sum(other.id not in chosen for other in found)

        self._tasks.run(dialog, self._services.secret_place, show_place, lambda _: None)
        self._tasks.run(dialog, count_others, dialog.set_others, lambda _: None)

    def test(self, profiles: Sequence[SmtpProfile]) -> None:
        """Asks for a recipient, and tests these SMTPs by a mail through each."""
        from smtp_desktop.ui.selection.tests_dialog import SeveralTestsDialog

        dialog = SeveralTestsDialog(self._window, profiles=profiles, theme=self.theme)

        def start(request: TestsRequest) -> None:
            service = self._services.bulk_check

            def work(stop: Cancel, report: _Report) -> None:
                for one in request.profile_ids:
                    report(_running(one))
                service.run(
                    request.profile_ids,
                    cancel=stop,
                    on_end=lambda one, outcome: report(_end_of_test(one, outcome)),
                    test_to=request.to,
                )

            self._run(dialog, request.profile_ids, work)

        dialog.started.connect(start)
        dialog.open()

    def edit(self, profiles: Sequence[SmtpProfile]) -> None:
        """Asks which fields of these SMTPs are to be set, and sets them."""
        from smtp_desktop.ui.selection.edit_dialog import EditFieldsDialog

        dialog = EditFieldsDialog(self._window, profiles=profiles, theme=self.theme)

        def start(request: EditRequest) -> None:
            wanted = _among(profiles, request.profile_ids)
            service = self._services.bulk_edit

            def work(stop: Cancel, report: _Report) -> None:
                service.run(
                    wanted, request.change, stop=stop, on_end=lambda one, error: report(_end_of_edit(one, error))
                )

            self._run(dialog, request.profile_ids, work)

        dialog.started.connect(start)
        dialog.open()

    def compare(self, profiles: Sequence[SmtpProfile]) -> None:
        """Shows the fields of these SMTPs side by side."""
        from smtp_desktop.ui.selection.compare_dialog import CompareDialog

        CompareDialog(self._window, profiles=profiles).open()

    def _run(self, dialog: RunDialog, wanted: Sequence[ProfileId], work: Callable[[Cancel, _Report], None]) -> None:
        """Calls `work` on a worker with what stops it, and what shows a row."""
        stop, rows = Cancel(), Progress()
        stop_on(dialog.stopped, stop)
        rows.reported.connect(dialog.show_row)

        def again() -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                self._run(dialog, wanted, work)

        def failed(error: SmtpDesktopError) -> None:
            words = shown(error.message)
            if not self._unlocker.wants(error, again, lambda: dialog.show_problem(words)):
                dialog.show_problem(words)

        dialog.show_begun(wanted)
        self._tasks.run(dialog, lambda: work(stop, rows.reported.emit), lambda _: dialog.show_end(), failed)


def _among(profiles: Sequence[SmtpProfile], profile_ids: Sequence[ProfileId]) -> list[SmtpProfile]:
    wanted = frozenset(profile_ids)
    return [profile for profile in profiles if profile.id in wanted]


def _running(profile_id: ProfileId) -> RowEnd:
    words = QCoreApplication.translate("SelectionRuns", "Trying…")
    return RowEnd(profile_id=profile_id, state=RowState.RUNNING, words=words)


def _end_of_replacement(profile_id: ProfileId, ended: Replaced) -> RowEnd:
    states = {Replacement.WORKS: RowState.GOOD, Replacement.UNPROVEN: RowState.UNSURE}
    took = sum(step.duration_ms for step in ended.report.timeline.steps) if ended.report else None
    state = states.get(ended.outcome, RowState.BAD)
    return RowEnd(profile_id=profile_id, state=state, words=shown(ended.words), took_ms=took)


def _end_of_edit(profile_id: ProfileId, error: SmtpDesktopError | None) -> RowEnd:
    if error is None:
        words = QCoreApplication.translate("SelectionRuns", "Saved")
        return RowEnd(profile_id=profile_id, state=RowState.GOOD, words=words)
    texts = [each.message for each in error.errors] if isinstance(error, FieldErrors) else [error.message]
    return RowEnd(profile_id=profile_id, state=RowState.BAD, words=" ".join(map(shown, texts)))


def _end_of_test(profile_id: ProfileId, outcome: CheckOutcome) -> RowEnd:
    if isinstance(outcome, SmtpDesktopError):
        return RowEnd(profile_id=profile_id, state=RowState.BAD, words=shown(outcome.message))
    from smtp_desktop.services.checks.report import title_of

    failure = outcome.timeline.failure
    state = RowState.BAD if failure else RowState.UNSURE if outcome.warnings else RowState.GOOD
    took = sum(step.duration_ms for step in outcome.timeline.steps)
    words = shown(failure.message) if failure else title_of(outcome, shown)
    return RowEnd(profile_id=profile_id, state=state, words=words, took_ms=took)
