"""Tokens for the managed identity of the Azure computer that the program runs on, acquired through msal.

No secret is needed: Azure's identity service is an address of that computer alone. msal finds it by the environment
(App Service, Functions, Automation, Arc), else it is that of virtual machines.
"""

import ipaddress
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import msal

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, HttpReply
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.entra.msal_response import MsalResponse
from smtp_desktop.transports.http.client import Http
from smtp_desktop.transports.http.exchange import Answer, Request
from smtp_desktop.transports.http.replies import reply_of, text_in
from smtp_desktop.transports.http.throttling import ThrottledSender
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_UNAUTHORIZED = 401
_BAD = 400
_NOT_REACHED = frozenset(
    {
        FailureKind.HOST_NOT_FOUND,
        FailureKind.HOST_LOOKUP_FAILED,
        FailureKind.REFUSED,
        FailureKind.UNREACHABLE,
        FailureKind.TIMED_OUT,
        FailureKind.CLOSED,
    }
)


class ManagedIdentity:
    """Asks for tokens of one identity in one conversation, on its thread."""

    def __init__(self, client_id: str, *, http: Http, recorder: TimelineRecorder, throttled: ThrottledSender) -> None:
        """`client_id` names a user-assigned identity; empty stands for the one that the system assigned."""
        self._client_id = client_id.strip()
        self._http_client = _IdentityHttp(http=http, recorder=recorder, throttled=throttled)
        recorder.redactor.add_secrets(filter(None, (os.environ.get("IDENTITY_HEADER"), os.environ.get("MSI_SECRET"))))

    def token(self, scope: str) -> dict[str, Any]:
        """Returns msal's result for `scope`, which ends with "/.default". Raises SessionError; ValueError for an answer
        that has no token."""
        identity = (
            msal.UserAssignedManagedIdentity(client_id=self._client_id)
            if self._client_id
            else msal.SystemAssignedManagedIdentity()
        )
        client = msal.ManagedIdentityClient(identity, http_client=self._http_client)
        try:
            result = client.acquire_token_for_client(resource=scope.removesuffix("/.default"))
        except msal.ManagedIdentityError as error:
            # Service Fabric, which needs a client of msal's own, or an Arc agent that does not keep to its rules.
            raise SessionError(
                FailureKind.NOT_STARTED,
                msg("This computer's kind of managed identity can't be used here. Use a certificate instead."),
            ) from error
        except OSError as error:
            raise SessionError(
                FailureKind.NOT_STARTED,
                msg(
                    "The key of the Azure Arc agent can't be read: {reason}. On Linux, the user must be in the group "
                    "himds.",
                    reason=error.strerror or type(error).__name__,
                ),
            ) from error
        return dict(result or {})


class _IdentityHttp:
    """The HTTP client that msal uses. Raises SessionError for a refusal, with the whole reply."""

    def __init__(self, *, http: Http, recorder: TimelineRecorder, throttled: ThrottledSender) -> None:
        self._http = http
        self._recorder = recorder
        self._throttled = throttled

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, Any] | None = None, **_: Any
    ) -> MsalResponse:
        """Returns the answer to a GET."""
        origin, host = _origin_of(url)
        if origin.startswith("http:"):
            self._http.allow_plain(origin)
        sent = {key: str(value) for key, value in (headers or {}).items() if value is not None}
        query = f"?{urlencode(params)}" if params else ""
        self._recorder.note("With this computer's managed identity")
        request = Request(method="GET", url=url + query, headers=sent)
        try:
            answer = self._throttled.send(lambda: self._http.send(request))
        except SessionError as error:
            raise (_not_azure(error.kind, host) if error.kind in _NOT_REACHED else error) from error
        asks_arc = answer.status == _UNAUTHORIZED and "WWW-Authenticate" in answer.headers  # msal answers it
        if answer.status >= _BAD and not asks_arc:
            raise _refused(_reply(answer, self._recorder))
        return MsalResponse(answer)

    def close(self) -> None:
        """Does nothing: the conversation closes its connections itself."""


def _origin_of(url: str) -> tuple[str, str]:
    """Returns where the identity service is: its origin, and its host for people. Raises SessionError where that is
    another computer: the environment names it, and a token must come from no stranger."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme in {"http", "https"} and _is_own(host):
        return f"{parts.scheme}://{parts.netloc}/", parts.netloc
    raise SessionError(
        FailureKind.NOT_STARTED,
        msg("IDENTITY_ENDPOINT names {host}. Azure's identity service is always on this computer itself.", host=host),
    )


def _is_own(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    return address.is_loopback or address.is_link_local


def _not_azure(kind: FailureKind, host: str) -> SessionError:
    return SessionError(
        kind,
        msg(
            "Azure's identity service does not answer at {host}. A managed identity works only on a computer in Azure, "
            "or with the Azure Arc agent. Elsewhere, use a certificate.",
            host=host,
        ),
        detail=FailureDetail.NOT_OFFERED,
    )


def _reply(answer: Answer, recorder: TimelineRecorder) -> HttpReply:
    document = answer.document or {}
    if "statusCode" in document:  # App Service
        said = text_in(document.get("message")) or answer.reason
        return HttpReply(code=answer.status, text=recorder.redactor.redact_all((said,)))
    return reply_of(answer, recorder.redactor.redact_all)


def _refused(reply: HttpReply) -> SessionError:
    return SessionError(
        FailureKind.TOKEN_REFUSED,
        msg("Azure gave this computer no token for its managed identity: {reply}", reply=str(reply)),
        reply=reply,
    )
