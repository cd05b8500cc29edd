"""A conversation with an authorization server: its requests, its transcript, and what becomes of its failures."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.message_text import msg, one_line
from smtp_desktop.domain.secret import REDACTED
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.http.client import Http, HttpConnections
from smtp_desktop.transports.http.exchange import Answer, Request, Service
from smtp_desktop.transports.http.replies import is_page, is_refusal, page_of, reply_of, takes_its_place
from smtp_desktop.transports.http.throttling import ThrottledSender
from smtp_desktop.transports.net.dial import Resolve
from smtp_desktop.transports.oauth.messages import (
    AuthorizationPending,
    bad_address,
    not_authorization_server,
    page_instead,
    token_refused,
)
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_REQUESTS_S = 60.0  # for all that follow one another without a person between them
_SERVER = Service(foreign=not_authorization_server, answer_s=30.0, max_answer_bytes=1024 * 1024)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OK = 200  # RFC 6749 5.1
_SERVER_ERRORS, _THROTTLED = 500, 429  # RFC 9110 15.6, RFC 6585 4
_PENDING = ("authorization_pending", "slow_down")
_FORM = "application/x-www-form-urlencoded"


class Conversation:
    """One conversation, on the calling thread: several requests, between which a person may take a while. A context
    manager, whose end raises NoAccessToken in place of SessionError, and Cancelled."""

    def __init__(self, *, cancel: Cancel, resolve: Resolve, localhost_ca_pem: str) -> None:
        started_s = time.monotonic()
        self.cancel = cancel
        self.recorder = TimelineRecorder(
            (Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN), on_step=None, now_s=lambda: time.monotonic() - started_s
        )
        self._resolve = resolve
        self._localhost_ca_pem = localhost_ca_pem
        self._connections = self._connected()

    def __enter__(self) -> "Conversation":
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._connections.close()
        if isinstance(error, SessionError):
            raise self._translated(error) from error

    @contextmanager
    def requests(self) -> Iterator["Requests"]:
        """Runs requests that follow one another at once."""
        if not self._connections.reached:
            self.recorder.begin(Stage.FIND_HOST)
        with Deadline(self.cancel, deadline_s=_REQUESTS_S) as deadline:
            http = Http(
                self._connections,
                deadline=deadline,
                recorder=self.recorder,
                cancel=self.cancel,
                resolve=self._resolve,
                service=_SERVER,
            )
            try:
                with http:
                    yield Requests(http, self.recorder, ThrottledSender(deadline=deadline, recorder=self.recorder))
            finally:
                # Until somebody has signed in, a server or a router may have dropped a connection without a word.
                self._connections.close()
                if self._connections.sockets.is_shut_down:  # a request took too long
                    self._connections = self._connected()

    def _connected(self) -> HttpConnections:
        return HttpConnections(self._localhost_ca_pem, plain_loopback=True)

    def _translated(self, error: SessionError) -> Exception:
        if error.kind is FailureKind.CANCELLED:
            return Cancelled(error.message)
        failure = self.recorder.fail(error if error.stage or self.recorder.running else _at_token(error))
        timeline = self.recorder.timeline(failure=failure, accepted=None)
        return NoAccessToken(failure, timeline.transcript)


class Requests:
    """Sends requests to an authorization server. All raise SessionError."""

    def __init__(self, http: Http, recorder: TimelineRecorder, throttled: ThrottledSender) -> None:
        self.http = http
        self._recorder = recorder
        self.throttled = throttled

    def document(self, url: str, *, headers: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """Returns the JSON object at `url`, or None where there is none. Raises SessionError where the server is in
        trouble."""
        answer = self.send(Request(method="GET", url=url, headers={"Accept": "application/json", **(headers or {})}))
        if answer.status == _OK and answer.document is not None:
            return answer.document
        self.raise_for_page(answer)
        if answer.status >= _SERVER_ERRORS or answer.status == _THROTTLED:
            raise token_refused(reply_of(answer, self._recorder.redactor.redact_all))
        return None

    def form(
        self, url: str, fields: Mapping[str, str], *, hidden: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Posts `fields` and returns the answer, whatever its status. `hidden` names what is secret in them."""
        if hidden:
            self._recorder.note(f"With {hidden} {REDACTED}")
        sent = {"Accept": "application/json", "Content-Type": _FORM, **(headers or {})}
        answer = self.send(Request(method="POST", url=url, headers=sent, body=urlencode(fields).encode()))
        self.raise_for_page(answer)
        return answer

    def token(self, answer: Answer) -> dict[str, Any]:
        """Returns the object in an answer of the token address. Raises SessionError for a refusal."""
        document = answer.document
        error = (document or {}).get("error")
        if error in _PENDING:
            raise AuthorizationPending(
                reply_of(answer, self._recorder.redactor.redact_all), slower=error != _PENDING[0]
            )
        if is_refusal(answer.status, document):
            detail = FailureDetail.HTTP if is_page(answer) else None
            raise token_refused(reply_of(answer, self._recorder.redactor.redact_all), detail=detail)
        if document is None or answer.status // 100 != _OK // 100:
            raise not_authorization_server(
                msg("it answered {status} {reason}", status=answer.status, reason=answer.reason)
            )
        if error is not None:  # some refuse with 200
            raise token_refused(reply_of(answer, self._recorder.redactor.redact_all))
        return document

    def send(self, request: Request) -> Answer:
        """Returns the answer, whatever it is."""
        checked_address(request.url, self._recorder.redactor.redact)
        return self.throttled.send(lambda: self.http.send(request))

    def redacted(self, text: str) -> str:
        """Returns a text of the server's as it may be shown."""
        return self._recorder.redactor.redact(text)

    def raise_for_page(self, answer: Answer) -> None:
        """Raises SessionError for a web page that is there in place of an answer."""
        if takes_its_place(answer):
            raise page_instead(page_of(answer, self._recorder.redactor.redact_all))


def checked_address(url: str, redact: Callable[[str], str] = str) -> str:
    """Returns `url` where secrets may go to it: over TLS, or within this computer. Raises SessionError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise bad_address(redact(one_line(url))) from error
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not secure or not host or "@" in parts.netloc or any(one <= " " or one == "\x7f" for one in url):
        raise bad_address(redact(one_line(url)))
    return url


def _at_token(error: SessionError) -> SessionError:
    error.stage = Stage.TOKEN
    return error
