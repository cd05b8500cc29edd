"""Checks of several SMTPs that the user asked for, and how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.checks.bulk_check_process import CheckEnd
from smtp_desktop.ui.checks.bulk_check_runner import BulkCheckRunner
from smtp_desktop.ui.checks.running_tests import RunningTests
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckProgress:
    """The number of checks by their end. `untried` are those that reached no server, such as behind a locked vault;
    `stopped` says whether the user cancelled them."""

    total: int = 0
    works: int = 0
    failed: int = 0
    untried: int = 0
    stopped: bool = False

    @property
    def done(self) -> int:
        return self.works + self.failed + self.untried


_PROGRESS_EVERY_MS = 30
_LISTED = 8  # problems that one message lists


class RequestedChecks(QObject):
    """Checks that the user asked for. Those asked for while others run join them and share their progress; no SMTP that
    is being checked, or was since they began, is checked a second time."""

    progressed = Signal(object)
    """Carries CheckProgress, repeatedly while checks run."""
    ended = Signal(object)
    """All checks have ended. Carries the last CheckProgress."""

    def __init__(
        self, *, window: QWidget, runner: BulkCheckRunner, running: RunningTests, unlocker: VaultUnlocker
    ) -> None:
        super().__init__(window)
        self._window = window
        self._runner = runner
        self._running_tests = running
        self._unlocker = unlocker
        self._cancels: list[Cancel] = []
        self._joined: set[ProfileId] = set()
        self._locked: dict[ProfileId, VaultLocked] = {}
        self._problems: list[str] = []
        self._progress = CheckProgress()
        self._bulk_checks = 0
        # The results of many may come in one moment; progress is shown no more often than anybody can see.
        self._progress_timer = QTimer(self, singleShot=True)
        self._progress_timer.setInterval(_PROGRESS_EVERY_MS)
        self._progress_timer.timeout.connect(self._emit_progress)

    def check(self, profile_ids: Sequence[ProfileId]) -> None:
        """Checks these SMTPs together; their cards show how it went."""
        wanted = [one for one in profile_ids if one not in self._joined and one not in self._running_tests]
        if not wanted:
            return
        if not self._bulk_checks:
            self._progress = CheckProgress()
        self._joined.update(wanted)
        self._bulk_checks += 1
        self._advance(total=len(wanted))
        self._emit_progress()
        self._cancels.append(
            self._runner.start(
                wanted, on_end=self._count, done=self._end, failed=lambda error: self._fail(error, wanted)
            )
        )

    def cancel(self) -> None:
        """Cancels all checks: none begins any more, and those that run end soon."""
        if self._bulk_checks:
            self._progress = replace(self._progress, stopped=True)
            for cancel in self._cancels:
                cancel.request()

    def _count(self, profile_id: ProfileId, end: CheckEnd) -> None:
        if isinstance(end.problem, VaultLocked):
            self._locked[profile_id] = end.problem
            self._advance(untried=1)
        elif end.problem:
            self._add_problem(end.problem)
            self._advance(untried=1)
        elif end.works is not None:
            self._advance(works=int(end.works), failed=int(not end.works))

    def _fail(self, error: SmtpDesktopError, wanted: Sequence[ProfileId]) -> None:
        if isinstance(error, VaultLocked):
            self._locked.update(dict.fromkeys(wanted, error))
        else:
            self._add_problem(error)
        self._advance(untried=len(wanted))
        self._end()

    def _end(self) -> None:
        self._bulk_checks -= 1
        if self._bulk_checks:
            return
        locked, self._locked = self._locked, {}
        problems, self._problems = self._problems, []
        self._cancels.clear()
        self._joined.clear()
        self._progress_timer.stop()
        self.ended.emit(self._progress)
        if locked:
            # One question for all of them; none has reached its server yet.
            self._unlocker.wants(next(iter(locked.values())), lambda: self.check(list(locked)))
        if problems:
            self._show_problems(problems)

    def _advance(self, *, total: int = 0, works: int = 0, failed: int = 0, untried: int = 0) -> None:
        before = self._progress
        self._progress = replace(
            before,
            total=before.total + total,
            works=before.works + works,
            failed=before.failed + failed,
            untried=before.untried + untried,
        )
        if not self._progress_timer.isActive():
            self._progress_timer.start()

    def _emit_progress(self) -> None:
        self.progressed.emit(self._progress)

    def _add_problem(self, error: SmtpDesktopError) -> None:
        words = shown(error.message)
        if words not in self._problems:
            self._problems.append(words)

    def _show_problems(self, problems: Sequence[str]) -> None:
        lines = list(problems[:_LISTED])
        if len(problems) > _LISTED:
            lines.append(self.tr("And {n} more like these.").format(n=len(problems) - _LISTED))
        MessageDialog(self._window, title=self.tr("It couldn't be tried"), text="\n".join(lines)).open()
