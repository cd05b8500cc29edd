"""Starting the process that sends when there is something for it to do."""

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
    """Looks on a worker, never twice at once, when the courier is needed next, and has it started then."""

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
        # What came while it was ending was seen by nobody.
        courier.rested.connect(self.look)

    def on_event(self, event: Event) -> None:
        """Looks at once when this window has put something into the outbox."""
        if isinstance(event, OutboxChanged):
            self.look()

    def look(self) -> None:
        """Has the courier started now, or when it is time. To be called when the data may have changed."""
        if self._looking:
            self._look_again = True
        elif not self._courier.is_running:  # else it looks by itself
            self._looking, self._look_again = True, False
            self._tasks.run(self, self._next_work_at, self._heed, self._fail)

    def _heed(self, at: datetime | None) -> None:
        wait_s = (at - datetime.now(UTC)).total_seconds() if at else _LONGEST_WAIT_S
        if wait_s > 0:
            self._timer.start(math.ceil(min(wait_s, _LONGEST_WAIT_S) * 1000))
        else:
            # No timer: the next look is when it has ended, and where it fails it is started again without one.
            self._courier.start()
        self._looked()

    def _fail(self, error: SmtpDesktopError) -> None:
        # Whatever is asked of the data next tells what is wrong with it; here it is only tried again.
        _log.warning("can't look whether mails are to be sent: %s", error)
        self._timer.start(_AFTER_FAILURE_MS)
        self._looked()

    def _looked(self) -> None:
        self._looking = False
        if self._look_again:
            self.look()
