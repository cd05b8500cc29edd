"""Functions on a pool of threads, their results on the GUI thread."""

import logging
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from smtp_desktop.domain.errors import SmtpDesktopError

_log = logging.getLogger(__name__)
T = TypeVar("T")
# Threads that wait for a server cost nothing: 200 of them check 200 servers in the time of one.
_WORKERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A function that was handed to `run`, and who gets its result."""

    owner: QObject
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[SmtpDesktopError], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """How the function with that number ended."""

    number: int
    result: Any = None
    error: BaseException | None = None


class Progress(QObject):
    """Brings values from a worker to the GUI thread while it works: `reported.emit` may be called on any thread.

    It has no parent and is held by the work alone, which `Tasks` lets go on the GUI thread. One that went together with
    its dialog could go while a worker emits, and that ends the process.
    """

    reported = Signal(object)


class Tasks(QObject):
    """Runs functions away from the GUI thread and brings their results back to it.

    All that was handed to `run` is let go on the GUI thread, never by a worker. What a function holds may be the last
    holder of something that a signal is connected to; PySide disconnects it then and there, with a lock of Qt's in hand
    while it waits for Python's, and the GUI thread takes the two in the other order: both would wait for ever.
    """

    _some_ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A worker that computes hands Python's lock on after a millisecond, not five: each frame waits for it often.
        sys.setswitchinterval(0.001)
        self._pool = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="task")
        self._numbers = count()
        self._asked: dict[int, _Task] = {}
        self._ended: deque[_Ended] = deque()
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
        """Starts no work any more and delivers no result. Does not wait: a hanging keyring must not keep the program
        from ending."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, number: int, box: list[Callable[[], Any]]) -> None:
        # Runs on the worker, which has let go of the function, its result and its error before it says that they are
        # there. After close() the object behind the signal may be gone.
        self._ended.append(_carried_out(number, box.pop()))
        if not self._closed and isValid(self):
            self._some_ended.emit()

    def _deliver(self) -> None:
        # One for each signal: what a worker has signalled before its end is heard before it.
        if self._closed:
            return
        ended = self._ended.popleft()
        asked = self._asked.pop(ended.number)
        if isValid(asked.owner):
            _deliver_one(asked, ended)


def _carried_out(number: int, work: Callable[[], Any]) -> _Ended:
    try:
        return _Ended(number=number, result=work())
    except BaseException as error:  # noqa: BLE001 - raised on the GUI thread, unless it is ours
        return _Ended(number=number, error=error)


def _deliver_one(asked: _Task, ended: _Ended) -> None:
    if ended.error is None:
        asked.done(ended.result)
    elif isinstance(ended.error, SmtpDesktopError):
        _log.info("task failed: %s", type(ended.error).__name__)
        asked.failed(ended.error)
    else:
        raise ended.error
