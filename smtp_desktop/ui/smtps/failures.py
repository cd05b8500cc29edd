"""The failures of an SMTP's latest test or check, for its panel, with ways to mend them."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, ProfileSaved, ResultRecorded
from smtp_desktop.domain.smtp.completeness import missing_fields
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.last_failure import LastFailure, LastFailures
from smtp_desktop.ui.checks.certificate_trust import CertificateTrust
from smtp_desktop.ui.checks.settings_search import SettingsSearch
from smtp_desktop.ui.checks.tested_settings import TestedSettings
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.history import History
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class Failures(QObject):
    """Reads on a worker what the open SMTP fails with, and shows it at the top of the panel."""

    def __init__(
        self,
        *,
        window: QWidget,
        panel: Lazy[SmtpPanel],
        last_failures: LastFailures,
        history: History,
        trust: CertificateTrust,
        search: SettingsSearch,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._panel, self._last_failures = window, panel, last_failures
        self._history, self._trust, self._search, self._tasks = history, trust, search, tasks
        self._profile: SmtpProfile | None = None
        self._shown: LastFailure | None = None
        self._asked = 0
        panel.apply("failures", self._connect_panel)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.stored_changed.connect(self._turn_to)
        box = panel.why_box
        box.edit_asked.connect(panel.focus_field)
        box.test_asked.connect(panel.test)
        box.find_asked.connect(self._find)
        box.trust_asked.connect(self._ask_to_trust)
        box.detail_asked.connect(self._show_detail)
        box.page_asked.connect(lambda page: QDesktopServices.openUrl(QUrl(page)))

    def on_event(self, event: Event) -> None:
        """Reads anew what concerns the open SMTP."""
        match event:
            case ProfileSaved(profile=profile):
                self.refresh(profile)
            case ResultRecorded(result=result) if self._is_of(result.profile_id):
                self.reload()
            case _:
                pass

    def refresh(self, profile: SmtpProfile) -> None:
        """Reads anew what the SMTP in the panel fails with, as it is stored by now."""
        if self._is_of(profile.id):
            self._profile = profile
            self.reload()

    @property
    def open_id(self) -> ProfileId | None:
        """The SMTP in the panel; None while one is created."""
        return self._profile.id if self._profile else None

    def reload(self) -> None:
        """Reads what the SMTP in the panel fails with, on a worker."""
        profile = self._profile
        if profile is None:
            return
        self._asked += 1
        number = self._asked

        def show(failure: LastFailure | None) -> None:
            if number == self._asked:
                self._show(failure, profile)

        def fail(_: SmtpDesktopError) -> None:
            show(None)  # the history below says why it can't be read

        self._tasks.run(self, lambda: self._last_failures.of(profile), show, fail)

    def _is_of(self, profile_id: ProfileId) -> bool:
        return self._profile is not None and self._profile.id == profile_id

    def _turn_to(self, profile: SmtpProfile | None) -> None:
        if profile is None or not self._is_of(profile.id):
            self._asked += 1  # what is being read is about another one
            self._show(None, profile)
        self._profile = profile
        self.reload()

    def _show(self, failure: LastFailure | None, profile: SmtpProfile | None) -> None:
        self._shown = failure
        if profile is None or (failure is None and not missing_fields(profile)):
            self._panel().show_why(None)
            return
        from smtp_desktop.ui.smtps.boxes.why_words import incomplete_words, why_words

        if failure is None or missing_fields(profile):
            self._panel().show_why(incomplete_words(profile))
            return
        self._panel().show_why(why_words(failure, profile, datetime.now(UTC)))

    def _show_detail(self) -> None:
        if self._shown and self._profile:
            self._history.open_entry(self._shown.last.result)

    def _find(self) -> None:
        last, profile = self._shown.last if self._shown else None, self._profile
        if last and last.failure and last.diagnosis and profile:
            tested = TestedSettings(profile_id=profile.id, draft=draft_of(profile))
            self._search.open(self._window, tested, last.failure, cause=last.diagnosis.cause)

    def _ask_to_trust(self) -> None:
        failure = self._shown.last.failure if self._shown else None
        if failure and self._profile:
            self._trust.ask(self._window, self._profile, failure)
