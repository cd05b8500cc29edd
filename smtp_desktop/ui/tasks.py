"""Work on a pool, its result on the GUI thread."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.errors import SmtpDesktopError

_log = logging.getLogger(__name__)
T = TypeVar("T")
# Threads that wait for a server cost nothing: 200 of them check 200 servers in the time of one.
_WORKERS = 200


@dataclass(frozen=True, slots=True)
class _Finished:
    owner: QObject
    future: "Future[Any]"
    done: Callable[[Any], None]
    failed: Callable[[SmtpDesktopError], None]


class Tasks(QObject):
    """Runs functions away from the GUI thread and brings their results back to it."""

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="task")
        self._closed = False
        self._finished.connect(self._deliver)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[SmtpDesktopError], None],
    ) -> None:
        """`work` runs on a worker; then `done` gets its result or `failed` the error that is meant for the admin, on
        the GUI thread, unless `owner` is gone by then. Any other exception is a bug: it goes to `sys.excepthook`."""
        if self._closed:
            return
        future = self._pool.submit(work)
        future.add_done_callback(lambda ended: self._report(_Finished(owner, ended, done, failed)))

    def close(self) -> None:
        """No work starts any more and no result is delivered. Does not wait: a hanging keyring must not keep the
        program from ending."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _report(self, finished: _Finished) -> None:
        # Runs on the worker. After close() the object behind the signal may be gone.
        if not self._closed and isValid(self):
            self._finished.emit(finished)

    def _deliver(self, finished: _Finished) -> None:
        if self._closed or not isValid(finished.owner) or finished.future.cancelled():
            return
        error = finished.future.exception()
        if error is None:
            finished.done(finished.future.result())
        elif isinstance(error, SmtpDesktopError):
            _log.info("task failed: %s", type(error).__name__)
            finished.failed(error)
        else:
            raise error
