"""Tokens from Microsoft Entra ID, acquired through msal, which nothing else uses."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msal

from smtp_desktop.domain.diagnosis.conversation import FailureDetail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import REDACTED, Secret
from smtp_desktop.domain.smtp.cloud import GraphEndpoints
from smtp_desktop.domain.smtp.profile import GraphMailbox, SecretField, SignIn
from smtp_desktop.transports.graph.messages import federated, not_graph, other_host, page_instead, token_refused
from smtp_desktop.transports.http.client import Http
from smtp_desktop.transports.http.exchange import Answer, Request
from smtp_desktop.transports.http.replies import is_page, page_of, reply_of, takes_its_place
from smtp_desktop.transports.http.throttling import ThrottledSender
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_REALM = "/common/userrealm/"
_EARLY_S = 300.0  # a token is renewed this long before it expires
_NOT_FOUND = 404
_BAD = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """The key of a cached token: another secret or another authority makes another key."""

    authority: str
    scope: str
    client_id: str
    sign_in: SignIn
    user_name: str
    secrets: tuple[Secret, ...]


class TokenCache:
    """The tokens of this process, in memory only. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[TokenKey, tuple[Secret, float]] = {}

    def get(self, key: TokenKey) -> Secret | None:
        """Returns the token if it is valid for another five minutes."""
        with self._lock:
            token, expires_s = self._tokens.get(key, (None, 0.0))
        return token if expires_s > time.monotonic() + _EARLY_S else None

    def put(self, key: TokenKey, token: Secret, valid_s: float) -> None:
        """Keeps the token for every conversation with that key, and drops those that have expired."""
        now_s = time.monotonic()
        with self._lock:
            self._tokens = {other: kept for other, kept in self._tokens.items() if kept[1] > now_s}
            self._tokens[key] = (token, now_s + valid_s)


class EntraSignIn:
    """Signs in to one mailbox for one conversation, on its thread. A `client.TokenSource`."""

    def __init__(
        self,
        mailbox: GraphMailbox,
        endpoints: GraphEndpoints,
        *,
        secrets: Mapping[SecretField, Secret],
        token_cache: TokenCache,
        http: Http,
        recorder: TimelineRecorder,
        throttled: ThrottledSender,
    ) -> None:
        self._mailbox = mailbox
        self._endpoints = endpoints
        self._secrets = secrets
        self._token_cache = token_cache
        self._recorder = recorder
        # At once: Entra ID may know them from an earlier conversation.
        recorder.redactor.add_secrets(secret.reveal() for secret in secrets.values())
        self._http_client = _MsalHttp(mailbox, endpoints, http=http, recorder=recorder, throttled=throttled)
        self._app: msal.ConfidentialClientApplication | None = None
        self._key = TokenKey(
            authority=endpoints.authority,
            scope=endpoints.scope,
            client_id=mailbox.client_id,
            sign_in=mailbox.sign_in,
            user_name=mailbox.user_name,
            secrets=tuple(secrets[field] for field in sorted(secrets)),
        )

    def cached(self) -> Secret | None:
        """Returns a token that was acquired before and is still valid, if there is one."""
        token = self._token_cache.get(self._key)
        if token:
            self._recorder.redactor.add_secrets((token.reveal(),))
        return token

    def acquire(self) -> Secret:
        """Returns a new token from Entra ID; later conversations share it. Raises SessionError."""
        try:
            result = self._ask()
        except (ValueError, KeyError) as error:
            # Raised by msal for an answer that lacks a field or names another issuer.
            raise not_graph(msg("the sign-in service is not Microsoft's")) from error
        value = result.get("access_token")
        if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
            raise not_graph(msg("it issued no token"))
        token = Secret(value)
        self._recorder.redactor.add_secrets((value,))
        self._token_cache.put(self._key, token, _seconds(result.get("expires_in")))
        return token

    def _ask(self) -> dict[str, Any]:
        if self._app is None:
            # The constructor goes over the network, to read the tenant's addresses.
            self._app = msal.ConfidentialClientApplication(
                self._mailbox.client_id,
                client_credential=self._secrets[SecretField.CLIENT_SECRET].reveal(),
                authority=self._endpoints.authority,
                http_client=self._http_client,
                instance_discovery=False,  # Microsoft's list lacks custom clouds
            )
        scopes = [self._endpoints.scope]
        if self._mailbox.sign_in is SignIn.APP_ONLY:
            self._app.remove_tokens_for_client()
            return dict(self._app.acquire_token_for_client(scopes) or {})
        password = self._secrets[SecretField.PASSWORD].reveal()
        # Microsoft is removing this flow from msal; one POST can take its place here.
        return dict(self._app.acquire_token_by_username_password(self._mailbox.user_name, password, scopes) or {})


class _MsalHttp:
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
        self._mailbox = mailbox
        self._endpoints = endpoints
        self._http = http
        self._recorder = recorder
        self._throttled = throttled

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, Any] | None = None, **_: Any
    ) -> "_MsalResponse":
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
    ) -> "_MsalResponse":
        """Returns the answer to a POST of a form."""
        form = {key: value for key, value in dict(data or {}).items() if value is not None}
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

    def _send(self, method: str, url: str, headers: Mapping[str, Any] | None, body: bytes | None) -> "_MsalResponse":
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc.lower() not in self._endpoints.sign_in_hosts:
            raise other_host(self._recorder.redactor.redact(parts.netloc))
        sent = {key: str(value) for key, value in (headers or {}).items() if value is not None}
        if body:
            password = f" and the password {REDACTED}" if self._mailbox.sign_in is SignIn.PASSWORD else ""
            self._recorder.note(f"With the client secret {REDACTED}{password}")
        request = Request(method=method, url=url, headers=sent, body=body)
        answer = self._throttled.send(lambda: self._http.send(request))
        return self._successful(answer, is_realm=_REALM in parts.path)

    def _successful(self, answer: Answer, *, is_realm: bool) -> "_MsalResponse":
        if is_realm and answer.status == _NOT_FOUND:
            return _MsalResponse(answer)  # this authority knows no realms; msal goes on without
        redact = self._recorder.redactor.redact_all
        if takes_its_place(answer):
            raise page_instead(page_of(answer, redact))
        document = answer.document
        if answer.status >= _BAD and (document or answer.status not in {_BAD, _NOT_FOUND}):
            detail = FailureDetail.HTTP if is_page(answer) else None
            raise token_refused(reply_of(answer, redact), detail=detail)
        if document is None or answer.status // 100 != 2:  # noqa: PLR2004 - RFC 9110 15.3
            raise not_graph(msg("it answered {status} {reason}", status=answer.status, reason=answer.reason))
        if is_realm and document.get("account_type") == "Federated":
            raise federated()
        return _MsalResponse(answer)


class _MsalResponse:
    """An answer with the attributes that msal reads."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.text = answer.body.decode("utf-8", "replace")
        self.headers = dict(answer.headers)

    def raise_for_status(self) -> None:
        """Does nothing: a refusal never becomes a response."""


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, int | float | str) and str(value).isdigit() else 0.0
