"""The loopback address that the browser brings the answer of a sign-in to (RFC 8252 7.3)."""

import hmac
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus

from smtp_desktop.domain.message_text import Translate
from smtp_desktop.transports.deadline import READ, WRITE, Waiter
from smtp_desktop.transports.oauth.browser_request import BadRequest, BrowserRequest, RequestReader
from smtp_desktop.transports.oauth.messages import no_listener
from smtp_desktop.transports.oauth.pages import ALREADY_ANSWERED, FOREIGN_ANSWER, Page, refused, response_to_browser

_CONNECTIONS_LIMIT = 32
_REQUEST_S = 10.0  # a browser also opens connections that it may need later
_RESPONSE_S = 2.0
_BREATH_S = 0.1
_CHUNK_BYTES = 16 * 1024
_IGNORED_LIMIT_BYTES = 1024 * 1024
_PORT_TRIES = 20


class AuthorizationListener:
    """Waits on a free port of this computer for the one answer that carries `state`, on a thread of its own: whoever
    else connects, and however slowly, is answered beside it. A context manager.

    `on_answer` is called on that thread once `answer` is there.
    """

    def __init__(self, state: str, *, on_answer: Callable[[], None], translate: Translate = str) -> None:
        """Raises SessionError where this computer allows no such address."""
        self.answer: Mapping[str, str] | None = None
        self._state = state.encode()
        self._on_answer = on_answer
        self._translate = translate
        self._listening = _listening_sockets()
        self.port: int = self._listening[0].getsockname()[1]
        self._hosts = {f"{host}:{self.port}" for host in ("127.0.0.1", "localhost", "[::1]")}
        self._connections: dict[socket.socket, _Connection] = {}
        self._answering: _Connection | None = None
        self._result: Page | None = None
        self._closing = False
        self._waiter = Waiter()
        self._thread = threading.Thread(target=self._serve, name="sign-in in the browser", daemon=True)

    def __enter__(self) -> "AuthorizationListener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        self._waiter.wake()
        self._thread.join()

    def show(self, page: Page) -> None:
        """Shows the browser that brought the answer how the sign-in ended."""
        self._result = page
        self._waiter.wake()

    def _serve(self) -> None:
        try:
            while not self._is_done():
                self._step()
        finally:
            for sock in (*self._listening, *self._connections):
                sock.close()
            self._waiter.close()

    def _is_done(self) -> bool:
        """Whether the listener may close: the browser that brought the answer gets its page first."""
        answering = self._answering
        if not self._closing or not answering or not self._result or answering.sock not in self._connections:
            return self._closing
        return answering.is_sent

    def _step(self) -> None:
        if self._answering and self._result and not self._answering.response:
            self._respond(self._answering, self._result)
        interests = {sock: one.interest for sock, one in self._connections.items()}
        if not self._closing:
            interests |= dict.fromkeys(self._listening, READ)
        now_s = time.monotonic()
        ends_s = min((one.ends_s for one in self._connections.values()), default=now_s + _REQUEST_S)
        for sock in self._waiter.wait(interests, limit_s=min(ends_s - now_s, _REQUEST_S)):
            if sock in self._listening:
                self._accept(sock)
            elif connection := self._connections.get(sock):
                self._go_on(connection)
        for connection in [one for one in self._connections.values() if one.ends_s <= time.monotonic()]:
            self._drop(connection)

    def _accept(self, listening: socket.socket) -> None:
        try:
            sock, _ = listening.accept()
        except OSError:  # it has gone again, or this process has too many open files: then others must end first
            self._waiter.wait({}, limit_s=_BREATH_S)
            return
        sock.setblocking(False)
        if len(self._connections) >= _CONNECTIONS_LIMIT:
            # However many there are, they must not keep the browser out.
            self._drop(next(one for one in self._connections.values() if one is not self._answering))
        self._connections[sock] = _Connection(sock)

    def _go_on(self, connection: "_Connection") -> None:
        try:
            request = connection.go_on()
        except BadRequest as error:
            self._respond(connection, refused(error.status))
        except OSError:
            self._drop(connection)
        else:
            if request:
                self._take(connection, request)
            elif connection.is_over:
                self._drop(connection)

    def _take(self, connection: "_Connection", request: BrowserRequest) -> None:
        if request.path != "/":
            self._respond(connection, refused(HTTPStatus.NOT_FOUND))
        elif request.host.lower() not in self._hosts or not ({"code", "error"} & request.fields.keys()):
            self._respond(connection, refused(HTTPStatus.BAD_REQUEST))
        elif not hmac.compare_digest(request.fields.get("state", "").encode(), self._state):
            self._respond(connection, FOREIGN_ANSWER)
        elif self.answer is not None:
            self._respond(connection, ALREADY_ANSWERED)
        else:
            self._answering = connection
            connection.hold()
            self.answer = request.fields
            self._on_answer()

    def _respond(self, connection: "_Connection", page: Page) -> None:
        connection.respond(response_to_browser(page, self._translate))

    def _drop(self, connection: "_Connection") -> None:
        self._connections.pop(connection.sock, None)
        connection.sock.close()


class _Connection:
    """One connection of a browser, or of whoever else: a request, a response, an end."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.ends_s = time.monotonic() + _REQUEST_S
        self.response = b""
        self.is_over = False
        self._reader: RequestReader | None = RequestReader()
        self._sent = 0
        self._ignored_bytes = 0

    @property
    def interest(self) -> int:
        return WRITE if self.response and not self.is_sent else READ

    @property
    def is_sent(self) -> bool:
        """Whether the whole response was sent."""
        return bool(self.response) and self._sent == len(self.response)

    def hold(self) -> None:
        """Keeps the browser waiting for its response."""
        self._reader = None
        self.ends_s = float("inf")

    def respond(self, response: bytes) -> None:
        """Sends `response`, then ends the connection."""
        self._reader = None
        self.response = response
        self.ends_s = time.monotonic() + _RESPONSE_S

    def go_on(self) -> BrowserRequest | None:
        """Reads or sends what can be without waiting; returns the request once it is whole. Raises BadRequest,
        OSError."""
        with suppress(BlockingIOError):
            if self.interest == WRITE:
                self._sent += self.sock.send(self.response[self._sent :])
                if self.is_sent:
                    self.sock.shutdown(socket.SHUT_WR)
                return None
            data = self.sock.recv(_CHUNK_BYTES)
            if self._reader and data:
                return self._reader.feed(data)
            # What comes after the request is read and ignored: unread, it would take the response back.
            self._ignored_bytes += len(data)
            self.is_over = not data or self._ignored_bytes > _IGNORED_LIMIT_BYTES
        return None


def _listening_sockets() -> tuple[socket.socket, ...]:
    """Returns sockets on one free port of 127.0.0.1 and, where this computer has it, of ::1: a browser may take either
    for localhost."""
    for _ in range(_PORT_TRIES):
        try:
            ipv4 = socket.create_server(("127.0.0.1", 0))
        except OSError as error:
            raise no_listener() from error
        try:
            ipv6 = socket.create_server(("::1", ipv4.getsockname()[1]), family=socket.AF_INET6)
        except OSError as error:
            if not has_ipv6_loopback():
                return _non_blocking(ipv4)
            ipv4.close()  # another program has this port there, and might get the answer
            last = error
        else:
            return _non_blocking(ipv4, ipv6)
    raise no_listener() from last


def has_ipv6_loopback() -> bool:
    """Whether this computer has ::1."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _non_blocking(*sockets: socket.socket) -> tuple[socket.socket, ...]:
    for sock in sockets:
        sock.setblocking(False)
    return sockets
