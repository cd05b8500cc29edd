"""Ports on loopback at which nobody listens, and nobody else can listen while a test counts on that."""

import os
import socket
from contextlib import ExitStack

_QUEUE = 4  # more than a listener with a backlog of none takes
_FIRST, _LAST = 20_000, 32_700  # below those that systems give to whoever asks for any: 32768 and up on Linux
_held = ExitStack()


def closed_port() -> int:
    """Returns a port that refuses connections until `release_ports`. It is bound: a port that was merely free a moment
    ago may be the next server's, in another test that runs beside this one."""
    return _number(_held.enter_context(_bound()))


def deaf_port() -> int:
    """Returns a port whose queue is full until `release_ports`: connecting to it neither works nor fails."""
    listener = _held.enter_context(_bound())
    listener.listen(0)
    for _ in range(_QUEUE):
        filler = _held.enter_context(socket.socket())
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
    return _number(listener)


def free_ports(count: int) -> list[int]:
    """Returns ports for a server that can't choose one by itself. Nobody who asks the system for any port gets them,
    and processes that test side by side look in other places."""
    first = _FIRST + os.getpid() % 1000 * 10
    found: list[int] = []
    for port in range(first, _LAST):
        if len(found) == count:
            return found
        if _is_free(port):
            found.append(port)
    raise RuntimeError(f"fewer than {count} ports from {first} on are free")


def release_ports() -> None:
    """Lets go of all ports that are held."""
    _held.close()


def _bound() -> socket.socket:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock


def _number(sock: socket.socket) -> int:
    port: int = sock.getsockname()[1]
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
