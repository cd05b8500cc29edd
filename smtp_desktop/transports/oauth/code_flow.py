"""The flows of RFC 6749 and RFC 8628 with Google and with any authorization server but Microsoft's."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthEndpoints, OAuthProvider
from smtp_desktop.transports.http.replies import list_in, text_in
from smtp_desktop.transports.oauth.conversation import Conversation, Requests, checked_address
from smtp_desktop.transports.oauth.endpoints import AuthorizationServer, discovered
from smtp_desktop.transports.oauth.messages import no_address, not_authorization_server, other_issuer, scope_missing
from smtp_desktop.transports.oauth.tokens import account_in, claims_in, tokens_in

_GOOGLE_MAIL = "https://mail.google.com/"
_GOOGLE_BESIDE = ("openid", "email")  # without them Google does not say who has signed in
_VERIFIER_BYTES = 48  # RFC 7636 4.1: 43 to 128 characters


class OAuthSession:
    """The client of one SMTP at its authorization server, for one conversation."""

    def __init__(
        self,
        conversation: Conversation,
        client: OAuthClient,
        endpoints: OAuthEndpoints,
        *,
        client_secret: Secret | None,
        user_name: str,
    ) -> None:
        self.conversation = conversation
        self.client = client
        self.user_name = user_name
        self._endpoints = endpoints
        self._client_secret = client_secret
        self._server: AuthorizationServer | None = None
        if client_secret:
            conversation.recorder.redactor.add_secrets((client_secret.reveal(),), encoded=(self._basic(),))

    @property
    def is_google(self) -> bool:
        return self.client.provider is OAuthProvider.GOOGLE

    def server(self, requests: Requests) -> AuthorizationServer:
        """Returns the authorization server, which is asked for its addresses once. Raises SessionError."""
        if self._server is None:
            self._server = discovered(self._endpoints, requests)
        return self._server

    def scope(self, requests: Requests) -> str:
        """Returns the scope to ask for. Raises SessionError."""
        scope = self.server(requests).scope.split()
        return " ".join([*scope, *(one for one in _GOOGLE_BESIDE if self.is_google and one not in scope)])

    def post(self, requests: Requests, fields: Mapping[str, str], *, hidden: str) -> dict[str, Any]:
        """Returns the answer of the token address. Raises SessionError."""
        return self.post_to(self.token_url(requests), requests, fields, hidden=hidden)

    def post_to(self, url: str, requests: Requests, fields: Mapping[str, str], *, hidden: str) -> dict[str, Any]:
        """Returns what is answered at `url` to the client, which says who it is. Raises SessionError."""
        in_header = self.server(requests).secret_in_header and not self.is_google
        sent, headers = self._authenticated(fields, in_header=in_header)
        return requests.token(requests.form(url, sent, hidden=hidden, headers=headers))

    def token_url(self, requests: Requests) -> str:
        """Returns the token address, to which secrets may go. Raises SessionError."""
        url = self.server(requests).token_url
        if not url:
            raise no_address("token_endpoint")
        return checked_address(url)

    def token_set(self, document: Mapping[str, Any], *, before: TokenSet | None = None) -> TokenSet:
        """Returns the tokens of an answer. Raises SessionError, also where they do not allow to send."""
        redactor = self.conversation.recorder.redactor
        tokens = tokens_in(document, redactor, user_name=self.user_name, before=before)
        if self.is_google and tokens.scope and _GOOGLE_MAIL not in tokens.scope.split():
            raise scope_missing(_GOOGLE_MAIL, redactor.redact(tokens.scope))
        return tokens

    def signed_in(self, document: Mapping[str, Any]) -> TokenSet:
        """Returns the tokens of a person who has just signed in, with the account, which some servers name only when
        asked (OpenID Connect Core 5.3). Raises SessionError."""
        tokens = self.token_set(document)
        claims = claims_in(text_in(document.get("id_token")))
        if tokens.account or not claims:
            return tokens
        with self.conversation.requests() as requests:
            url = self.server(requests).userinfo_url
            if not url:
                return tokens
            found = requests.document(url, headers={"Authorization": f"Bearer {tokens.access_token.reveal()}"}) or {}
        same = found.get("sub") == claims.get("sub")
        return replace(tokens, account=account_in(found, self.user_name)) if same else tokens

    def refreshed(self, tokens: TokenSet) -> TokenSet:
        """Returns new tokens for the refresh token in `tokens`, which must have one (RFC 6749 6). Raises
        SessionError."""
        refresh_token = tokens.refresh_token.reveal() if tokens.refresh_token else ""
        self.conversation.recorder.redactor.add_secrets((refresh_token,))
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.granted(fields, hidden="the refresh token", before=tokens)

    def granted(self, fields: Mapping[str, str], *, hidden: str, before: TokenSet | None = None) -> TokenSet:
        """Returns the tokens for `fields`, of which `hidden` is secret. Raises SessionError."""
        sent = {name: value for name, value in fields.items() if value}
        with self.conversation.requests() as requests:
            return self.token_set(self.post(requests, sent, hidden=hidden), before=before)

    def _authenticated(self, fields: Mapping[str, str], *, in_header: bool) -> tuple[dict[str, str], dict[str, str]]:
        """Returns the fields and headers with which the client says who it is (RFC 6749 2.3.1)."""
        if not self._client_secret:
            return {**fields, "client_id": self.client.client_id}, {}
        if in_header:
            return dict(fields), {"Authorization": f"Basic {self._basic()}"}
        own = {"client_id": self.client.client_id, "client_secret": self._client_secret.reveal()}
        return {**fields, **own}, {}

    def _basic(self) -> str:
        secret = self._client_secret.reveal() if self._client_secret else ""
        return base64.b64encode(f"{quote_plus(self.client.client_id)}:{quote_plus(secret)}".encode()).decode()


class CodeFlow:
    """A `BrowserFlow`."""

    redirect_host = "127.0.0.1"

    def __init__(self, session: OAuthSession) -> None:
        self._session = session
        self._verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
        self._nonce = ""
        self._redirect_uri = ""
        session.conversation.recorder.redactor.add_secrets((self._verifier,))

    def address(self, redirect_uri: str, state: str) -> str:
        """Returns the address to open; see `BrowserFlow`."""
        self._redirect_uri = redirect_uri
        with self._session.conversation.requests() as requests:
            server, scope = self._session.server(requests), self._session.scope(requests)
            self._session.token_url(requests)  # before somebody signs in for nothing
        if not server.authorize_url:
            raise no_address("authorization_endpoint")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier.encode()).digest()).rstrip(b"=").decode()
        fields = {
            "response_type": "code",
            "client_id": self._session.client.client_id,
            "redirect_uri": redirect_uri,
            "scope": scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "login_hint": self._session.user_name,
        }
        if "openid" in scope.split():
            self._nonce = fields["nonce"] = secrets.token_urlsafe(24)
        if self._session.is_google:
            fields["access_type"] = "offline"
        # Without it a second sign-in at Google gets no refresh token, elsewhere none does (OpenID Connect Core 11).
        if self._session.is_google or "offline_access" in scope.split():
            fields["prompt"] = "consent"
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"{checked_address(server.authorize_url)}{'&' if '?' in server.authorize_url else '?'}{query}"

    def redeem(self, answer: Mapping[str, str]) -> TokenSet:
        """Returns the tokens; see `BrowserFlow`."""
        with self._session.conversation.requests() as requests:
            issuer = self._session.server(requests).issuer
            if issuer and answer.get("iss", issuer).rstrip("/") != issuer.rstrip("/"):  # RFC 9207 2.4
                redact = self._session.conversation.recorder.redactor.redact
                raise other_issuer(redact(answer["iss"]), issuer)
            fields = {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": self._redirect_uri,
                "code_verifier": self._verifier,
            }
            document = self._session.post(requests, fields, hidden="the authorization code")
        self._check(claims_in(text_in(document.get("id_token"))))
        return self._session.signed_in(document)

    def _check(self, claims: Mapping[str, Any]) -> None:
        """Raises SessionError where the ID token is another client's, or of another sign-in (OpenID Connect Core
        3.1.3.7)."""
        if not claims:
            return
        audience = claims.get("aud")
        if self._session.client.client_id not in (list_in(audience) or [audience]):
            raise not_authorization_server(msg("its ID token is for another client"))
        if self._nonce and claims.get("nonce") != self._nonce:
            raise not_authorization_server(msg("its ID token is of another sign-in"))
