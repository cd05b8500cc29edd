"""The window's look-out for alerts that are to be sent."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.known_states import StateChange
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, OutboxChanged, ResultRecorded
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.notifications import Notice, Notifier
from smtp_desktop.ui.runtime.tasks import Tasks

_AFTER_MS = 5_000  # many changes follow each other, and are one alert
_LONGEST_WAIT_S = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What came of a look: when something is due next, and why alerts can't be sent, before it and after it."""

    due_at: datetime | None = None
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


class AlertWatch(QObject):
    """Looks on a worker, never twice at once, some seconds after anything has changed. Where nobody wants alerts, a
    look reads the settings and does nothing else. That alerts can't be sent is notified of on the desktop."""

    settings_asked = Signal()
    """Such a notification was clicked."""

    def __init__(self, *, owner: QObject, services: Services, tasks: Tasks, notifier: Notifier) -> None:
        super().__init__(owner)
        self._services, self._tasks, self._notifier = services, tasks, notifier
        self._problems: frozenset[str] | None = None
        self._cancel = Cancel()
        self._looking = self._look_again = self._ended = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def note(self, changes: Sequence[StateChange]) -> None:
        """Notes what automatic checks, or other processes, found."""
        failed = tuple(change.result for change in changes if not change.works)

        def note() -> None:
            if self._services.alerts_wanted():
                self._services.alerts.note_failed(failed)

        if failed:
            self._tasks.run(self, note, lambda _: self.look_soon(), self._fail)
        else:
            self.look_soon()

    def on_event(self, event: Event) -> None:
        """Looks soon after what may be news of an SMTP."""
        if isinstance(event, OutboxChanged | ResultRecorded):
            self.look_soon()

    def look_soon(self) -> None:
        """Looks after some seconds. To be called whenever the data may have changed."""
        self._look_again = self._looking
        if not self._looking and not self._ended and not (0 <= self._timer.remainingTime() <= _AFTER_MS):
            self._timer.start(_AFTER_MS)

    def end(self) -> None:
        """Looks no more; what is being sent is left to the next process that looks."""
        self._ended = True
        self._timer.stop()
        self._cancel.request()

    def _look(self) -> None:
        def send() -> _Look:
            if not self._services.alerts_wanted():
                return _Look()
            alerts = self._services.alerts
            before = frozenset(alerts.problems().values())
            due_at = alerts.send_due(self._cancel)
            return _Look(due_at=due_at, before=before, after=frozenset(alerts.problems().values()))

        self._looking = True
        self._tasks.run(self, send, self._looked, self._fail)

    def _looked(self, look: _Look) -> None:
        self._looking = False
        known, self._problems = look.before if self._problems is None else self._problems, look.after
        for words in sorted(look.after - known):
            notice = Notice(title=self.tr("Alerts can't be sent"), words=words)
            self._notifier.notify(notice, self.settings_asked.emit)
        if self._look_again:
            self.look_soon()
        elif look.due_at and not self._ended:
            wait_s = min((look.due_at - datetime.now(UTC)).total_seconds(), _LONGEST_WAIT_S)
            self._timer.start(max(_AFTER_MS, math.ceil(wait_s * 1000)))

    def _fail(self, error: SmtpDesktopError) -> None:
        # Not shown: whatever reads the data next reports the error.
        _log.warning("alerts wait: %s", error)
        self._looking = False
        if not self._ended:
            self._timer.start(math.ceil(_LONGEST_WAIT_S * 1000))
