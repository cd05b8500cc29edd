"""Checks that run by themselves, on the schedule that the user chose."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from itertools import islice

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked
from smtp_desktop.domain.events import Event, ProfileSaved, ResultRecorded
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.schedule import Schedule
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.bulk_check_process import CheckEnd
from smtp_desktop.ui.checks.bulk_check_runner import BulkCheckRunner
from smtp_desktop.ui.checks.running_tests import RunningTests
from smtp_desktop.ui.checks.state_watch import StateWatch
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.widgets.message_text import shown

_LOOK_EVERY_MS = 15_000
_SOME = 500  # SMTPs that are compared at a time: some milliseconds
_NAMED = 5  # paused SMTPs that the status names
_log = logging.getLogger(__name__)


class AutomaticChecks(QObject):
    """Looks every few seconds which checks are due, and runs one bulk check at a time. Never asks for a password."""

    paused_changed = Signal(object)
    """Carries the ProfileIds, a frozenset, of the SMTPs that are not checked because their sign-in was refused."""

    def __init__(
        self,
        *,
        owner: QObject,
        cards: SmtpCards,
        runner: BulkCheckRunner,
        running: RunningTests,
        states: StateWatch,
        unlocker: VaultUnlocker,
        choices: CheckChoices,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(owner)
        self._cards = cards
        self._runner = runner
        self._running_tests = running
        self._states = states
        self._now = now
        self._schedule = Schedule(choices, now())
        self._running: frozenset[ProfileId] = frozenset()
        self._cancel: Cancel | None = None
        self._known: dict[ProfileId, tuple[SmtpProfile, CheckResult | None]] = {}
        self._locked: set[ProfileId] = set()
        self._problem = ""
        self._refused: set[ProfileId] = set()
        self._paused: frozenset[ProfileId] = frozenset()
        self._changed: set[ProfileId] = set()
        self._uncompared: set[ProfileId] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        unlocker.opened.connect(self._on_unlocked)

    def start(self) -> None:
        """Starts looking, once all SMTPs are loaded."""
        self._timer.start()

    def stop(self) -> None:
        """Stops looking, and cancels the checks that run."""
        self._timer.stop()
        if self._cancel:
            self._cancel.request()

    @property
    def choices(self) -> CheckChoices:
        """The user's choices."""
        return self._schedule.choices

    def choose(self, choices: CheckChoices) -> None:
        """Follows these choices from now on."""
        self._schedule.choices = choices
        self._refresh_paused()

    @property
    def status(self) -> str:
        """Why some SMTPs, or all, are not checked for now; empty where nothing is wrong."""
        if self.choices.every is None:
            return ""
        if self._locked:
            return self.tr("Waiting for the master password. SMTPs that need it are not checked until you enter it.")
        if self._paused:
            names = [profile.name for profile in self._cards.profiles if profile.id in self._paused]
            more = "…" if len(names) > _NAMED else ""
            shown_names = ", ".join(names[:_NAMED]) + more
            return self.tr("Paused because the sign-in was refused: {names}.").format(names=shown_names)
        return self._problem

    def look(self) -> None:
        """Starts the checks that are due."""
        # One bulk check at a time. The schedule is asked meanwhile too, or it would think that the computer slept.
        latest = {} if self._running else self._cards.latest()
        held = self._cards.held | self._locked
        left_out = {one for one in latest if one in held or one in self._running_tests}
        due = self._schedule.due(self._now(), latest, left_out=left_out)
        if not due:
            return
        self._running, self._problem = frozenset(due), ""
        self._cancel = self._runner.start(due, on_end=self._on_end, done=self._end, failed=self._fail)

    def on_event(self, event: Event) -> None:
        """Notifies of a result that this object did not ask for, and checks an SMTP again whose sign-in was changed."""
        match event:
            case ResultRecorded(result=result):
                self._states.note(result, by_hand=result.profile_id not in self._running)
                profile = self._cards.profile(result.profile_id)
                if profile:
                    self._learn(profile, result)
                    self._refresh_paused()
            case ProfileSaved(profile=profile):
                self._learn(profile, self._cards.latest_of(profile.id))
                self._refresh_paused()
            case _:
                pass

    def on_reloaded(self, changed: Collection[ProfileId]) -> None:
        """Compares these SMTPs, which another process checked or changed, with what was known of them. The cards show
        them already."""
        self._changed.update(changed)
        self._compare_some()

    def _compare_some(self) -> None:
        # Some at a time: after the start of the program it may be a hundred thousand.
        some = set(islice(self._changed, _SOME))
        self._changed -= some
        for profile in filter(None, map(self._cards.profile, some)):
            self._learn(profile, self._cards.latest_of(profile.id))
        self._refresh_paused()
        news = self._uncompared | some
        self._uncompared = {one for one in news if one in self._running_tests or one in self._running}
        self._states.compare(news - self._uncompared)
        if self._changed:
            QTimer.singleShot(0, self, self._compare_some)
        elif not self._running:  # else one notification is for these and for what the checks find
            self._states.notify()

    def _on_end(self, profile_id: ProfileId, end: CheckEnd) -> None:
        if isinstance(end.problem, VaultLocked):
            self._locked.add(profile_id)
        elif end.problem:
            self._problem = shown(end.problem.message)

    def _fail(self, error: SmtpDesktopError) -> None:
        if isinstance(error, VaultLocked):
            # Those that need no secret are checked the next time, without the others.
            self._locked |= {p.id for p in self._cards.profiles if p.needed_secrets}
            self._schedule.not_checked(self._running)
        else:
            _log.info("no automatic check: %s", type(error).__name__)
            self._problem = shown(error.message)
        self._end()

    def _end(self) -> None:
        self._running, self._cancel = frozenset(), None
        self._states.notify()

    def _on_unlocked(self) -> None:
        self._schedule.not_checked(self._locked)
        self._locked.clear()

    def _learn(self, profile: SmtpProfile, latest: CheckResult | None) -> None:
        before, result = self._known.get(profile.id, (profile, None))
        if (before.server, before.secret_refs) != (profile.server, profile.secret_refs):
            self._schedule.forgive(profile.id, result)
        self._known[profile.id] = (profile, latest)
        self._refused.discard(profile.id)
        if self._schedule.is_paused(profile.id, latest):
            self._refused.add(profile.id)

    def _refresh_paused(self) -> None:
        known = (one for one in self._refused if self._cards.profile(one))
        paused = frozenset(known if self.choices.every else ())
        if paused != self._paused:
            self._paused = paused
            self.paused_changed.emit(paused)
