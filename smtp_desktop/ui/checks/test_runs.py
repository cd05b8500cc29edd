"""Tests and checks that run in a dialog each."""
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
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.draft import ProfileDraft, tests_alike
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.ui.checks.certificate_trust import CertificateTrust
from smtp_desktop.ui.checks.means import means_after
from smtp_desktop.ui.checks.recipients import Recipients
from smtp_desktop.ui.checks.running_tests import RunningTests
from smtp_desktop.ui.checks.settings_search import SettingsSearch
from smtp_desktop.ui.checks.tested_settings import (
    AskedSettings,
    EditRequest,
    FormContent,
    TestedSettings,
    named,
    of_form,
    of_stored,
)
from smtp_desktop.ui.runtime.tasks import Progress, Tasks, stop_on
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from smtp_desktop.ui.checks.test_dialog import TestDialog

_Key = tuple[ProfileId | None, TestKind]


class TestRuns(QObject):
    """Runs tests and checks on workers, any number at a time, each in a dialog of its own.

    An SMTP has one dialog for its tests and one for its checks: asked for again, it comes to the front, unless the
    settings are others by now; then a new one takes its place, and what still runs in the old one is stopped. Once more
    in the same dialog takes what the form of that SMTP holds by then.
    """

    edit_asked = Signal(object)
    """The user wants to edit what was tested or checked. Carries an EditRequest."""

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
        self._dialogs: dict[_Key, tuple[TestDialog, AskedSettings]] = {}
        self._unsaved: dict[ProfileId | None, tuple[ProfileDraft, Report]] = {}
        self.theme = theme
        self.recipients = Recipients({}, lambda _key, _value: None)
        """Remembers To Email Addresses; the window puts its own here."""
        self.form_of: Callable[[ProfileId | None], FormContent | None] = lambda _: None
        """Returns what the form of that SMTP, or of a new one, holds; None where it is not open. Raises FieldErrors
        where it breaks a rule, which the form then shows."""
        self.stored: Callable[[ProfileId], SmtpProfile | None] = lambda _: None
        """Returns an SMTP as it is stored by now; None where it is gone."""
        self.offer_sign_in: Callable[[TestDialog, TestedSettings, Report], None] = lambda *_: None
        """Offers in a dialog to sign in anew, or otherwise, where that may help."""

    def test(self, profile: SmtpProfile) -> None:
        """Opens a dialog that tests a stored SMTP once the recipient is entered."""
        self._open(of_stored(profile), TestKind.TEST)

    def test_form(self, form: FormContent) -> None:
        """Opens a dialog that tests what a form holds once the recipient is entered."""
        self._open(of_form(form), TestKind.TEST)

    def test_as_is(self, content: FormContent) -> None:
        """Opens a dialog that tests these settings, whatever a form holds, once the recipient is entered."""
        self._open(replace(of_form(content), as_is=True), TestKind.TEST)

    def check(self, profile: SmtpProfile) -> None:
        """Opens a dialog that checks a stored SMTP at once."""
        dialog = self._open(of_stored(profile), TestKind.CHECK)
        if dialog:
            dialog.start_now()

    def repeat(self, profile_id: ProfileId | None) -> None:
        """Repeats what was tried last in an open dialog of that SMTP, with what its form holds now; without one, checks
        that."""
        open_ones = [self._dialogs[key][0] for key in self._dialogs if key[0] == profile_id]
        if open_ones:
            open_ones[-1].start_again()
            return
        form = self.form_of(profile_id)
        dialog = self._open(of_form(form), TestKind.CHECK) if form else None
        if dialog:
            dialog.start_now()

    def close(self, profile_id: ProfileId | None) -> None:
        """Closes the dialogs of that SMTP: its form is wanted next."""
        for dialog in [dialog for key, (dialog, _) in self._dialogs.items() if key[0] == profile_id]:
            dialog.close()

    def take_saved(self, before: ProfileId | None, saved_id: ProfileId, draft: ProfileDraft) -> None:
        """Records the test of the form that was saved as that SMTP, if what was saved is what was tested; its dialogs
        are those of the SMTP from now on. `before` is None for one that was created."""
        for key in [key for key in self._dialogs if before is None and key[0] is None]:
            dialog, asked = self._dialogs.pop(key)
            tested = replace(asked.tested, profile_id=saved_id)
            self._dialogs[saved_id, key[1]] = (dialog, replace(asked, tested=tested))
        tested_draft, report = self._unsaved.pop(before, (None, None))
        if tested_draft is None or report is None:
            return
        if tested_draft.typed_secrets == draft.typed_secrets and tests_alike(tested_draft, draft):
            self._tasks.run(
                self,
                lambda: self._tester.record_saved(report, tested_draft, saved_id),
                lambda _: None,
                lambda _: None,  # it is tested again sooner or later
            )

    def _open(self, asked: AskedSettings, kind: TestKind) -> TestDialog | None:
        """Returns the dialog; None where one for the same settings was open already."""
        key = (asked.tested.profile_id, kind)
        if key in self._dialogs:
            before, asked_before = self._dialogs[key]
            if asked_before == asked:
                before.bring_back()
                return None
            before.close()
        from smtp_desktop.ui.checks.test_dialog import TestDialog

        dialog = TestDialog(
            self._window,
            profile=asked.profile,
            kind=kind,
            unsaved=asked.unsaved,
            theme=self.theme,
            recipients=self.recipients.latest,
        )
        self._dialogs[key] = (dialog, asked)
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.started.connect(lambda to: self._start(dialog, to))
        dialog.edit_asked.connect(
            lambda field: self.edit_asked.emit(EditRequest(tested=self._asked_in(dialog).tested, field=field))
        )
        dialog.show()
        return dialog

    def _key_of(self, dialog: TestDialog) -> _Key | None:
        return next((key for key, (one, _) in self._dialogs.items() if one is dialog), None)

    def _asked_in(self, dialog: TestDialog) -> AskedSettings:
        return next(asked for one, asked in self._dialogs.values() if one is dialog)

    def _forget(self, dialog: TestDialog) -> None:
        key = self._key_of(dialog)
        if key:
            del self._dialogs[key]

    def _start(self, dialog: TestDialog, to: str) -> None:
        key = self._key_of(dialog)
        if key is None:
            return
        asked = self._dialogs[key][1]
        if not asked.as_is and (dialog.is_repeated or asked.from_form):
            try:
                asked = self._as_now(asked)
            except FieldErrors:
                words = msg("Some entries are not valid. Correct the marked field and try again.")
                dialog.show_problem(words)
                return
            self._dialogs[key] = (dialog, asked)
            dialog.show_target(asked.profile, unsaved=asked.unsaved)
        if to:
            self.recipients.remember(to)
        self._run(dialog, asked, key[1], to)

    def _as_now(self, asked: AskedSettings) -> AskedSettings:
        """Returns what is to be tried now: what the form holds, or what is stored. Raises FieldErrors."""
        profile_id = asked.tested.profile_id
        form = self.form_of(profile_id)
        if form:
            return of_form(form)
        stored = self.stored(profile_id) if profile_id else None
        return of_stored(stored) if stored else asked

    def _run(self, dialog: TestDialog, asked: AskedSettings, kind: TestKind, to: str) -> None:
        cancel = Cancel()
        steps = Progress()
        steps.reported.connect(dialog.show_step)
        stop_on(dialog.stopped, cancel)
        counted = None if asked.from_form else asked.tested.profile_id
        if counted:
            self._running.begin(counted)

        def work() -> Report:
            try:
                return self._converse(asked, kind, to, cancel, steps.reported.emit)
            finally:
                if counted:
                    self._running.end(counted)

        def again() -> None:
            # The dialog is not modal: it may have been closed while the master password was asked for.
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                dialog.start_now()

        def given_up(error: SmtpDesktopError) -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.activateWindow()
                dialog.show_problem(error.message)

        def failed(error: SmtpDesktopError) -> None:
            if self._unlocker.wants(error, again, lambda: given_up(error)):
                dialog.show_locked()
                return
            of_recipient = isinstance(error, FieldErrors) and any(e.field == "to" for e in error.errors)
            dialog.show_problem(error.message, of_recipient=of_recipient)

        self._tasks.run(dialog, work, lambda report: self._show(dialog, asked.tested, report), failed)

    def _show(self, dialog: TestDialog, tested: TestedSettings, report: Report) -> None:
        if report.result and not report.stored:
            self._unsaved[tested.profile_id] = (tested.draft, report)
        dialog.show_report(report, means_after(tested.draft, report.timeline.failure, report.diagnosis))
        self._trust.offer(dialog, report)
        self._search.offer(dialog, tested, report)
        self.offer_sign_in(dialog, tested, report)

    def _converse(
        self, asked: AskedSettings, kind: TestKind, to: str, cancel: Cancel, on_step: Callable[[Step], None]
    ) -> Report:
        # On a worker.
        profile_id, is_test = asked.tested.profile_id, kind is TestKind.TEST
        if asked.from_form:
            draft = named(asked.tested.draft)
            if is_test:
                return self._tester.test_draft(draft, profile_id=profile_id, to=to, cancel=cancel, on_step=on_step)
            return self._tester.check_draft(draft, profile_id=profile_id, cancel=cancel, on_step=on_step)
        if is_test:
            return self._tester.test(asked.profile.id, to=to, cancel=cancel, on_step=on_step)
        return self._tester.check(asked.profile.id, cancel=cancel, on_step=on_step)
