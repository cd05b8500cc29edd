"""The watch for changes that another process makes to the data."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.errors import SmtpDesktopError, StoreGone
from smtp_desktop.services.ports import ChangeSignal
from smtp_desktop.ui.runtime.tasks import Tasks

_EVERY_MS = 500
_AFTER_FAILURE_MS = 10_000
_log = logging.getLogger(__name__)


class ChangeWatch(QObject):
    """Polls the version of the data twice a second, on a worker; never twice at once."""

    changed = Signal()
    """Any process, this one included, changed the data since the last poll. Also emitted after the first poll."""
    gone = Signal(object)
    """The data was deleted or replaced: nothing is kept any more, and nothing is looked at. Carries the StoreGone."""

    def __init__(self, *, owner: QObject, change_signal: ChangeSignal, tasks: Tasks) -> None:
        super().__init__(owner)
        self._change_signal = change_signal
        self._tasks = tasks
        self._version: int | None = None
        self._watching = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Starts polling."""
        self._watching = True
        self._look()

    def stop(self) -> None:
        """Stops polling."""
        self._watching = False
        self._timer.stop()

    def _look(self) -> None:
        self._tasks.run(self, self._change_signal.version, self._compare, self._fail)

    def _compare(self, version: int) -> None:
        if not self._watching:
            return
        self._timer.start(_EVERY_MS)
        if version != self._version:
            self._version = version
            self.changed.emit()

    def _fail(self, error: SmtpDesktopError) -> None:
        if isinstance(error, StoreGone):
            self.stop()
            self.gone.emit(error)
            return
        # Not shown: whatever reads the data next reports the error. This only tries again.
        _log.warning("can't look for changes: %s", error)
        if self._watching:
            self._timer.start(_AFTER_FAILURE_MS)
