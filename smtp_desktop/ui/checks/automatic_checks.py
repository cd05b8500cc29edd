"""Checks that run by themselves."""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from itertools import islice

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.checks.health import CheckEnd, CheckResult
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked
from smtp_desktop.domain.events import Event, ProfileSaved, ResultRecorded
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.checks.schedule import Schedule
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.check_runs import CheckRuns
from smtp_desktop.ui.checks.state_watch import StateWatch
from smtp_desktop.ui.checks.under_way import UnderWay
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.widgets.message_text import shown

_LOOK_EVERY_MS = 15_000
_SOME = 500  # SMTPs: some milliseconds
_NAMED = 5  # paused SMTPs that the status names
_log = logging.getLogger(__name__)


class AutomaticChecks(QObject):
    """Looks every few seconds what is due, one round at a time. Never asks for a password."""

    paused_changed = Signal(object)
    """Carries the ProfileIds, a frozenset, of those that are not checked because their sign-in was refused."""

    def __init__(
        self,
        *,
        owner: QObject,
        cards: SmtpCards,
        runs: CheckRuns,
        under_way: UnderWay,
        states: StateWatch,
        unlocking: Unlocking,
        choices: CheckChoices,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(owner)
        self._cards = cards
        self._runs = runs
        self._under_way = under_way
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
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        unlocking.opened.connect(self._unlocked)

    def start(self) -> None:
        """The SMTPs are there: from now on it looks."""
        self._timer.start()

    def stop(self) -> None:
        """Nothing begins any more, and what runs ends soon."""
        self._timer.stop()
        if self._cancel:
            self._cancel.request()

    @property
    def choices(self) -> CheckChoices:
        """What the admin chose."""
        return self._schedule.choices

    def choose(self, choices: CheckChoices) -> None:
        """From now on it is done so."""
        self._schedule.choices = choices
        self._note_paused()

    @property
    def status(self) -> str:
        """Why some, or all, are not checked for now; empty where nothing is wrong."""
        if self.choices.every is None:
            return ""
        if self._locked:
            return self.tr("Waits for the master password: nothing that needs it is checked until it is entered.")
        if self._paused:
            names = [profile.name for profile in self._cards.profiles if profile.id in self._paused]
            more = "…" if len(names) > _NAMED else ""
            listed = ", ".join(names[:_NAMED]) + more
            return self.tr("Paused where the sign-in was refused: {names}.").format(names=listed)
        return self._problem

    def look(self) -> None:
        """What is due is being checked."""
        # One round at a time; the schedule is looked at all the same, or it would think that the computer slept.
        latest = {} if self._running else self._cards.latest()
        held = self._cards.held | self._locked
        left_out = {one for one in latest if one in held or one in self._under_way}
        due = self._schedule.look(self._now(), latest, left_out=left_out)
        if not due:
            return
        self._running, self._problem = frozenset(due), ""
        self._cancel = self._runs.start(due, each=self._note, done=self._end, failed=self._fail)

    def on_event(self, event: Event) -> None:
        """A result is told where it came by itself; a sign-in that was changed is tried again. The cards must have
        heard of it before."""
        match event:
            case ResultRecorded(result=result):
                self._states.note(result, by_hand=result.profile_id not in self._running)
                self._note_known([result.profile_id])
            case ProfileSaved(profile=profile):
                self._note_known([profile.id])
            case _:
                pass

    def hear_reloaded(self, changed: Collection[ProfileId]) -> None:
        """Another process may have checked, or changed an SMTP: these. The cards must have been loaded."""
        self._changed.update(changed)
        self._compare_some()

    def _compare_some(self) -> None:
        # Some at a time: after the start of the program it may be a hundred thousand.
        some = set(islice(self._changed, _SOME))
        self._changed -= some
        self._note_known(some)
        news = self._uncompared | some
        self._uncompared = {one for one in news if one in self._under_way or one in self._running}
        self._states.compare(news - self._uncompared)
        if self._changed:
            QTimer.singleShot(0, self, self._compare_some)
        elif not self._running:  # else it is told with what the round finds, in one notification
            self._states.tell()

    def _note(self, profile_id: ProfileId, end: CheckEnd) -> None:
        if isinstance(end.problem, VaultLocked):
            self._locked.add(profile_id)
        elif end.problem:
            self._problem = shown(end.problem.message)

    def _fail(self, error: SmtpDesktopError) -> None:
        if isinstance(error, VaultLocked):
            # Those that need no secret are tried again without the others.
            self._locked |= {p.id for p in self._cards.profiles if p.needed_secrets}
            self._schedule.unmark_data_started(self._running)
        else:
            _log.info("no automatic check: %s", type(error).__name__)
            self._problem = shown(error.message)
        self._end()

    def _end(self) -> None:
        self._running, self._cancel = frozenset(), None
        self._states.tell()

    def _unlocked(self) -> None:
        self._schedule.unmark_data_started(self._locked)
        self._locked.clear()

    def _note_known(self, changed: Iterable[ProfileId]) -> None:
        for profile in filter(None, map(self._cards.profile, changed)):
            latest = self._cards.latest_of(profile.id)
            before, result = self._known.get(profile.id, (profile, None))
            if (before.server, before.secret_refs) != (profile.server, profile.secret_refs):
                self._schedule.forgive(profile.id, result)
            self._known[profile.id] = (profile, latest)
            self._refused.discard(profile.id)
            if self._schedule.is_paused(profile.id, latest):
                self._refused.add(profile.id)
        self._note_paused()

    def _note_paused(self) -> None:
        known = (one for one in self._refused if self._cards.profile(one))
        paused = frozenset(known if self.choices.every else ())
        if paused != self._paused:
            self._paused = paused
            self.paused_changed.emit(paused)
