"""Tests and checks from the window: the dialog, the work behind it, and the cards meanwhile."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import TestKind
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.errors import FieldErrors, SmtpDesktopError
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.checks.tester import Report, Tester
from smtp_desktop.ui.checks.certificate_trust import Trusting
from smtp_desktop.ui.checks.settings_finding import SettingsFinding, Tried
from smtp_desktop.ui.checks.under_way import UnderWay
from smtp_desktop.ui.runtime.stopping import stop_on
from smtp_desktop.ui.runtime.tasks import Progress, Tasks
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from smtp_desktop.ui.checks.trial_dialog import TrialDialog

_Work = Callable[[str, Cancel, Callable[[Step], None]], Report]


class Trials(QObject):
    """Runs tests and checks on workers. Any number may run at once, each in a dialog of its own."""

    edit_asked = Signal(object)
    """The admin wants to edit the SMTP that was tried: its ProfileId."""

    def __init__(
        self,
        *,
        window: QWidget,
        tester: Tester,
        trusting: Trusting,
        finding: SettingsFinding,
        under_way: UnderWay,
        tasks: Tasks,
        unlocking: Unlocking,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._finding = finding
        self._under_way = under_way
        self._window = window
        self._tester = tester
        self._trusting = trusting
        self._tasks = tasks
        self._unlocking = unlocking
        self.theme = theme

    def test(self, profile: SmtpProfile) -> None:
        """A stored SMTP is tested, once the recipient is entered."""

        def work(to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            return self._tester.test(profile.id, to=to, cancel=cancel, on_step=on_step)

        self._open_on_stored(profile, TestKind.TEST, work)

    def test_draft(self, draft: ProfileDraft, stored: SmtpProfile | None, *, changed: bool) -> None:
        """A form's content is tested, once the recipient is entered."""
        profile_id = stored.id if stored else None

        def work(to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            return self._tester.test_draft(named, profile_id=profile_id, to=to, cancel=cancel, on_step=on_step)

        # A form that has no name yet can be tested too.
        named = replace(draft, name=draft.name.strip() or "New_SMTP")
        profile = profile_from_draft(named, profile_id=profile_id or ProfileId(""), stored=stored)
        tried = Tried(profile_id=profile_id, draft=draft)
        self._open(replace(profile, name=draft.name.strip()), TestKind.TEST, work, tried, unsaved=changed)

    def check(self, profile: SmtpProfile) -> None:
        """A stored SMTP is checked at once."""

        def work(_: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            return self._tester.check(profile.id, cancel=cancel, on_step=on_step)

        self._open_on_stored(profile, TestKind.CHECK, work).start_now()

    def _open_on_stored(self, profile: SmtpProfile, trial: TestKind, work: _Work) -> TrialDialog:
        def work_and_say_so(to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            try:
                return work(to, cancel, on_step)
            finally:
                self._under_way.end(profile.id)

        dialog = self._open(profile, trial, work_and_say_so, _stored(profile), unsaved=False)
        dialog.started.connect(lambda _: self._under_way.begin(profile.id))
        return dialog

    def _open(self, profile: SmtpProfile, trial: TestKind, work: _Work, tried: Tried, *, unsaved: bool) -> TrialDialog:
        from smtp_desktop.ui.checks.trial_dialog import TrialDialog

        dialog = TrialDialog(self._window, profile=profile, trial=trial, unsaved=unsaved, theme=self.theme)
        dialog.started.connect(lambda to: self._start(dialog, work, tried, to))
        dialog.edit_asked.connect(lambda: self.edit_asked.emit(profile.id))
        dialog.show()
        return dialog

    def _start(self, dialog: TrialDialog, work: _Work, tried: Tried, to: str) -> None:
        cancel = Cancel()
        steps = Progress()
        steps.reported.connect(dialog.show_step)
        stop_on(dialog.stopped, cancel)

        def again() -> None:
            # The dialog is not modal: it may have been closed while the master password was asked for.
            if isValid(dialog):
                dialog.start_now()

        def done(report: Report) -> None:
            dialog.show_report(report)
            self._trusting.offer(dialog, report)
            self._finding.offer(dialog, tried, report.timeline.failure)

        def failed(error: SmtpDesktopError) -> None:
            self._unlocking.wants(error, again)
            of_recipient = isinstance(error, FieldErrors) and any(e.field == "to" for e in error.errors)
            dialog.show_problem(error.message, of_recipient=of_recipient)

        self._tasks.run(dialog, lambda: work(to, cancel, steps.reported.emit), done, failed)


def _stored(profile: SmtpProfile) -> Tried:
    return Tried(profile_id=profile.id, draft=draft_of(profile))
