"""Tokens from Microsoft Entra ID. The only place that knows msal; nothing else speaks to Entra ID."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msal

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import MASK, Secret
from smtp_desktop.domain.smtp.cloud import Endpoints
from smtp_desktop.domain.smtp.profile import GraphMailbox, SecretField, SignIn
from smtp_desktop.transports.graph.http import Answer, Http, Request
from smtp_desktop.transports.graph.messages import elsewhere, federated, not_graph, token_refused
from smtp_desktop.transports.graph.patience import Patience
from smtp_desktop.transports.graph.replies import reply_of
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_REALM = "/common/userrealm/"
_EARLY_S = 300.0  # a token is renewed that long before it ends
_NOT_FOUND = 404
_BAD = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """What a token was given for: another secret, or another place, is another key."""

    authority: str
    scope: str
    client_id: str
    sign_in: SignIn
    user_name: str
    secrets: tuple[Secret, ...]


class TokenShelf:
    """Tokens of the running program, in memory only. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[TokenKey, tuple[Secret, float]] = {}

    def get(self, key: TokenKey) -> Secret | None:
        """Returns the token if it still lasts a while."""
        with self._lock:
            token, ends_s = self._held.get(key, (None, 0.0))
        return token if ends_s > time.monotonic() + _EARLY_S else None

    def put(self, key: TokenKey, token: Secret, lasts_s: float) -> None:
        """The token is there for every conversation with that key; those that have ended are gone."""
        now_s = time.monotonic()
        with self._lock:
            self._held = {other: held for other, held in self._held.items() if held[1] > now_s}
            self._held[key] = (token, now_s + lasts_s)


class EntraSignIn:
    """Signs in to one mailbox. Used by one conversation, on its thread."""

    def __init__(
        self,
        mailbox: GraphMailbox,
        endpoints: Endpoints,
        *,
        secrets: Mapping[SecretField, Secret],
        shelf: TokenShelf,
        http: Http,
        recorder: TimelineRecorder,
        patience: Patience,
    ) -> None:
        self._mailbox = mailbox
        self._endpoints = endpoints
        self._secrets = secrets
        self._shelf = shelf
        self._recorder = recorder
        # From the beginning: Entra ID may know them from an earlier conversation.
        recorder.redactor.hide(secret.reveal() for secret in secrets.values())
        self._client = _MsalHttp(mailbox, endpoints, http=http, recorder=recorder, patience=patience)
        self._app: msal.ConfidentialClientApplication | None = None
        self._key = TokenKey(
            authority=endpoints.authority,
            scope=endpoints.scope,
            client_id=mailbox.client_id,
            sign_in=mailbox.sign_in,
            user_name=mailbox.user_name,
            secrets=tuple(secrets[field] for field in sorted(secrets)),
        )

    def held(self) -> Secret | None:
        """Returns a token that was got before and still lasts, if there is one."""
        token = self._shelf.get(self._key)
        if token:
            self._recorder.redactor.hide((token.reveal(),))
        return token

    def fresh(self) -> Secret:
        """Returns a token that Entra ID has given just now; later conversations share it. Raises Ended."""
        try:
            told = self._ask()
        except (ValueError, KeyError) as error:
            # msal's words for an answer that lacks what it must hold, or names another issuer.
            raise not_graph(msg("its sign-in service is none of Microsoft's")) from error
        value = told.get("access_token")
        if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
            raise not_graph(msg("it gave no token"))
        token = Secret(value)
        self._recorder.redactor.hide((value,))
        self._shelf.put(self._key, token, _seconds(told.get("expires_in")))
        return token

    def _ask(self) -> dict[str, Any]:
        if self._app is None:
            # Its constructor goes over the network: it reads the tenant's addresses.
            self._app = msal.ConfidentialClientApplication(
                self._mailbox.client_id,
                client_credential=self._secrets[SecretField.CLIENT_SECRET].reveal(),
                authority=self._endpoints.authority,
                http_client=self._client,
                instance_discovery=False,  # the addresses of the clouds are ours; a custom one is in nobody's list
            )
        scopes = [self._endpoints.scope]
        if self._mailbox.sign_in is SignIn.APP_ONLY:
            self._app.remove_tokens_for_client()
            return dict(self._app.acquire_token_for_client(scopes) or {})
        password = self._secrets[SecretField.PASSWORD].reveal()
        # Microsoft is retiring this flow from msal; when it goes, one POST takes its place here.
        return dict(self._app.acquire_token_by_username_password(self._mailbox.user_name, password, scopes) or {})


class _MsalHttp:
    """The HTTP client that msal uses: what is refused ends the conversation here, with all that Entra ID said."""

    def __init__(
        self, mailbox: GraphMailbox, endpoints: Endpoints, *, http: Http, recorder: TimelineRecorder, patience: Patience
    ) -> None:
        self._mailbox = mailbox
        self._endpoints = endpoints
        self._http = http
        self._recorder = recorder
        self._patience = patience

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, Any] | None = None, **_: Any
    ) -> "_MsalResponse":
        """Returns what stands at `url`."""
        query = f"?{urlencode(params)}" if params else ""
        return self._send("GET", self._placed(url) + query, headers, None)

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        headers: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> "_MsalResponse":
        """Returns the answer to a form."""
        form = {key: value for key, value in dict(data or {}).items() if value is not None}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        query = f"?{urlencode(params)}" if params else ""
        return self._send("POST", url + query, {**(headers or {}), **kind}, urlencode(form).encode())

    def close(self) -> None:
        """Does nothing: the conversation closes its connections itself."""

    def _placed(self, url: str) -> str:
        # msal drops the port from this address, and puts the user name into it as it is.
        if _REALM in url:
            user = quote(self._mailbox.user_name, safe="@")
            return f"https://{self._endpoints.sign_in_host}{_REALM}{user}?api-version=1.0"
        return url

    def _send(self, method: str, url: str, headers: Mapping[str, Any] | None, body: bytes | None) -> "_MsalResponse":
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc.lower() not in self._endpoints.sign_in_hosts:
            raise elsewhere(self._recorder.redactor.clean(parts.netloc))
        sent = {key: str(value) for key, value in (headers or {}).items() if value is not None}
        if body:
            password = f" and the password {MASK}" if self._mailbox.sign_in is SignIn.PASSWORD else ""
            self._recorder.note(f"With the client secret {MASK}{password}")
        request = Request(method=method, url=url, headers=sent, body=body)
        answer = self._patience.send(lambda: self._http.send(request))
        return self._judged(answer, is_realm=_REALM in parts.path)

    def _judged(self, answer: Answer, *, is_realm: bool) -> "_MsalResponse":
        if is_realm and answer.status == _NOT_FOUND:
            return _MsalResponse(answer)  # an authority that knows no realms: msal goes on without
        document = answer.document
        if answer.status >= _BAD and (document or answer.status not in {_BAD, _NOT_FOUND}):
            raise token_refused(reply_of(answer, self._recorder.redactor.clean_all))
        if document is None or answer.status // 100 != 2:  # noqa: PLR2004 - RFC 9110 15.3
            raise not_graph(msg("it answered {status} {reason}", status=answer.status, reason=answer.reason))
        if is_realm and document.get("account_type") == "Federated":
            raise federated()
        return _MsalResponse(answer)


class _MsalResponse:
    """An answer in the form that msal takes."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.text = answer.body.decode("utf-8", "replace")
        self.headers = dict(answer.headers)

    def raise_for_status(self) -> None:
        """Does nothing: what was refused never becomes one of these."""


def _seconds(told: object) -> float:
    return float(told) if isinstance(told, int | float | str) and str(told).isdigit() else 0.0
