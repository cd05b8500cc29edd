"""The window's look-out for alerts that are to be sent."""

import logging
import math
from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.known_states import StateChange
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, OutboxChanged, ResultRecorded
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Tasks

_AFTER_MS = 5_000  # many changes follow each other, and are one alert
_LONGEST_WAIT_S = 60.0
_log = logging.getLogger(__name__)


class AlertWatch(QObject):
    """Looks on a worker, never twice at once, some seconds after anything has changed. Where nobody wants alerts, a
    look reads the settings and does nothing else."""

    def __init__(self, *, owner: QObject, services: Services, tasks: Tasks) -> None:
        super().__init__(owner)
        self._services, self._tasks = services, tasks
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
        def send() -> datetime | None:
            return self._services.alerts.send_due(self._cancel) if self._services.alerts_wanted() else None

        self._looking = True
        self._tasks.run(self, send, self._looked, self._fail)

    def _looked(self, due_at: datetime | None) -> None:
        self._looking = False
        if self._look_again:
            self.look_soon()
        elif due_at and not self._ended:
            wait_s = min((due_at - datetime.now(UTC)).total_seconds(), _LONGEST_WAIT_S)
            self._timer.start(max(_AFTER_MS, math.ceil(wait_s * 1000)))

    def _fail(self, error: SmtpDesktopError) -> None:
        # Not shown: whatever reads the data next reports the error.
        _log.warning("alerts wait: %s", error)
        self._looking = False
        self.look_soon()
