"""Waiting that a deadline and a cancel cut short."""

import selectors
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError, out_of_patience

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE


class Deadline:
    """The one place where a conversation waits. Used from one thread; only `ring` is safe from every thread."""

    def __init__(self, cancel: Cancel, *, deadline_s: float) -> None:
        self._cancel = cancel
        self._deadline_s = deadline_s
        self._started = time.monotonic()
        self._alarm, self._bell = socket.socketpair()
        self._alarm.setblocking(False)
        self._bell.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._alarm, READ)
        self._interests: dict[socket.socket, int] = {}
        cancel.wakes(self.ring)

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cancel.wakes(None)
        self._selector.close()
        self._alarm.close()
        self._bell.close()

    @property
    def now_s(self) -> float:
        """Seconds since the conversation began."""
        return time.monotonic() - self._started

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; none of them after it."""
        return max(0.0, self._deadline_s - self.now_s)

    def ring(self) -> None:
        """Ends the present wait, or the next one."""
        # OSError: the bell is full, which wakes as well, or the conversation is over.
        with suppress(OSError):
            self._bell.send(b"!")

    def check(self) -> None:
        """Raises SessionError if the work was cancelled or the deadline is over."""
        if self._cancel.requested:
            raise SessionError(FailureKind.CANCELLED, msg("It was cancelled."))
        if self.now_s >= self._deadline_s:
            raise out_of_patience(self._deadline_s)

    def pause(self, seconds: float) -> None:
        """So much time has passed. Raises SessionError as `check` does."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self.wait({}, until_s=until_s)

    def wait(self, interests: Mapping[socket.socket, int], *, until_s: float) -> dict[socket.socket, int]:
        """Returns which sockets are ready, and for what; none of them at `until_s` or when someone rang.

        Raises SessionError as `check` does.
        """
        self.check()
        if interests != self._interests:
            self._attend_to(interests)
        selected = self._selector.select(max(0.0, min(until_s, self._deadline_s) - self.now_s))
        ready = {key.data: events for key, events in selected if key.data is not None}
        if len(ready) < len(selected):
            with suppress(BlockingIOError):
                self._alarm.recv(64)
        self.check()
        return ready

    def _attend_to(self, interests: Mapping[socket.socket, int]) -> None:
        # Mostly one waits for the same as before: then the operating system need not be told anew.
        for sock in self._interests.keys() - interests.keys():
            self._selector.unregister(sock)  # it may be closed by now, and another one have its number
        for sock, events in interests.items():
            if sock not in self._interests:
                self._selector.register(sock, events, sock)
            elif events != self._interests[sock]:
                self._selector.modify(sock, events, sock)
        self._interests = dict(interests)
