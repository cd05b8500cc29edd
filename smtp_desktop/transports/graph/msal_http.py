"""The HTTP client that msal uses: it sends secrets to Microsoft's sign-in hosts alone."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from smtp_desktop.domain.diagnosis.conversation import FailureDetail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import REDACTED
from smtp_desktop.domain.smtp.cloud import GraphEndpoints
from smtp_desktop.domain.smtp.profile import AppCredential, GraphMailbox, SignIn
from smtp_desktop.transports.entra.credential import as_text, signature_of
from smtp_desktop.transports.entra.msal_response import MsalResponse
from smtp_desktop.transports.graph.messages import federated, not_graph, other_host, page_instead, token_refused
from smtp_desktop.transports.http.client import Http
from smtp_desktop.transports.http.exchange import Answer, Request
from smtp_desktop.transports.http.replies import is_page, is_refusal, page_of, reply_of, takes_its_place
from smtp_desktop.transports.http.throttling import ThrottledSender
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_REALM = "/common/userrealm/"
_NOT_FOUND = 404


class MsalHttp:
    """The HTTP client that msal uses. Raises SessionError for a refusal, with Entra ID's whole reply."""

    def __init__(
        self,
        mailbox: GraphMailbox,
        endpoints: GraphEndpoints,
        *,
        http: Http,
        recorder: TimelineRecorder,
        throttled: ThrottledSender,
    ) -> None:
        certificate = mailbox.app_certificate
        by_certificate = credential_of(mailbox) is AppCredential.CERTIFICATE
        self._proof = (
            f"the certificate {certificate.thumbprint}"
            if by_certificate and certificate
            else f"the client secret {REDACTED}"
        )
        self._mailbox = mailbox
        self._endpoints = endpoints
        self._http = http
        self._recorder = recorder
        self._throttled = throttled

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, Any] | None = None, **_: Any
    ) -> MsalResponse:
        """Returns the answer to a GET."""
        query = f"?{urlencode(params)}" if params else ""
        return self._send("GET", self._realm_corrected(url) + query, headers, None)

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        headers: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> MsalResponse:
        """Returns the answer to a POST of a form."""
        form = {key: value for key, value in dict(data or {}).items() if value is not None}
        if assertion := form.get("client_assertion"):
            # Entra ID may repeat it, and whoever has it is the app for ten minutes.
            self._recorder.redactor.add_secrets((signature_of(as_text(assertion)),))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        query = f"?{urlencode(params)}" if params else ""
        return self._send("POST", url + query, {**(headers or {}), **kind}, urlencode(form).encode())

    def close(self) -> None:
        """Does nothing: the conversation closes its connections itself."""

    def _realm_corrected(self, url: str) -> str:
        # msal drops the port from this address, and does not quote the user name.
        if _REALM in url:
            user = quote(self._mailbox.user_name, safe="@")
            return f"https://{self._endpoints.sign_in_host}{_REALM}{user}?api-version=1.0"
        return url

    def _send(self, method: str, url: str, headers: Mapping[str, Any] | None, body: bytes | None) -> MsalResponse:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc.lower() not in self._endpoints.sign_in_hosts:
            raise other_host(self._recorder.redactor.redact(parts.netloc))
        sent = {key: str(value) for key, value in (headers or {}).items() if value is not None}
        if body:
            password = f" and the password {REDACTED}" if self._mailbox.sign_in is SignIn.PASSWORD else ""
            self._recorder.note(f"With {self._proof}{password}")
        request = Request(method=method, url=url, headers=sent, body=body)
        answer = self._throttled.send(lambda: self._http.send(request))
        return self._successful(answer, is_realm=_REALM in parts.path)

    def _successful(self, answer: Answer, *, is_realm: bool) -> MsalResponse:
        if is_realm and answer.status == _NOT_FOUND:
            return MsalResponse(answer)  # this authority knows no realms; msal goes on without
        redact = self._recorder.redactor.redact_all
        if takes_its_place(answer):
            raise page_instead(page_of(answer, redact))
        document = answer.document
        if is_refusal(answer.status, document):
            detail = FailureDetail.HTTP if is_page(answer) else None
            raise token_refused(reply_of(answer, redact), detail=detail)
        if document is None or answer.status // 100 != 2:  # noqa: PLR2004 - RFC 9110 15.3
            raise not_graph(msg("it answered {status} {reason}", status=answer.status, reason=answer.reason))
        if is_realm and document.get("account_type") == "Federated":
            raise federated()
        return MsalResponse(answer)


def credential_of(mailbox: GraphMailbox) -> AppCredential:
    """Returns what the app proves itself with. Beside a password it is always the client secret."""
    return mailbox.app_credential if mailbox.sign_in is SignIn.APP_ONLY else AppCredential.SECRET
