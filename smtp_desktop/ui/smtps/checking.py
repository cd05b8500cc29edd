"""Tests and checks of SMTPs, and what they lead to: put together for the section."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.services.services import Services
from smtp_desktop.ui.checks.automatic_checks import AutomaticChecks
from smtp_desktop.ui.checks.bulk_check_process import BulkCheckProcess
from smtp_desktop.ui.checks.bulk_check_runner import BulkCheckRunner
from smtp_desktop.ui.checks.certificate_trust import CertificateTrust
from smtp_desktop.ui.checks.check_strip import CheckStrip
from smtp_desktop.ui.checks.requested_checks import RequestedChecks
from smtp_desktop.ui.checks.running_tests import RunningTests
from smtp_desktop.ui.checks.settings_search import SettingsSearch
from smtp_desktop.ui.checks.state_watch import StateWatch
from smtp_desktop.ui.checks.test_runs import TestRuns
from smtp_desktop.ui.runtime.notifications import Notifier
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.theme.theme import Theme


class SmtpChecking(QObject):
    """What runs tests and checks: asked for by the user, or by itself now and then."""

    smtp_asked = Signal(object)
    """A notification of this SMTP was clicked: its ProfileId."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        page: SmtpPage,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        theme: Theme,
        notifier: Notifier,
        choices: CheckChoices,
        bulk_check_process: BulkCheckProcess | None,
    ) -> None:
        super().__init__(window)
        self._page = page
        self._running = RunningTests(self)
        self.search = SettingsSearch(parent=window, finder=services.finder, tasks=tasks, unlocker=unlocker, theme=theme)
        self.trust = CertificateTrust(window=window, services=services, tasks=tasks)
        self.test_runs = TestRuns(
            window=window,
            tester=services.tester,
            search=self.search,
            trust=self.trust,
            running=self._running,
            tasks=tasks,
            unlocker=unlocker,
            theme=theme,
        )
        runner = BulkCheckRunner(
            owner=self,
            bulk_check=services.bulk_check,
            process=bulk_check_process,
            running=self._running,
            tasks=tasks,
        )
        if bulk_check_process:
            unlocker.opened.connect(bulk_check_process.learn)
        self.checks = RequestedChecks(window=window, runner=runner, running=self._running, unlocker=unlocker)
        self.states = StateWatch(
            owner=self,
            cards=page.cards,
            notifier=notifier,
            show_smtp=self.smtp_asked.emit,
            wanted=lambda: self.automatic.choices.notify,
        )
        self.automatic = AutomaticChecks(
            owner=self,
            cards=page.cards,
            runner=runner,
            running=self._running,
            states=self.states,
            unlocker=unlocker,
            choices=choices,
            now=lambda: datetime.now(UTC),
        )
        self._connect()

    def _connect(self) -> None:
        cards = self._page.cards
        self._running.changed.connect(lambda one: cards.set_busy(one, one in self._running))
        self.automatic.paused_changed.connect(cards.set_paused)
        strip = CheckStrip()
        strip.failing_asked.connect(self._page.show_failing)
        strip.cancel_asked.connect(self.checks.cancel)
        self.checks.progressed.connect(strip.show_progress)
        self.checks.ended.connect(strip.show_end)
        self._page.insert_below_title(strip)

    def set_theme(self, theme: Theme) -> None:
        """Applies `theme` to dialogs that are opened later."""
        self.test_runs.theme = self.search.theme = theme
