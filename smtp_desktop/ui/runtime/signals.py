"""The ends of the program that nobody can be asked about: SIGINT (Ctrl+C), SIGTERM, and the end of the session."""

import os
import signal
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

_FORCED_AFTER_S = 4.0  # whoever ends a session or a service waits for some seconds, and kills then


class EndSignals(QObject):
    """Hears of SIGINT, SIGTERM and the end of the session (a log-out). What has not ended four seconds later is ended
    by force: something may hold the window, such as a huge mail, a keyring or a database that is in use.

    A thread waits for signals: Python runs handlers on the main thread and only between instructions of its own, of
    which Qt's loop runs none.
    """

    asked = Signal()
    """The program has to end, without a question."""

    def __init__(self, app: QGuiApplication, *, force: Callable[[], object] = lambda: os._exit(0)) -> None:
        """`force` ends the process at once, on any thread."""
        super().__init__(app)
        self._force = force
        # As soon as the session asks for unsaved data: afterwards it may kill at any moment.
        app.commitDataRequest.connect(self._end)
        if sys.platform == "win32":
            return  # has no such signals; closing the console ends the process
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _do_nothing)
        threading.Thread(target=self._wait, name="signals", daemon=True).start()

    def _wait(self) -> None:
        if os.read(self._reader, 1):
            self._end()

    def _end(self) -> None:
        # On the thread that waits for signals, or the GUI thread.
        timer = threading.Timer(_FORCED_AFTER_S, self._force)
        timer.daemon = True
        timer.start()
        self.asked.emit()


def _do_nothing(_number: int, _frame: object) -> None:
    """Keeps the signal from ending the process: the pipe has its number."""
