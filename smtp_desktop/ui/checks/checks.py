"""How far checks are that the admin asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import CheckEnd
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.checks.check_runs import CheckRuns
from smtp_desktop.ui.checks.under_way import UnderWay
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.widgets.message_dialog import MessageDialog
from smtp_desktop.ui.widgets.message_text import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the checks are. `untried` are those that no server was asked about; `stopped` by the admin."""

    total: int = 0
    works: int = 0
    failed: int = 0
    untried: int = 0
    stopped: bool = False

    @property
    def done(self) -> int:
        return self.works + self.failed + self.untried


_SOON_MS = 30
_TOLD = 8  # problems that one message tells


class Checks(QObject):
    """All that is asked for while checks run joins them; nothing that is being tried, or was since they began, is
    tried a second time."""

    progressed = Signal(object)
    """Carries Progress, again and again while checks run."""
    ended = Signal(object)
    """All have ended. Carries the last Progress."""

    def __init__(self, *, window: QWidget, runs: CheckRuns, under_way: UnderWay, unlocking: Unlocking) -> None:
        super().__init__(window)
        self._window = window
        self._runs = runs
        self._under_way = under_way
        self._unlocking = unlocking
        self._cancels: list[Cancel] = []
        self._joined: set[ProfileId] = set()
        self._locked: dict[ProfileId, VaultLocked] = {}
        self._problems: list[str] = []
        self._progress = Progress()
        self._running = 0
        # The results of many may come in one moment; they are told as often as anybody can see.
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._tell_progress)

    def check(self, profile_ids: Sequence[ProfileId]) -> None:
        """They are checked, all at once; their cards tell how it went."""
        wanted = [one for one in profile_ids if one not in self._joined and one not in self._under_way]
        if not wanted:
            return
        if not self._running:
            self._progress = Progress()
        self._joined.update(wanted)
        self._running += 1
        self._advance(total=len(wanted))
        self._tell_progress()
        self._cancels.append(
            self._runs.start(wanted, each=self._note, done=self._end, failed=lambda error: self._fail(error, wanted))
        )

    def cancel(self) -> None:
        """No check begins any more, and those that run end soon."""
        if self._running:
            self._progress = replace(self._progress, stopped=True)
            for cancel in self._cancels:
                cancel.request()

    def _note(self, profile_id: ProfileId, end: CheckEnd) -> None:
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
        self._running -= 1
        if self._running:
            return
        locked, self._locked = self._locked, {}
        problems, self._problems = self._problems, []
        self._cancels.clear()
        self._joined.clear()
        self._soon.stop()
        self.ended.emit(self._progress)
        if locked:
            # One question for all of them; none had a conversation yet.
            self._unlocking.wants(next(iter(locked.values())), lambda: self.check(list(locked)))
        if problems:
            self._tell(problems)

    def _advance(self, *, total: int = 0, works: int = 0, failed: int = 0, untried: int = 0) -> None:
        before = self._progress
        self._progress = replace(
            before,
            total=before.total + total,
            works=before.works + works,
            failed=before.failed + failed,
            untried=before.untried + untried,
        )
        if not self._soon.isActive():
            self._soon.start()

    def _tell_progress(self) -> None:
        self.progressed.emit(self._progress)

    def _add_problem(self, error: SmtpDesktopError) -> None:
        words = shown(error.message)
        if words not in self._problems:
            self._problems.append(words)

    def _tell(self, problems: Sequence[str]) -> None:
        lines = list(problems[:_TOLD])
        if len(problems) > _TOLD:
            lines.append(self.tr("And {n} more like these.").format(n=len(problems) - _TOLD))
        MessageDialog(self._window, title=self.tr("It could not be tried"), text="\n".join(lines)).open()
