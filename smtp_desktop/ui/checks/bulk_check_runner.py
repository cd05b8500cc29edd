"""Bulk checks of the window: run on threads or in a process of their own, reported on the GUI thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import BulkCheck, CheckOutcome
from smtp_desktop.ui.checks.bulk_check_process import BulkCheckProcess, CheckEnd
from smtp_desktop.ui.checks.running_tests import RunningTests
from smtp_desktop.ui.runtime.tasks import Tasks

_FEW = 8  # SMTPs that this process checks itself: starting another one takes longer
_OnEnd = Callable[[ProfileId, CheckEnd], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """A check of a bulk check has ended; `on_end` is to be called with it on the GUI thread."""

    profile_id: ProfileId
    end: CheckEnd
    on_end: _OnEnd


class BulkCheckRunner(QObject):
    """Starts bulk checks. Each runs on threads of its own, so that other work of the window never waits for a server;
    one of many SMTPs runs in a process of its own, so that painting does not wait for it either."""

    _ended = Signal(object)

    def __init__(
        self,
        *,
        owner: QObject,
        bulk_check: BulkCheck,
        process: BulkCheckProcess | None,
        running: RunningTests,
        tasks: Tasks,
    ) -> None:
        """Without `process`, this process checks many SMTPs as well."""
        super().__init__(owner)
        self._bulk_check = bulk_check
        self._process = process
        self._running = running
        self._tasks = tasks
        self._ended.connect(lambda ended: ended.on_end(ended.profile_id, ended.end))

    def start(
        self,
        profile_ids: Sequence[ProfileId],
        *,
        on_end: _OnEnd,
        done: Callable[[], None],
        failed: Callable[[SmtpDesktopError], None],
    ) -> Cancel:
        """Starts checking these SMTPs, which count as running until each has ended. Returns what cancels all of them.

        On the GUI thread, `on_end` is called with each as it ends; then `done` is called, or `failed` with the reason
        why none could be checked.
        """
        cancel = Cancel()
        for profile_id in profile_ids:
            self._running.begin(profile_id)
        self._tasks.run(self, lambda: self._work(profile_ids, cancel, on_end), lambda _: done(), failed)
        return cancel

    def _work(self, profile_ids: Sequence[ProfileId], cancel: Cancel, on_end: _OnEnd) -> None:
        left = set(profile_ids)

        def end(profile_id: ProfileId, how: CheckEnd) -> None:
            left.discard(profile_id)
            if isValid(self):
                self._running.end(profile_id)
                self._ended.emit(_Ended(profile_id=profile_id, end=how, on_end=on_end))

        try:
            if self._process and len(profile_ids) > _FEW:
                self._process.run(profile_ids, cancel=cancel, on_end=end)
            else:
                self._bulk_check.run(profile_ids, cancel=cancel, on_end=lambda one, how: end(one, _end_of(how)))
        finally:
            for profile_id in left if isValid(self) else ():
                self._running.end(profile_id)


def _end_of(outcome: CheckOutcome) -> CheckEnd:
    if isinstance(outcome, SmtpDesktopError):
        return CheckEnd(problem=outcome)
    failure = outcome.timeline.failure
    stopped = failure is not None and failure.kind is FailureKind.CANCELLED
    return CheckEnd(works=None if stopped else outcome.timeline.ok)
