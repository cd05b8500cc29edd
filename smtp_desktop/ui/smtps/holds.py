"""Pausing and resuming SMTPs, and what the panel says about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.test_runs import TestRuns
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_dialog import show_error

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class SmtpHolds(QObject):
    """Pauses and resumes SMTPs on a worker, and keeps what the open panel says up to date."""

    mails_asked = Signal()
    """The user wants to see the mails that wait."""

    def __init__(
        self,
        *,
        window: QWidget,
        cards: SmtpCards,
        panel: Lazy[SmtpPanel],
        outbox: Outbox,
        test_runs: TestRuns,
        tasks: Tasks,
        reload: Callable[[], None],
    ) -> None:
        """`reload` reads the holds anew."""
        super().__init__(window)
        self._window, self._cards, self._panel = window, cards, panel
        self._outbox, self._test_runs, self._tasks, self._reload = outbox, test_runs, tasks, reload
        panel.apply("holds", self._connect_panel)
        cards.holds_changed.connect(self._show)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.pause_requested.connect(lambda: self._with_open(lambda profile: self.pause([profile])))
        panel.hold_box.resume_asked.connect(lambda: self._with_open(lambda profile: self.resume([profile])))
        panel.hold_box.mails_asked.connect(self.mails_asked)
        panel.hold_box.check_asked.connect(lambda: self._with_open(self._test_runs.check))
        panel.stored_changed.connect(lambda _: self._show())
        self._show()

    def _with_open(self, act: Callable[[SmtpProfile], object]) -> None:
        profile_id = self._panel().profile_id
        profile = self._cards.profile(profile_id) if profile_id else None
        if profile:
            act(profile)

    def _show(self) -> None:
        if self._panel.is_made:
            panel = self._panel()
            panel.show_hold(self._cards.hold_on(panel.profile_id), datetime.now(UTC))

    def is_stopped(self, profile: SmtpProfile) -> bool:
        """Returns whether nothing goes out through the SMTP, so that it can be resumed."""
        held = self._cards.hold_on(profile.id)
        return held is not None and held.hold.stops

    def pause(self, profiles: Sequence[SmtpProfile]) -> None:
        """Lets nothing go out through the SMTPs until they are resumed."""

        def work() -> None:
            for profile in profiles:
                self._outbox.pause(profile.id)

        self._run(work)

    def resume(self, profiles: Sequence[SmtpProfile]) -> None:
        """Lets mails go out through the SMTPs again at once."""
        self._run(lambda: [self._outbox.resume(profile.id) for profile in profiles])

    def toggle(self, profiles: Sequence[SmtpProfile]) -> None:
        """Resumes those that are stopped, if any is; else pauses them all."""
        stopped = [profile for profile in profiles if self.is_stopped(profile)]
        if stopped:
            self.resume(stopped)
        elif profiles:
            self.pause(profiles)

    def _run(self, work: Callable[[], object]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            show_error(self._window, error)

        self._tasks.run(self, work, lambda _: self._reload(), failed)
