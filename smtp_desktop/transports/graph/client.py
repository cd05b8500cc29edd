"""Calls to Microsoft Graph: with a token, renewed once, patient where Microsoft asks for it."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.cloud import Endpoints
from smtp_desktop.domain.smtp.profile import GraphMailbox, SignIn
from smtp_desktop.transports.graph.http import Answer, Http, Request
from smtp_desktop.transports.graph.messages import graph_refused, not_graph
from smtp_desktop.transports.graph.patience import Patience
from smtp_desktop.transports.graph.replies import reply_of
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_UNAUTHORIZED = 401
_BAD = 400

JSON = "application/json"


class Tokens(Protocol):
    """The one door to Entra ID; what stands behind it may change with Microsoft's sign-in flows."""

    def held(self) -> Secret | None:
        """Returns a token that was got before and still lasts, if there is one."""
        ...

    def fresh(self) -> Secret:
        """Returns a token that Entra ID has given just now. Raises SessionError."""
        ...


class GraphClient:
    """Speaks for one mailbox in one conversation; `sign_in` is called before anything else."""

    def __init__(
        self,
        mailbox: GraphMailbox,
        endpoints: Endpoints,
        *,
        http: Http,
        tokens: Tokens,
        recorder: TimelineRecorder,
        patience: Patience,
    ) -> None:
        self._graph_url = endpoints.graph_url
        # With a password the token is a person's; an app has no "me".
        self._base = "/me" if mailbox.sign_in is SignIn.PASSWORD else f"/users/{quote(mailbox.user_name, safe='@')}"
        self._http = http
        self._tokens = tokens
        self._recorder = recorder
        self._patience = patience
        self._token: Secret | None = None
        self._renewed = False

    @property
    def data_started(self) -> bool:
        """Whether the last request went out whole."""
        return self._http.data_started

    def sign_in(self, *, from_entra_id: bool) -> bool:
        """There is a token; returns whether that took no conversation with Entra ID. Raises SessionError."""
        self._token = None if from_entra_id else self._tokens.held()
        if self._token:
            return True
        self._token = self._tokens.fresh()
        return False

    def begin(self, recorder: TimelineRecorder, stage: Stage) -> None:
        """There is a token, got anew only where none is left, and `stage` runs, or will once there is a connection.
        Raises SessionError."""
        held = self._tokens.held()
        first = stage if held else Stage.TOKEN
        if self._http.reached:
            recorder.begin(first)
        else:
            self._http.first_stage = first
            if recorder.running is None:
                recorder.begin(Stage.FIND_HOST)
        if not self.sign_in(from_entra_id=False):
            recorder.done("Entra ID gave a token")
            recorder.begin(stage)

    def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Returns what stands at `path`, which begins below the mailbox. Raises SessionError."""
        return self.get_url(f"{self._graph_url}{self._base}{path}?{urlencode(query, safe='$,', quote_via=quote)}")

    def get_url(self, url: str) -> dict[str, Any]:
        """Returns what stands at `url`, an address that Graph gave. Raises SessionError."""
        if not url.startswith(f"{self._graph_url}/"):
            raise not_graph(msg("its list goes on at another host"))
        return _document(self.call("GET", url))

    def post(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what was made by it. Raises SessionError."""
        body = json.dumps(content).encode()
        return _document(self.call("POST", self._url(path), body=body, content_type=JSON))

    def mark_data_started(self, path: str, *, body: bytes = b"", content_type: str = "") -> Answer:
        """Returns the answer to a request that sends a mail. Raises SessionError."""
        return self.call("POST", self._url(path), body=body, content_type=content_type)

    def delete(self, path: str) -> None:
        """What stood at `path` is gone. Raises SessionError."""
        self.call("DELETE", self._url(path))

    def put_range(self, url: str, part: bytes, *, first: int, total: int) -> None:
        """One range of an upload is there. The address itself is the permission, so no token goes with it; nor does
        the address stand in the transcript. Raises SessionError."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {first}-{first + len(part) - 1}/{total}",
        }
        shown = f"/… ({headers['Content-Range']})"
        request = Request(method="PUT", url=url, headers=headers, body=part, shown=shown)
        self._judged(self._patience.send(lambda: self._http.send(request)))

    def call(self, method: str, url: str, *, body: bytes | None = None, content_type: str = "") -> Answer:
        """Returns a good answer. A token that Graph refuses is renewed once. Raises SessionError."""
        answer = self._patience.send(lambda: self._http.send(self._request(method, url, body, content_type)))
        if answer.status == _UNAUTHORIZED and not self._renewed:
            self._renewed = True
            self._recorder.note("The token is not taken any more; a new one is asked for")
            self.sign_in(from_entra_id=True)
            answer = self._patience.send(lambda: self._http.send(self._request(method, url, body, content_type)))
        return self._judged(answer)

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

    def _judged(self, answer: Answer) -> Answer:
        if answer.status >= _BAD:
            raise graph_refused(reply_of(answer, self._recorder.redactor.clean_all), draft=False)
        if answer.status // 100 != 2:  # noqa: PLR2004 - RFC 9110 15.3
            raise strange(answer)
        return answer


def strange(answer: Answer) -> SessionError:
    """Returns the end that an answer makes which Graph does not give."""
    return not_graph(msg("it answered {status} {reason}", status=answer.status, reason=answer.reason))


def _document(answer: Answer) -> dict[str, Any]:
    document = answer.document
    if document is None:
        raise strange(answer)
    return document
