"""Rounds of checks on workers, heard of on the GUI thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import CheckEnd
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import BulkCheck, CheckOutcome
from smtp_desktop.ui.checks.round_process import RoundProcess
from smtp_desktop.ui.checks.under_way import UnderWay
from smtp_desktop.ui.runtime.tasks import Tasks

_FEW = 8  # are checked by this process: starting another takes longer
_Each = Callable[[ProfileId, CheckEnd], None]


@dataclass(frozen=True, slots=True)
class _Ended:
    """One check of a round has ended; `each` is to hear of it."""

    profile_id: ProfileId
    end: CheckEnd
    each: _Each


class CheckRuns(QObject):
    """Starts rounds. Each runs on threads of its own, so that other work of the window never waits for a server; those
    of many in a process of its own, so that its painting does not wait for them either."""

    _ended = Signal(object)

    def __init__(
        self, *, owner: QObject, rounds: BulkCheck, apart: RoundProcess | None, under_way: UnderWay, tasks: Tasks
    ) -> None:
        """Without `apart`, this process checks many as well."""
        super().__init__(owner)
        self._rounds = rounds
        self._apart = apart
        self._under_way = under_way
        self._tasks = tasks
        self._ended.connect(lambda ended: ended.each(ended.profile_id, ended.end))

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

        def on_end(profile_id: ProfileId, end: CheckEnd) -> None:
            left.discard(profile_id)
            if isValid(self):
                self._under_way.end(profile_id)
                self._ended.emit(_Ended(profile_id, end, each))

        try:
            if self._apart and len(profile_ids) > _FEW:
                self._apart.run(profile_ids, cancel=cancel, on_end=on_end)
            else:
                self._rounds.run(profile_ids, cancel=cancel, on_end=lambda one, how: on_end(one, _end_of(how)))
        finally:
            for profile_id in left if isValid(self) else ():
                self._under_way.end(profile_id)


def _end_of(outcome: CheckOutcome) -> CheckEnd:
    if isinstance(outcome, SmtpDesktopError):
        return CheckEnd(problem=outcome)
    failure = outcome.timeline.failure
    stopped = failure is not None and failure.kind is FailureKind.CANCELLED
    return CheckEnd(works=None if stopped else outcome.timeline.ok)
