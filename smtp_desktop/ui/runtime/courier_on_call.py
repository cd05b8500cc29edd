"""The schedule that starts the courier when mail is due."""

import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, OutboxChanged
from smtp_desktop.ui.runtime.courier_process import CourierProcess
from smtp_desktop.ui.runtime.tasks import Tasks

_LONGEST_WAIT_S = 60.0  # the clock may be set, and the computer may sleep
_AFTER_FAILURE_MS = 10_000
_log = logging.getLogger(__name__)


class CourierOnCall(QObject):
    """Asks the store on a worker, never twice at once, when mail is due next, and starts the courier then."""

    def __init__(
        self,
        *,
        owner: QObject,
        courier: CourierProcess,
        next_work_at: Callable[[], datetime | None],
        tasks: Tasks,
    ) -> None:
        """`next_work_at` may block."""
        super().__init__(owner)
        self._courier = courier
        self._next_work_at = next_work_at
        self._tasks = tasks
        self._looking = self._look_again = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        # The courier does not see what arrives while it exits.
        courier.rested.connect(self.look)

    def on_event(self, event: Event) -> None:
        """Looks at once when this window changed the outbox."""
        if isinstance(event, OutboxChanged):
            self.look()

    def look(self) -> None:
        """Starts the courier now, or when mail is due. To be called whenever the data may have changed."""
        if self._looking:
            self._look_again = True
        elif not self._courier.is_running:  # else it polls the outbox itself
            self._looking, self._look_again = True, False
            self._tasks.run(self, self._next_work_at, self._heed, self._fail)

    def _heed(self, at: datetime | None) -> None:
        wait_s = (at - datetime.now(UTC)).total_seconds() if at else _LONGEST_WAIT_S
        if wait_s > 0:
            self._timer.start(math.ceil(min(wait_s, _LONGEST_WAIT_S) * 1000))
        else:
            # No timer: the next look is when the courier rests, and it restarts by itself after a failure.
            self._courier.start()
        self._looked()

    def _fail(self, error: SmtpDesktopError) -> None:
        # Not shown: whatever reads the data next reports the error. This only tries again.
        _log.warning("can't look whether messages are due: %s", error)
        self._timer.start(_AFTER_FAILURE_MS)
        self._looked()

    def _looked(self) -> None:
        self._looking = False
        if self._look_again:
            self.look()
