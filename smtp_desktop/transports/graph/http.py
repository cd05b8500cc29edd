"""HTTPS requests of one conversation with Microsoft. The only place that knows the errors of `requests`."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, MaxRetryError

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import HttpReply, Stage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.graph.adapter import Brakes, Dialler, DiallingAdapter
from smtp_desktop.transports.graph.messages import hung_up, not_graph, proxy_refused, reworded, too_slow
from smtp_desktop.transports.net.certificate_faults import handshake_error
from smtp_desktop.transports.net.dial import Resolve, look_up, race
from smtp_desktop.transports.net.tls import client_context
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_CONNECT_S = 10.0
_ANSWER_S = 100.0  # Graph gives up on a request by itself after less than that
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3}) (.*)")
_PROXY_ERRORS = (
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,  # the proxy's: ours were looked at before
    requests.exceptions.InvalidSchema,  # a SOCKS proxy, and the package for it is not there
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`url` may hold a query. `body` is sent as it is; `shown` stands in the transcript for the URL's path and query
    where these are not for everybody's eyes."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    shown: str = ""

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        path = self.shown or parts.path + (f"?{parts.query}" if parts.query else "")
        return f"{self.method} https://{parts.netloc}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `headers` are looked up ignoring case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any] | None:
        """The body as a JSON object, or None where it is none."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None


class Wire:
    """Connections that one conversation after the other may use, each through an Http of its own."""

    def __init__(self) -> None:
        self.brakes = Brakes()
        self.reached = False
        """Whether a connection was made."""
        self.dialler: Dialler | None = None
        self.session = requests.Session()
        # Or else REQUESTS_CA_BUNDLE and .netrc would overrule what is said here.
        self.session.trust_env = False
        self.session.adapters.clear()  # no address of ours is without TLS
        self.session.mount("https://", DiallingAdapter(self, client_context("")))

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Every connection is closed."""
        self.session.close()
        self.brakes.close()

    def dial(self, host: str, port: int) -> socket.socket:
        """Has the present conversation dial; see `line.Dialler`."""
        return self._present.dial(host, port)

    def connected(self, connection: HTTPSConnection) -> None:
        """Tells the present conversation; see `line.Dialler`."""
        self._present.connected(connection)

    def handing_over(self, *, complete: bool) -> None:
        """Tells the present conversation; see `line.Dialler`."""
        self._present.handing_over(complete=complete)

    @property
    def _present(self) -> Dialler:
        if self.dialler is None:
            raise RuntimeError("no conversation is held")
        return self.dialler


class Http:
    """Sends requests, one at a time, on the thread that asks; use as a context manager.

    The first connection that is made ends the stages FIND_HOST and CONNECT, and begins `first_stage`.
    """

    def __init__(
        self, wire: Wire, *, deadline: Deadline, recorder: TimelineRecorder, cancel: Cancel, resolve: Resolve
    ) -> None:
        self.first_stage = Stage.TOKEN
        self._wire = wire
        self.data_started = False
        """Whether the last request was with the operating system whole, so that the server may have got it."""
        self._deadline = deadline
        self._recorder = recorder
        self._cancel = cancel
        self._resolve = resolve
        self._alarm = threading.Timer(deadline.left_s, wire.brakes.pull)
        self._alarm.daemon = True

    @property
    def reached(self) -> bool:
        """Whether a connection was made, now or for an earlier conversation."""
        return self._wire.reached

    def __enter__(self) -> "Http":
        self._wire.dialler = self
        self._alarm.start()
        self._cancel.wakes(self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._cancel.wakes(self._deadline.wake)
        self._alarm.cancel()
        self._wire.dialler = None

    def send(self, request: Request) -> Answer:
        """Returns the answer, whatever its status. Raises SessionError."""
        self.data_started = False
        self._deadline.check()
        # Addresses of drafts and pages come from the server.
        self._recorder.client(self._recorder.redactor.clean(str(request)))
        host = urlsplit(request.url).hostname or ""
        proxies = get_environ_proxies(request.url, no_proxy=None)
        try:
            with self._wire.session.request(
                request.method,
                request.url,
                data=request.body,
                headers=dict(request.headers),
                proxies=proxies,
                timeout=(_CONNECT_S, _ANSWER_S),
                allow_redirects=False,  # a secret goes nowhere but where it was meant to
                stream=True,
            ) as response:
                return self._read(response)
        except requests.RequestException as error:
            self._deadline.check()
            raise _end(error, host, proxied=bool(proxies)) from error

    def dial(self, host: str, port: int) -> socket.socket:
        """Returns an open connection; see `line.Dialler`."""
        target = f"{host}:{port}"
        try:
            targets = look_up(host, port, deadline=self._deadline, resolve=self._resolve)
            if not self.reached:
                self._recorder.done(f"{host} → {targets[0].ip}")
                self._recorder.begin(Stage.CONNECT)
            found = race(targets, deadline=self._deadline, limit_s=_CONNECT_S)
        except SessionError as error:
            raise reworded(error, target) from error
        self._recorder.note(f"Connected to {target}")
        self._wire.brakes.fit(found.sock)
        return found.sock

    def connected(self, connection: HTTPSConnection) -> None:
        """The connection can be used; see `line.Dialler`."""
        version = connection.sock.version() if isinstance(connection.sock, ssl.SSLSocket) else None
        proxy = connection.proxy
        through = f" · through the proxy {proxy.host}:{proxy.port}" if proxy else ""
        detail = f"{(version or 'TLS').replace('TLSv', 'TLS ')}{through}"
        self._recorder.note(f"Encrypted: {detail}")
        if not self.reached:
            self._wire.reached = True
            self._recorder.done(detail)
            self._recorder.begin(self.first_stage)

    def handing_over(self, *, complete: bool) -> None:
        """Notes how far the request is; see `line.Dialler`."""
        self.data_started = complete

    def _stop(self) -> None:
        self._wire.brakes.pull()
        self._deadline.wake()

    def _read(self, response: requests.Response) -> Answer:
        body = bytearray()
        for chunk in _chunks(response):
            body += chunk
            if len(body) > _MAX_ANSWER_BYTES:
                raise not_graph(msg("its answer does not end"))
        reason = self._recorder.redactor.clean(response.reason or "")
        return Answer(status=response.status_code, reason=reason, headers=response.headers, body=bytes(body))


def _chunks(response: requests.Response) -> Iterator[bytes]:
    chunks = response.iter_content(_CHUNK_BYTES)
    if response.status_code != requests.codes.accepted:
        yield from chunks
        return
    # 202 says it all and has no body: what the connection does after it changes nothing.
    with suppress(requests.RequestException):
        yield from chunks


def _end(error: requests.RequestException, host: str, *, proxied: bool) -> SessionError:
    """Returns the end that `error` makes. Its own words are not told: they hold URLs."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, SessionError):
            return cause
        if isinstance(cause, ssl.SSLError):
            return handshake_error(cause, host)
    if proxied and isinstance(error, _PROXY_ERRORS):
        return proxy_refused(_proxy_reply(causes))
    if isinstance(error, requests.Timeout) or any(isinstance(cause, TimeoutError) for cause in causes):
        return too_slow(host, _ANSWER_S)
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return hung_up(host)
    return not_graph(msg("its answer can't be read"))


def _proxy_reply(causes: Iterable[BaseException]) -> HttpReply | None:
    """Returns what the proxy answered to CONNECT (RFC 9110 9.3.6), as the standard library words it."""
    for cause in causes:
        if found := _TUNNEL.fullmatch(str(cause)):
            return HttpReply(code=int(found[1]), text=(found[2],))
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = error.reason if isinstance(error, MaxRetryError) else None
        if inner is None and error.args and isinstance(error.args[0], HTTPError | OSError):
            inner = error.args[0]
        error = inner or error.__cause__ or error.__context__
