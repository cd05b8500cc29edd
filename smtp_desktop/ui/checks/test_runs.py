"""Tests and checks that run in a dialog each, and the SMTPs that are being tested or checked."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
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
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.ui.checks.certificate_trust import CertificateTrust
from smtp_desktop.ui.checks.settings_search import SettingsSearch, TestedSettings
from smtp_desktop.ui.runtime.tasks import Progress, Tasks, stop_on
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from smtp_desktop.ui.checks.test_dialog import TestDialog

_Work = Callable[[str, Cancel, Callable[[Step], None]], Report]
_Key = tuple[ProfileId | None, TestKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The settings that a dialog tests or checks, and whether they are not stored."""

    profile: SmtpProfile
    tested: TestedSettings
    unsaved: bool


class RunningTests(QObject):
    """The SMTPs that this window is testing or checking. Lives on the GUI thread."""

    changed = Signal(object)
    """A test or check of an SMTP began or ended. Carries the ProfileId."""
    _ended = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._counts: Counter[ProfileId] = Counter()
        self._ended.connect(self._on_ended)

    def __contains__(self, profile_id: object) -> bool:
        return profile_id in self._counts

    def begin(self, profile_id: ProfileId) -> None:
        """Counts a test or check that begins. GUI thread only; `end` must follow, however it ends."""
        self._counts[profile_id] += 1
        self.changed.emit(profile_id)

    def end(self, profile_id: ProfileId) -> None:
        """Counts a test or check as ended, once the GUI thread has handled the event with its result. Any thread."""
        self._ended.emit(profile_id)

    def _on_ended(self, profile_id: ProfileId) -> None:
        self._counts[profile_id] -= 1
        if self._counts[profile_id] <= 0:
            del self._counts[profile_id]
        self.changed.emit(profile_id)


class TestRuns(QObject):
    """Runs tests and checks on workers, any number at a time, each in a dialog of its own.

    An SMTP has one dialog for its tests and one for its checks: asked for again, it comes to the front, unless the
    settings are others by now; then a new one takes its place, and what still runs in the old one is stopped.
    """

    edit_asked = Signal(object)
    """The user wants to edit the SMTP that was tested or checked. Carries its ProfileId."""

    def __init__(
        self,
        *,
        window: QWidget,
        tester: Tester,
        trust: CertificateTrust,
        search: SettingsSearch,
        running: RunningTests,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._search = search
        self._running = running
        self._window = window
        self._tester = tester
        self._trust = trust
        self._tasks = tasks
        self._unlocker = unlocker
        self._dialogs: dict[_Key, tuple[TestDialog, _Asked]] = {}
        self.theme = theme

    def test(self, profile: SmtpProfile) -> None:
        """Opens a dialog that tests a stored SMTP once the recipient is entered."""

        def work(to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            return self._tester.test(profile.id, to=to, cancel=cancel, on_step=on_step)

        self._open_on_stored(profile, TestKind.TEST, work)

    def test_draft(self, draft: ProfileDraft, stored: SmtpProfile | None, *, changed: bool) -> None:
        """Opens a dialog that tests what a form holds once the recipient is entered. `stored` is the SMTP that the form
        edits; `changed` says whether `draft` differs from it."""
        profile_id = stored.id if stored else None

        def work(to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            return self._tester.test_draft(named, profile_id=profile_id, to=to, cancel=cancel, on_step=on_step)

        # A form that has no name yet can be tested too.
        named = replace(draft, name=draft.name.strip() or "New_SMTP")
        profile = profile_from_draft(named, profile_id=profile_id or ProfileId(""), stored=stored)
        tested = TestedSettings(profile_id=profile_id, draft=draft)
        asked = _Asked(profile=replace(profile, name=draft.name.strip()), tested=tested, unsaved=changed)
        self._open(asked, TestKind.TEST, work)

    def check(self, profile: SmtpProfile) -> None:
        """Opens a dialog that checks a stored SMTP at once."""

        def work(_: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            return self._tester.check(profile.id, cancel=cancel, on_step=on_step)

        dialog = self._open_on_stored(profile, TestKind.CHECK, work)
        if dialog:
            dialog.start_now()

    def _open_on_stored(self, profile: SmtpProfile, kind: TestKind, work: _Work) -> TestDialog | None:
        def counted_work(to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
            try:
                return work(to, cancel, on_step)
            finally:
                self._running.end(profile.id)

        tested = TestedSettings(profile_id=profile.id, draft=draft_of(profile))
        dialog = self._open(_Asked(profile=profile, tested=tested, unsaved=False), kind, counted_work)
        if dialog:
            dialog.started.connect(lambda _: self._running.begin(profile.id))
        return dialog

    def _open(self, asked: _Asked, kind: TestKind, work: _Work) -> TestDialog | None:
        """Returns the dialog; None where one for the same settings was open already."""
        key = (asked.tested.profile_id, kind)
        if key in self._dialogs:
            before, asked_before = self._dialogs[key]
            if asked_before == asked:
                before.bring_back()
                return None
            before.close()
        from smtp_desktop.ui.checks.test_dialog import TestDialog

        dialog = TestDialog(self._window, profile=asked.profile, kind=kind, unsaved=asked.unsaved, theme=self.theme)
        self._dialogs[key] = (dialog, asked)
        dialog.finished.connect(lambda _: self._forget(key, dialog))
        dialog.started.connect(lambda to: self._start(dialog, work, asked.tested, to))
        dialog.edit_asked.connect(lambda: self.edit_asked.emit(asked.profile.id))
        dialog.show()
        return dialog

    def _forget(self, key: _Key, dialog: TestDialog) -> None:
        if key in self._dialogs and self._dialogs[key][0] is dialog:
            del self._dialogs[key]

    def _start(self, dialog: TestDialog, work: _Work, tested: TestedSettings, to: str) -> None:
        cancel = Cancel()
        steps = Progress()
        steps.reported.connect(dialog.show_step)
        stop_on(dialog.stopped, cancel)

        def again() -> None:
            # The dialog is not modal: it may have been closed while the master password was asked for.
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                dialog.start_now()

        def given_up(error: SmtpDesktopError) -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                dialog.show_problem(error.message)

        def done(report: Report) -> None:
            dialog.show_report(report)
            self._trust.offer(dialog, report)
            self._search.offer(dialog, tested, report)

        def failed(error: SmtpDesktopError) -> None:
            if self._unlocker.wants(error, again, lambda: given_up(error)):
                dialog.show_locked()
                return
            of_recipient = isinstance(error, FieldErrors) and any(e.field == "to" for e in error.errors)
            dialog.show_problem(error.message, of_recipient=of_recipient)

        self._tasks.run(dialog, lambda: work(to, cancel, steps.reported.emit), done, failed)
