"""Calls to Microsoft Graph with a token, which is renewed once, and repeated where Microsoft asks to wait."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, Stage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.cloud import GraphEndpoints
from smtp_desktop.domain.smtp.profile import GraphMailbox, SignIn
from smtp_desktop.transports.graph.messages import graph_refused, not_graph, page_instead
from smtp_desktop.transports.http.client import Http
from smtp_desktop.transports.http.exchange import Answer, Request
from smtp_desktop.transports.http.replies import is_page, page_of, reply_of, takes_its_place
from smtp_desktop.transports.http.throttling import ThrottledSender
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_UNAUTHORIZED = 401
_BAD = 400

JSON = "application/json"


class TokenSource(Protocol):
    """A source of tokens. Hides Entra ID, since Microsoft's sign-in flows change."""

    def cached(self) -> Secret | None:
        """Returns a token that was acquired before and is still valid, if there is one."""
        ...

    def acquire(self) -> Secret:
        """Returns a new token from Entra ID. Raises SessionError."""
        ...


class GraphClient:
    """Calls Graph for one mailbox in one conversation, on its thread. `sign_in` has to come first."""

    def __init__(
        self,
        mailbox: GraphMailbox,
        endpoints: GraphEndpoints,
        *,
        http: Http,
        tokens: TokenSource,
        recorder: TimelineRecorder,
        throttled: ThrottledSender,
    ) -> None:
        self._graph_url = endpoints.graph_url
        # With a password the token is a user's; an app has no "me".
        self._base = "/me" if mailbox.sign_in is SignIn.PASSWORD else f"/users/{quote(mailbox.user_name, safe='@')}"
        self._http = http
        self._tokens = tokens
        self._recorder = recorder
        self._throttled = throttled
        self._token: Secret | None = None
        self._renewed = False

    @property
    def data_started(self) -> bool:
        """Whether the last request was sent whole."""
        return self._http.data_started

    def sign_in(self, *, from_entra_id: bool) -> bool:
        """Takes a token from the cache, or from Entra ID if `from_entra_id` or there is none. Returns whether it came
        from the cache. Raises SessionError."""
        self._token = None if from_entra_id else self._tokens.cached()
        if self._token:
            return True
        self._token = self._tokens.acquire()
        return False

    def begin(self, recorder: TimelineRecorder, stage: Stage) -> None:
        """Takes a token, from the cache if it can, and begins `stage`, at once or as soon as there is a connection.
        Raises SessionError."""
        first = stage if self._tokens.cached() else Stage.TOKEN
        if self._http.reached:
            recorder.begin(first)
        else:
            self._http.first_stage = first
            if recorder.running is None:
                recorder.begin(Stage.FIND_HOST)
        if not self.sign_in(from_entra_id=False):
            recorder.done("Entra ID issued a token")
            recorder.begin(stage)

    def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Returns the document at `path`, which begins below the mailbox. Raises SessionError."""
        return self.get_url(f"{self._graph_url}{self._base}{path}?{urlencode(query, safe='$,', quote_via=quote)}")

    def get_url(self, url: str) -> dict[str, Any]:
        """Returns the document at `url`, an address that Graph gave. Raises SessionError."""
        if not url.startswith(f"{self._graph_url}/"):
            raise not_graph(msg("its list continues at another host"))
        return _document(self.call("GET", url))

    def post(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the document that Graph made of `content`. Raises SessionError."""
        body = json.dumps(content).encode()
        return _document(self.call("POST", self._url(path), body=body, content_type=JSON))

    def submit(self, path: str, *, body: bytes = b"", content_type: str = "") -> Answer:
        """Returns the answer to a request that sends a mail. Raises SessionError."""
        return self.call("POST", self._url(path), body=body, content_type=content_type)

    def delete(self, path: str) -> None:
        """Deletes the document at `path`. Raises SessionError."""
        self.call("DELETE", self._url(path))

    def put_range(self, url: str, part: bytes, *, first: int, total: int) -> None:
        """Uploads one range of a file. `url` itself is the permission, so no token goes with it, and it is not in the
        transcript. Raises SessionError."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {first}-{first + len(part) - 1}/{total}",
        }
        shown = f"/… ({headers['Content-Range']})"
        request = Request(method="PUT", url=url, headers=headers, body=part, shown=shown)
        self._successful(self._throttled.send(lambda: self._http.send(request)))

    def call(self, method: str, url: str, *, body: bytes | None = None, content_type: str = "") -> Answer:
        """Returns a successful answer. Renews a token that Graph refuses, once. Raises SessionError."""
        answer = self._throttled.send(lambda: self._http.send(self._request(method, url, body, content_type)))
        if answer.status == _UNAUTHORIZED and not self._renewed:
            self._renewed = True
            self._recorder.note("The token is no longer accepted; requesting a new one")
            self.sign_in(from_entra_id=True)
            answer = self._throttled.send(lambda: self._http.send(self._request(method, url, body, content_type)))
        return self._successful(answer)

    def _url(self, path: str) -> str:
        return f"{self._graph_url}{self._base}{path}"

    def _request(self, method: str, url: str, body: bytes | None, content_type: str) -> Request:
        if self._token is None:
            raise RuntimeError("not signed in")
        headers = {
            "Authorization": f"Bearer {self._token.reveal()}",
            "Accept": JSON,
            "client-request-id": str(uuid.uuid4()),
            "return-client-request-id": "true",
        }
        if content_type:
            headers["Content-Type"] = content_type
        return Request(method=method, url=url, headers=headers, body=body)

    def _successful(self, answer: Answer) -> Answer:
        redact = self._recorder.redactor.redact_all
        if takes_its_place(answer):
            raise page_instead(page_of(answer, redact))
        if answer.status >= _BAD:
            detail = FailureDetail.HTTP if is_page(answer) else None
            raise graph_refused(reply_of(answer, redact), draft=False, detail=detail)
        if answer.status // 100 != 2:  # noqa: PLR2004 - RFC 9110 15.3
            raise unexpected(answer)
        return answer


def unexpected(answer: Answer) -> SessionError:
    """Returns the error for an answer that Graph does not give."""
    return not_graph(msg("it answered {status} {reason}", status=answer.status, reason=answer.reason))


def _document(answer: Answer) -> dict[str, Any]:
    document = answer.document
    if document is None:
        raise unexpected(answer)
    return document
