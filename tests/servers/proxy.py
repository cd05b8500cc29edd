"""A forward proxy that understands CONNECT."""

import base64
import select
import socket
from collections.abc import Mapping

from servers.https_calls import Headers
from servers.listener import PATIENCE_S, Listener

_HEAD_LIMIT_BYTES = 65536


class ForwardProxy(Listener):
    """Relays what comes behind CONNECT to ports of this computer, and nowhere else. `routes` leads further targets
    to loopback ports: {"login.microsoftonline.com:443": entra.port}. With `user` it demands Basic credentials.
    `wrong_password` is what it says to others, with theirs in it."""

    def __init__(
        self,
        *,
        user: str = "",
        password: str = "",
        routes: Mapping[str, int] | None = None,
        wrong_password: str = "Proxy Authentication Required",
    ) -> None:
        super().__init__()
        self._credentials = base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""
        self.routes = dict(routes or {})
        self._wrong_password = wrong_password
        self.connects: list[str] = []  # every target that was asked for by somebody who may
        self.refused: list[str] = []  # the first lines of what was refused

    @property
    def url(self) -> str:
        """The address for HTTPS_PROXY, without credentials."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, sock: socket.socket) -> None:
        """Relays one connection to its end."""
        line, headers = _head(sock)
        method, _, rest = line.partition(" ")
        target = rest.partition(" ")[0]
        if self._credentials and headers.get("Proxy-Authorization") != f"Basic {self._credentials}":
            encoded = headers.get("Proxy-Authorization", "").removeprefix("Basic ")
            words = self._wrong_password.format(encoded=encoded, plain=base64.b64decode(encoded).decode())
            self._refuse(sock, line, f'407 {words}\r\nProxy-Authenticate: Basic realm="proxy"')
        elif method != "CONNECT":
            self._refuse(sock, line, "405 Method Not Allowed")
        elif (port := self._port_of(target)) is None:
            self._refuse(sock, line, "403 Forbidden")
        else:
            self._relay(sock, target, port)

    def _port_of(self, target: str) -> int | None:
        host, _, port = target.rpartition(":")
        return self.routes.get(target, int(port) if host in ("localhost", "127.0.0.1") else None)

    def _refuse(self, sock: socket.socket, line: str, answer: str) -> None:
        self.refused.append(line)
        sock.sendall(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    def _relay(self, sock: socket.socket, target: str, port: int) -> None:
        self.connects.append(target)
        try:
            server = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        except OSError:
            sock.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with server:
            sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _pump(sock, server)


def _head(sock: socket.socket) -> tuple[str, Headers]:
    """Returns the first line and the header fields of a request."""
    head = b""
    while b"\r\n\r\n" not in head:
        data = sock.recv(4096)
        if not data or len(head) > _HEAD_LIMIT_BYTES:
            raise ConnectionAbortedError
        head += data
    line, *fields = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return line, Headers({name.strip(): value.strip() for name, _, value in (each.partition(":") for each in fields)})


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Carries bytes both ways until one side ends."""
    while True:
        readable, _, _ = select.select([one, other], [], [])
        for source in readable:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
