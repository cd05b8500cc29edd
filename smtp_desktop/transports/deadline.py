"""The deadline of an operation, and the one way to wait for sockets until then."""

import selectors
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import TypeVar

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError, timed_out

T = TypeVar("T")

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE


class Waiter:
    """Waits for sockets, or until it is woken up. Used from one thread; only `wake` is safe from every thread. A
    connection keeps one for all its operations, since making one takes as long as a short mail."""

    def __init__(self) -> None:
        self._wakeup_reader, self._wakeup_writer = socket.socketpair()
        self._wakeup_reader.setblocking(False)
        self._wakeup_writer.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wakeup_reader, READ)
        self._interests: dict[socket.socket, int] = {}

    def wake(self) -> None:
        """Ends the wait under way, or else the next one."""
        # OSError: the buffer is full, which wakes as well, or the waiter is closed.
        with suppress(OSError):
            self._wakeup_writer.send(b"!")

    def wait(self, interests: Mapping[socket.socket, int], *, limit_s: float) -> dict[socket.socket, int]:
        """Waits for `interests`, READ and WRITE by socket, and returns those that are ready; none after `limit_s`, or
        after a `wake`."""
        if interests != self._interests:
            self._register(interests)
        selected = self._selector.select(max(0.0, limit_s))
        ready = {key.data: events for key, events in selected if key.data is not None}
        if len(ready) < len(selected):
            with suppress(BlockingIOError):
                self._wakeup_reader.recv(64)
        return ready

    def close(self) -> None:
        """Frees what it holds; a second call does nothing."""
        self._selector.close()
        self._wakeup_reader.close()
        self._wakeup_writer.close()

    def _register(self, interests: Mapping[socket.socket, int]) -> None:
        # Mostly the interests are the same as before: then there is no system call.
        for sock in self._interests.keys() - interests.keys():
            self._selector.unregister(sock)  # it may be closed by now, and its number another socket's
        for sock, events in interests.items():
            if sock not in self._interests:
                self._selector.register(sock, events, sock)
            elif events != self._interests[sock]:
                self._selector.modify(sock, events, sock)
        self._interests = dict(interests)


class Deadline:
    """Bounds an operation in time, and does all of its waiting, which a cancel ends at once. Used from one thread; only
    `wake` is safe from every thread."""

    def __init__(self, cancel: Cancel, *, deadline_s: float, waiter: Waiter | None = None) -> None:
        """`waiter` stays open afterwards; without one, the operation has one of its own."""
        self._cancel = cancel
        self._deadline_s = deadline_s
        self._started = time.monotonic()
        self._waiter = waiter or Waiter()
        self._closes_waiter = waiter is None
        cancel.set_waker(self.wake)

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cancel.set_waker(None)
        if self._closes_waiter:
            self._waiter.close()

    @property
    def now_s(self) -> float:
        """Seconds since the operation began."""
        return time.monotonic() - self._started

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; 0 after it."""
        return max(0.0, self._deadline_s - self.now_s)

    def wake(self) -> None:
        """Ends the wait under way, or else the next one."""
        self._waiter.wake()

    def lend_cancel(self, work: Callable[[Cancel], T]) -> T:
        """Returns what `work` returns: it does its own waiting, which the operation's cancel ends as well."""
        try:
            return work(self._cancel)
        finally:
            self._cancel.set_waker(self.wake)

    def check(self) -> None:
        """Raises SessionError if the operation was cancelled or the deadline has passed."""
        if self._cancel.requested:
            raise SessionError(FailureKind.CANCELLED, msg("Canceled."))
        if self.now_s >= self._deadline_s:
            raise timed_out(self._deadline_s)

    def pause(self, seconds: float) -> None:
        """Waits for so long. Raises SessionError as `check` does."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self.wait({}, until_s=until_s)

    def wait(self, interests: Mapping[socket.socket, int], *, until_s: float) -> dict[socket.socket, int]:
        """Waits for `interests`, READ and WRITE by socket, and returns those that are ready; none at `until_s`, which
        counts as `now_s` does, or after a `wake`.

        Raises SessionError as `check` does.
        """
        self.check()
        ready = self._waiter.wait(interests, limit_s=min(until_s, self._deadline_s) - self.now_s)
        self.check()
        return ready
