"""HTTPS requests of one conversation with a service. Translates the errors of `requests`."""

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import requests
from requests.utils import get_auth_from_url, get_environ_proxies
from urllib3.connection import HTTPConnection

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import HttpReply, Stage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.http.adapter import ConnectionListener, DiallingAdapter, OpenSockets, causes_of
from smtp_desktop.transports.http.exchange import Answer, Request, Service
from smtp_desktop.transports.http.failures import connection_lost, proxy_refused, reworded, too_slow
from smtp_desktop.transports.net.certificate_faults import handshake_error
from smtp_desktop.transports.net.dial import Resolve, look_up, race
from smtp_desktop.transports.net.tls import client_context
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_CONNECT_S = 10.0
_CHUNK_BYTES = 64 * 1024
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3}) (.*)")
_LOOPBACK = tuple(f"http://{host}{end}" for host in ("localhost", "127.0.0.1", "[::1]") for end in ":/")
_PROXY_ERRORS = (
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,  # the proxy's: the program's own are checked before
    requests.exceptions.InvalidSchema,  # a SOCKS proxy without the package for it
)


class _Session(requests.Session):
    """A session that never looks where a redirect leads. `requests` does so even where it is told not to follow it, and
    then fails for an address that is none, and reads the whole page."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the original's argument
        return None


class HttpConnections:
    """Connections that one conversation after the other may use, each through an `Http` of its own."""

    def __init__(self, localhost_ca_pem: str = "", *, plain_loopback: bool = False) -> None:
        """`localhost_ca_pem` is a CA that is trusted beside those of the system, for localhost alone. `plain_loopback`
        allows HTTP without TLS to this computer."""
        self.sockets = OpenSockets()
        self.reached = False
        """Whether a connection was made."""
        self.listener: ConnectionListener | None = None
        self.session = _Session()
        # Otherwise REQUESTS_CA_BUNDLE and .netrc would overrule the settings here.
        self.session.trust_env = False
        self.session.adapters.clear()
        self.session.mount("https://", DiallingAdapter(self, client_context("")))
        if localhost_ca_pem:
            self.session.mount("https://localhost:", DiallingAdapter(self, client_context(localhost_ca_pem)))
        for address in _LOOPBACK if plain_loopback else ():
            self.session.mount(address, DiallingAdapter(self))

    def __enter__(self) -> "HttpConnections":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes every connection."""
        self.session.close()
        self.sockets.close()

    def dial(self, host: str, port: int) -> socket.socket:
        """Lets the current conversation dial; see `ConnectionListener`."""
        return self._current.dial(host, port)

    def connected(self, connection: HTTPConnection) -> None:
        """Notifies the current conversation; see `ConnectionListener`."""
        self._current.connected(connection)

    def request_sent(self, *, complete: bool) -> None:
        """Notifies the current conversation; see `ConnectionListener`."""
        self._current.request_sent(complete=complete)

    @property
    def _current(self) -> ConnectionListener:
        if self.listener is None:
            raise RuntimeError("no conversation is going on")
        return self.listener


class Http:
    """Sends the requests of one conversation, one at a time, on the calling thread. A context manager.

    The first connection ends the stages FIND_HOST and CONNECT, and begins `first_stage`.
    """

    def __init__(
        self,
        connections: HttpConnections,
        *,
        deadline: Deadline,
        recorder: TimelineRecorder,
        cancel: Cancel,
        resolve: Resolve,
        service: Service,
    ) -> None:
        self.first_stage = Stage.TOKEN
        self._connections = connections
        self.data_started = False
        """Whether the last request was handed to the operating system whole, so that the server may have it."""
        self._deadline = deadline
        self._recorder = recorder
        self._cancel = cancel
        self._resolve = resolve
        self._service = service
        self._proxies: set[str] = set()
        self._timer = threading.Timer(deadline.left_s, connections.sockets.shut_down)
        self._timer.daemon = True

    @property
    def reached(self) -> bool:
        """Whether a connection was made, for this or an earlier conversation."""
        return self._connections.reached

    def allow_plain(self, origin: str) -> None:
        """Allows HTTP without TLS to `origin`, such as "http://169.254.169.254/": Azure's identity service, which is on
        this computer, knows nothing else."""
        self._connections.session.mount(origin, DiallingAdapter(self._connections))

    def __enter__(self) -> "Http":
        self._connections.listener = self
        self._timer.start()
        self._cancel.set_waker(self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._cancel.set_waker(self._deadline.wake)
        self._timer.cancel()
        self._connections.listener = None

    def send(self, request: Request) -> Answer:
        """Returns the answer, whatever its status. Raises SessionError."""
        self.data_started = False
        self._deadline.check()
        # Redacted, since addresses of drafts and pages come from the server.
        self._recorder.client(self._recorder.redactor.redact(str(request)))
        host = urlsplit(request.url).hostname or ""
        # Without TLS a request goes to this computer alone, and no proxy shall see it.
        proxies = get_environ_proxies(request.url, no_proxy=None) if request.url.startswith("https:") else {}
        self._withhold_credentials(set(proxies.values()))
        try:
            with self._connections.session.request(
                request.method,
                request.url,
                data=request.body,
                headers=dict(request.headers),
                proxies=proxies,
                timeout=(_CONNECT_S, self._service.answer_s),
                allow_redirects=False,  # a secret must not go to another host
                stream=True,
            ) as response:
                return self._read(response)
        except requests.RequestException as error:
            self._deadline.check()
            raise self._session_error(error, host, proxies) from error

    def dial(self, host: str, port: int) -> socket.socket:
        """Returns an open connection; see `ConnectionListener`."""
        target = f"{host}:{port}"
        try:
            targets = look_up(host, port, deadline=self._deadline, resolve=self._resolve)
        except SessionError as error:
            raise reworded(error, host) from error  # the port is no part of the name
        try:
            if not self.reached:
                self._recorder.done(f"{host} → {targets[0].ip}")
                self._recorder.begin(Stage.CONNECT)
            found = race(targets, deadline=self._deadline, limit_s=_CONNECT_S)
        except SessionError as error:
            raise reworded(error, target) from error
        self._recorder.note(f"Connected to {target}")
        self._connections.sockets.add(found.sock)
        return found.sock

    def connected(self, connection: HTTPConnection) -> None:
        """Notes that the connection can be used; see `ConnectionListener`."""
        proxy = connection.proxy
        through = f" · through the proxy {proxy.host}:{proxy.port}" if proxy else ""
        detail = f"{_encryption(connection.sock)}{through}"
        self._recorder.note(f"Encrypted: {detail}" if isinstance(connection.sock, ssl.SSLSocket) else detail)
        if not self.reached:
            self._connections.reached = True
            self._recorder.done(detail)
            self._recorder.begin(self.first_stage)

    def request_sent(self, *, complete: bool) -> None:
        """Notes how far the request is; see `ConnectionListener`."""
        self.data_started = complete

    def _withhold_credentials(self, proxies: set[str]) -> None:
        """Withholds the passwords of `proxies` from now on: a proxy may repeat its own."""
        for proxy in proxies - self._proxies:
            with suppress(ValueError):  # no address at all, to which nothing will be sent
                user, password = get_auth_from_url(proxy if "://" in proxy else f"http://{proxy}")
                login = base64.b64encode(f"{user}:{password}".encode()).decode()  # RFC 7617 2
                self._recorder.redactor.add_secrets((password,), encoded=(login,) if password else ())
        self._proxies |= proxies

    def _session_error(self, error: requests.RequestException, host: str, proxies: Mapping[str, str]) -> SessionError:
        """Returns the error that `error` becomes, without its text, which holds URLs."""
        causes = tuple(causes_of(error))
        for cause in causes:
            if isinstance(cause, SessionError):
                return cause
            if isinstance(cause, ssl.SSLError):
                return handshake_error(cause, host)
        if proxies and isinstance(error, _PROXY_ERRORS):
            return proxy_refused(_proxy_reply(causes, self._recorder.redactor.redact))
        if isinstance(error, requests.Timeout) or any(isinstance(cause, TimeoutError) for cause in causes):
            return too_slow(host, self._service.answer_s)
        if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
            return connection_lost(host)
        return self._service.foreign(msg("its answer can't be read"))

    def _stop(self) -> None:
        self._connections.sockets.shut_down()
        self._deadline.wake()

    def _read(self, response: requests.Response) -> Answer:
        body = bytearray()
        for chunk in _chunks(response):
            body += chunk
            if len(body) > self._service.max_answer_bytes:
                raise self._service.foreign(msg("its answer never ends"))
        reason = self._recorder.redactor.redact(response.reason or "")
        return Answer(status=response.status_code, reason=reason, headers=response.headers, body=bytes(body))


def _encryption(sock: socket.socket | None) -> str:
    if not isinstance(sock, ssl.SSLSocket):
        return "not encrypted, within this computer"
    return (sock.version() or "TLS").replace("TLSv", "TLS ")


def _chunks(response: requests.Response) -> Iterator[bytes]:
    chunks = response.iter_content(_CHUNK_BYTES)
    if response.status_code != requests.codes.accepted:
        yield from chunks
        return
    # 202 has no body: whatever becomes of the connection then, the mail was accepted.
    with suppress(requests.RequestException):
        yield from chunks


def _proxy_reply(causes: Iterable[BaseException], redact: Callable[[str], str]) -> HttpReply | None:
    """Returns the proxy's reply to CONNECT (RFC 9110 9.3.6), read from the standard library's error text."""
    for cause in causes:
        if found := _TUNNEL.fullmatch(str(cause)):
            return HttpReply(code=int(found[1]), text=(redact(found[2]),))
    return None
