"""Functions on a pool of threads, their results on the GUI thread."""

import logging
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, SignalInstance
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError

_log = logging.getLogger(__name__)
T = TypeVar("T")
# Threads that wait for a server cost nothing: 200 of them check 200 servers in the time of one.
_WORKERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A function that was passed to `run`, and the callbacks for its result."""

    owner: QObject
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[SmtpDesktopError], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finished:
    """The result of the function with that number, or the error it raised."""

    number: int
    result: Any = None
    error: BaseException | None = None


class Progress(QObject):
    """Brings values from a worker to the GUI thread while it works: `reported.emit` may be called on any thread.

    It has no parent: only the work refers to it, and `Tasks` releases that on the GUI thread. If it were destroyed
    together with its dialog, a worker could emit it at that moment, which crashes the process.
    """

    reported = Signal(object)


class Tasks(QObject):
    """Runs functions away from the GUI thread and brings their results back to it.

    Whatever was passed to `run` is released on the GUI thread, never on a worker. A function may hold the last
    reference to an object that a signal is connected to; dropping it makes PySide disconnect at once, holding a lock
    of Qt's while it waits for the GIL. The GUI thread takes the two locks in the other order: a deadlock.
    """

    _some_ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A worker that computes releases the GIL after one millisecond, not five: every frame waits for it often.
        sys.setswitchinterval(0.001)
        self._pool = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="task")
        self._numbers = count()
        self._asked: dict[int, _Task] = {}
        self._ended: deque[_Finished] = deque()
        self._closed = False
        self._some_ended.connect(self._deliver)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[SmtpDesktopError], None],
    ) -> None:
        """Runs `work` on a worker; then `done` gets its result or `failed` its SmtpDesktopError, on the GUI thread,
        unless `owner` is gone by then. Any other exception is a bug: it goes to `sys.excepthook`."""
        if self._closed:
            return
        number = next(self._numbers)
        self._asked[number] = _Task(owner=owner, work=work, done=done, failed=failed)
        self._pool.submit(self._work, number, [work])

    def close(self) -> None:
        """Starts no more work and delivers no more results. Does not wait: a hanging keyring must not keep the program
        from exiting."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, number: int, box: list[Callable[[], Any]]) -> None:
        # Runs on the worker, which keeps no reference to the function, its result and its error once it emits the
        # signal. After close() the object behind the signal may be gone.
        self._ended.append(_carried_out(number, box.pop()))
        if not self._closed and isValid(self):
            self._some_ended.emit()

    def _deliver(self) -> None:
        # One task for each signal, so that what a worker emitted before it finished arrives before its result.
        if self._closed:
            return
        ended = self._ended.popleft()
        asked = self._asked.pop(ended.number)
        if isValid(asked.owner):
            _deliver_one(asked, ended)


def stop_on(signal: SignalInstance, cancel: Cancel) -> None:
    """Requests `cancel`, which stops the work on another thread, when `signal` is emitted.

    With `connect(cancel.request)` PySide would watch for the end of `cancel`, and disconnect on whichever thread drops
    it last: a look-up in DNS that nobody waits for any more, say. See `Tasks` for what comes of that.
    """
    signal.connect(lambda *_: cancel.request())


def _carried_out(number: int, work: Callable[[], Any]) -> _Finished:
    try:
        return _Finished(number=number, result=work())
    except BaseException as error:  # noqa: BLE001 - raised on the GUI thread, unless it is ours
        return _Finished(number=number, error=error)


def _deliver_one(asked: _Task, ended: _Finished) -> None:
    if ended.error is None:
        asked.done(ended.result)
    elif isinstance(ended.error, SmtpDesktopError):
        _log.info("task failed: %s", type(ended.error).__name__)
        asked.failed(ended.error)
    else:
        raise ended.error
