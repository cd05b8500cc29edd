"""The handlers of the signals that end the program: SIGINT (Ctrl+C) and SIGTERM."""

import os
import signal
import sys
from types import FrameType

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, QTimer


class EndSignals(QObject):
    """Quits Qt's event loop on SIGINT and SIGTERM.

    Python runs signal handlers only between instructions of its own, of which Qt's loop runs none: a byte in a pipe
    wakes it.
    """

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._app = app
        if sys.platform == "win32":
            return  # a pipe can't wake Qt there; closing the console ends the process
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        self._notifier = QSocketNotifier(self._reader, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(lambda: os.read(self._reader, 64))
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        # Not at once: quit() does nothing before the event loop runs.
        QTimer.singleShot(0, self._app.quit)
