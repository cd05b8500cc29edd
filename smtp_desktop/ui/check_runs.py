"""Rounds of checks on workers, heard of on the GUI thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.profile import ProfileId
from smtp_desktop.services.rounds import Outcome, Rounds
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.under_way import UnderWay

_Each = Callable[[ProfileId, Outcome], None]


@dataclass(frozen=True, slots=True)
class _Ended:
    """One check of a round has ended; `each` is to hear of it."""

    profile_id: ProfileId
    outcome: Outcome
    each: _Each


class CheckRuns(QObject):
    """Starts rounds. Each runs on threads of its own, so that other work of the window never waits for a server."""

    _ended = Signal(object)

    def __init__(self, *, owner: QObject, rounds: Rounds, under_way: UnderWay, tasks: Tasks) -> None:
        super().__init__(owner)
        self._rounds = rounds
        self._under_way = under_way
        self._tasks = tasks
        self._ended.connect(lambda ended: ended.each(ended.profile_id, ended.outcome))

    def start(
        self,
        profile_ids: Sequence[ProfileId],
        *,
        each: _Each,
        done: Callable[[], None],
        failed: Callable[[SmtpDesktopError], None],
    ) -> Cancel:
        """They are checked, and under way until then. `each` hears of every one as it ends; then `done` is called, or
        `failed` with why none could be tried. Returns what stops them all."""
        cancel = Cancel()
        for profile_id in profile_ids:
            self._under_way.begin(profile_id)
        self._tasks.run(self, lambda: self._work(profile_ids, cancel, each), lambda _: done(), failed)
        return cancel

    def _work(self, profile_ids: Sequence[ProfileId], cancel: Cancel, each: _Each) -> None:
        left = set(profile_ids)

        def on_end(profile_id: ProfileId, outcome: Outcome) -> None:
            left.discard(profile_id)
            if isValid(self):
                self._under_way.end(profile_id)
                self._ended.emit(_Ended(profile_id, outcome, each))

        try:
            self._rounds.run(profile_ids, cancel=cancel, on_end=on_end)
        finally:
            for profile_id in left if isValid(self) else ():
                self._under_way.end(profile_id)
