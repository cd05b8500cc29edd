"""Look-up of a host and connection to it, over IPv6 and IPv4 at once (RFC 8305)."""

import _thread
import errno
import os
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from math import inf
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.deadline import WRITE, Deadline
from smtp_desktop.transports.session_error import SessionError, timed_out

STAGGER_S = 0.25  # RFC 8305 5: Connection Attempt Delay

FoundAddress = list[tuple[Any, Any, int, str, tuple[Any, ...]]]
Resolve = Callable[[str, int], FoundAddress]

_IN_PROGRESS = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address of a host; `sockaddr` is as `socket.getaddrinfo` gave it."""

    family: socket.AddressFamily
    sockaddr: tuple[Any, ...]

    @property
    def ip(self) -> str:
        return str(self.sockaddr[0])

    @property
    def family_name(self) -> str:
        return "IPv6" if self.family == socket.AF_INET6 else "IPv4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An open connection; `sock` is non-blocking, and the caller's to close. Connecting took `connect_s`."""

    sock: socket.socket
    target: Target
    connect_s: float


def system_resolve(host: str, port: int) -> FoundAddress:
    """Returns the host's addresses, as the operating system looks them up. Blocks; raises OSError."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@dataclass(slots=True)
class _LookUp:
    """A look-up on its own thread: the operating system offers no way to interrupt one."""

    done: bool = False
    found: FoundAddress = field(default_factory=list)
    error: OSError | None = None

    def run(self, resolve: Resolve, host: str, port: int, wake: Callable[[], None]) -> None:
        try:
            self.found = resolve(host, port)
        except OSError as error:
            self.error = error
        self.done = True
        wake()


def look_up(host: str, port: int, *, deadline: Deadline, resolve: Resolve) -> tuple[Target, ...]:
    """Returns the addresses of `host`, which is ASCII, with IPv6 and IPv4 alternating. Raises SessionError."""
    deadline.check()
    running = _LookUp()
    # Nobody joins this thread, and Thread.start would wait until it runs: 200 look-ups may begin at the same time.
    _thread.start_new_thread(running.run, (resolve, host, port, deadline.wake))
    while not running.done:
        deadline.wait({}, until_s=inf)
    if running.error:
        raise _look_up_error(running.error, host) from running.error
    targets = interleaved(tuple(_targets(running.found)))
    if not targets:
        raise _not_found(host)
    return targets


def _targets(found: FoundAddress) -> dict[Target, None]:
    return {
        Target(family=family, sockaddr=sockaddr): None
        for family, _, _, _, sockaddr in found
        if family in {socket.AF_INET, socket.AF_INET6}
    }


def interleaved(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Returns `targets` with their families interleaved, the first one's family first (RFC 8305 4)."""
    first = [target for target in targets if target.family == targets[0].family]
    others = [target for target in targets if target.family != targets[0].family]
    return tuple(target for pair in zip_longest(first, others) for target in pair if target)


def _look_up_error(error: OSError, host: str) -> SessionError:
    if error.errno in _NO_SUCH_NAME:
        return _not_found(host)
    return SessionError(
        FailureKind.HOST_LOOKUP_FAILED,
        msg("The DNS lookup of {host} failed. Check the network and try again later.", host=host),
    )


def _not_found(host: str) -> SessionError:
    return SessionError(
        FailureKind.HOST_NOT_FOUND, msg("Host {host} not found. Check the host name for typos.", host=host)
    )


def start_connecting(target: Target) -> socket.socket:
    """Returns a non-blocking socket that is connecting to `target`. Raises OSError."""
    sock = socket.socket(target.family, socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    code = sock.connect_ex(target.sockaddr)
    if code not in _IN_PROGRESS:
        sock.close()
        raise OSError(code, os.strerror(code))
    return sock


def race(targets: tuple[Target, ...], *, deadline: Deadline, limit_s: float) -> Reached:
    """Returns the first connection that comes up; every other attempt is closed. Raises SessionError."""
    attempts = _Race(targets, deadline=deadline, limit_s=limit_s)
    try:
        return attempts.run()
    finally:
        attempts.close_losers()


class _Race:
    """Connection attempts that start STAGGER_S apart, or at once when one fails (RFC 8305 5)."""

    def __init__(self, targets: tuple[Target, ...], *, deadline: Deadline, limit_s: float) -> None:
        self._waiting = deque(targets)
        self._running: dict[socket.socket, tuple[Target, float]] = {}
        self._errors: list[int] = []
        self._deadline = deadline
        self._limit_s = limit_s

    def run(self) -> Reached:
        ends_s = self._deadline.now_s + self._limit_s
        next_start_s = 0.0
        while self._waiting or self._running:
            if self._waiting and (self._deadline.now_s >= next_start_s or not self._running):
                self._start(self._waiting.popleft())
                next_start_s = self._deadline.now_s + STAGGER_S
                continue
            until_s = min(ends_s, next_start_s) if self._waiting else ends_s
            ready = self._deadline.wait(dict.fromkeys(self._running, WRITE), until_s=until_s)
            for sock in ready:
                if reached := self._arrived(sock):
                    return reached
                next_start_s = 0.0
            if self._deadline.now_s >= ends_s:
                raise timed_out(self._limit_s)
        raise _connect_error(self._errors)

    def close_losers(self) -> None:
        for sock in self._running:
            sock.close()
        self._running.clear()

    def _start(self, target: Target) -> None:
        try:
            self._running[start_connecting(target)] = (target, self._deadline.now_s)
        except OSError as error:
            self._errors.append(error.errno or 0)

    def _arrived(self, sock: socket.socket) -> Reached | None:
        target, started_s = self._running.pop(sock)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == 0:
            return Reached(sock=sock, target=target, connect_s=self._deadline.now_s - started_s)
        sock.close()
        self._errors.append(code)
        return None


def _connect_error(codes: list[int]) -> SessionError:
    if errno.ECONNREFUSED in codes:
        return SessionError(
            FailureKind.REFUSED,
            msg("Connection refused: nothing is listening on this port. Check the port."),
        )
    if errno.ETIMEDOUT in codes:
        return SessionError(
            FailureKind.TIMED_OUT,
            msg("The server could not be reached in time. Check the port; a firewall may block it."),
        )
    return SessionError(
        FailureKind.UNREACHABLE,
        msg("The server can't be reached from this computer: {reason}. Check the network.", reason=_reason(codes)),
    )


def _reason(codes: list[int]) -> str:
    return os.strerror(codes[0]) if codes and codes[0] else "no address could be used"
