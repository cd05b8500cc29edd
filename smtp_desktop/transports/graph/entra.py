"""Tokens from Microsoft Entra ID, acquired through msal."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msal

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.cloud import GraphEndpoints
from smtp_desktop.domain.smtp.profile import AppCredential, GraphMailbox, SecretField, SignIn
from smtp_desktop.transports.entra.credential import msal_credential, repeatable
from smtp_desktop.transports.entra.managed_identity import ManagedIdentity
from smtp_desktop.transports.graph.messages import not_graph
from smtp_desktop.transports.graph.msal_http import MsalHttp, credential_of
from smtp_desktop.transports.http.client import Http
from smtp_desktop.transports.http.throttling import ThrottledSender
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_EARLY_S = 300.0  # a token is renewed this long before it expires


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """The key of a cached token: another secret or another authority makes another key."""

    authority: str
    scope: str
    client_id: str
    sign_in: SignIn
    credential: AppCredential
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
        recorder.redactor.add_secrets(repeatable(secrets))
        self._credential = credential_of(mailbox)
        self._http_client = MsalHttp(mailbox, endpoints, http=http, recorder=recorder, throttled=throttled)
        self._managed_identity = (
            ManagedIdentity(mailbox.client_id, http=http, recorder=recorder, throttled=throttled)
            if self._credential is AppCredential.MANAGED_IDENTITY
            else None
        )
        self._app: msal.ConfidentialClientApplication | None = None
        self._key = TokenKey(
            authority=endpoints.authority,
            scope=endpoints.scope,
            client_id=mailbox.client_id,
            sign_in=mailbox.sign_in,
            credential=self._credential,
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
        if self._managed_identity:
            return self._managed_identity.token(self._endpoints.scope)
        if self._app is None:
            # The constructor goes over the network, to read the tenant's addresses.
            self._app = msal.ConfidentialClientApplication(
                self._mailbox.client_id,
                client_credential=msal_credential(self._credential, self._secrets),
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


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, int | float | str) and str(value).isdigit() else 0.0
