"""What an authorization server issues, for which grants, and how it behaves."""

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_plus

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from servers.https_calls import Answer, Call
from servers.oauth.signed import (
    BadToken,
    claims_of,
    decoded,
    encoded,
    public_key_of,
    signed,
    thumbprint_in,
    thumbprint_of,
)

CLIENT_ID = "0d4b6a12-8c1e-4a7e-9b1f-2f6f2b8f7a31"
USER_NAME = "anna@northwind.example"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

# Microsoft describes with a number what others say by the error alone.
_AS_MICROSOFT = {
    "authorization_pending": "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    "expired_token": "AADSTS70020: The provided value for the device code is expired.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a token was issued for. `ends_s` is Unix time."""

    account: str
    scope: str
    ends_s: float
    nonce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    challenge: str
    redirect_uri: str
    issued: Issued


@dataclass(slots=True, kw_only=True)
class _Device:
    scope: str
    approved: bool = False


class Refusal(Exception):
    """An error of RFC 6749 5.2, with its description."""

    def __init__(self, error: str, description: str = "", *, status: int = 400) -> None:
        super().__init__(error)
        self.answer = Answer(status=status, json={"error": error, "error_description": description})


@dataclass(slots=True, kw_only=True)
class Behavior:
    """How the server behaves; a test changes it at any time."""

    client_secret: str = ""
    """Where set, every request for a token must bring it."""
    account: str = USER_NAME
    """Who signs in, whoever was asked for."""
    granted_scope: str = ""
    """In place of the scope that was asked for."""
    names_account: bool = True
    """Whether it issues an ID token that names the account."""
    denies: dict[str, str] = field(default_factory=dict)
    """The error that it answers at the authorization address, as its fields."""
    expires_in_s: int = 3599
    refresh_expires_in_s: int = 0
    rotates: bool = False
    """Whether a refresh token is good for once; using it again ends all of that account."""
    token_length: int = 900
    device_answers: list[str] = field(default_factory=list)
    """The errors with which it answers the next polls."""
    interval_s: int = 0
    certificate: x509.Certificate | None = None
    """The certificate that was uploaded for the app."""
    service_accounts: dict[str, RSAPublicKey] = field(default_factory=dict)
    """The keys of service accounts by their addresses; they may act for everybody here."""


class Grants:
    """The codes and tokens of one client."""

    def __init__(self, client_id: str, behavior: Behavior) -> None:
        self.client_id = client_id
        self.behavior = behavior
        self.base = ""
        """The address that all of the server's begin with."""
        self.calls: list[dict[str, str]] = []
        """The requests for tokens so far, as their forms."""
        self.issued: dict[str, Issued] = {}
        self.refresh_tokens: dict[str, Issued] = {}
        self._devices: dict[str, _Device] = {}
        self._codes: dict[str, _Code] = {}
        self._used: dict[str, Issued] = {}

    def issue(self, *, account: str = USER_NAME, scope: str = "smtp", expires_in_s: float = 3599) -> str:
        """Returns a new access token, as if somebody had signed in."""
        token = "at-" + secrets.token_urlsafe(self.behavior.token_length)[: self.behavior.token_length]
        self.issued[token] = Issued(account=account, scope=scope, ends_s=time.time() + expires_in_s)
        return token

    def issue_refresh_token(self, *, account: str = USER_NAME, scope: str = "smtp") -> str:
        """Returns a new refresh token, as if somebody had signed in."""
        token = "rt-" + secrets.token_urlsafe(40)
        self.refresh_tokens[token] = Issued(account=account, scope=scope, ends_s=float("inf"))
        return token

    def revoke_all(self, *, refresh_tokens_too: bool = False) -> None:
        """Ends every access token, and the refresh tokens if `refresh_tokens_too`."""
        self.issued.clear()
        if refresh_tokens_too:
            self.refresh_tokens.clear()

    def approve(self, user_code: str) -> None:
        """Lets the device with that code in."""
        self._devices[user_code].approved = True

    def new_code(self, asked: Mapping[str, str]) -> str:
        """Returns a new authorization code for the fields at the authorization address."""
        code = secrets.token_urlsafe(60)
        issued = Issued(account=self.behavior.account, scope=asked["scope"], ends_s=0, nonce=asked.get("nonce", ""))
        self._codes[code] = _Code(challenge=asked["code_challenge"], redirect_uri=asked["redirect_uri"], issued=issued)
        return code

    def new_device(self, scope: str) -> str:
        """Returns a new code to be entered."""
        user_code = f"WDJB-{secrets.token_hex(2).upper()}"
        self._devices[user_code] = _Device(scope=scope)
        return user_code

    def valid(self, token: str) -> Issued | None:
        """Returns what `token` was issued for, while it is good."""
        issued = self.issued.get(token)
        return issued if issued and issued.ends_s > time.time() else None

    def answer(self, call: Call) -> dict[str, Any]:
        """Returns the tokens that a request gets. Raises Refusal."""
        form = self.authenticated(call)
        self.calls.append(form)
        match form.get("grant_type"):
            case "authorization_code":
                return self._tokens(self._redeemed(form))
            case "refresh_token":
                return self._tokens(self._refreshed(form["refresh_token"]), again=form["refresh_token"])
            case "client_credentials":
                return self._access(Issued(account="", scope=form.get("scope", ""), ends_s=0))
            case grant if grant == _DEVICE_CODE:
                return self._tokens(self._entered(form["device_code"].removeprefix("dc-")))
            case grant if grant == _JWT_BEARER:
                return self._access(self._asserted(form["assertion"]))
        raise Refusal("unsupported_grant_type")

    def authenticated(self, call: Call) -> dict[str, str]:
        """Returns the form of a client that has said who it is."""
        form = call.form
        if call.headers.get("Authorization", "").startswith("Basic "):
            pair = decoded(call.headers["Authorization"].removeprefix("Basic ")).decode().split(":")
            form |= dict(zip(("client_id", "client_secret"), map(unquote_plus, pair), strict=True))
        if form.get("grant_type") == _JWT_BEARER:
            return form
        if form.get("client_id") != self.client_id:
            raise Refusal("invalid_client", "The OAuth client was not found.", status=401)
        if self.behavior.certificate and form.get("client_assertion_type") == _ASSERTION:
            self._check_assertion(form["client_assertion"], self.behavior.certificate)
        elif form.get("client_secret", "") != self.behavior.client_secret:
            raise Refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.", status=401)
        return form

    def _check_assertion(self, assertion: str, certificate: x509.Certificate) -> None:
        try:
            claims = claims_of(assertion, public_key_of(certificate), audience=f"{self.base}/token")
        except BadToken as error:
            raise Refusal("invalid_client", f"AADSTS700027: {error} is not valid.", status=401) from error
        if claims["iss"] != self.client_id or thumbprint_in(assertion) != thumbprint_of(certificate):
            raise Refusal("invalid_client", "AADSTS700027: The certificate is not registered.", status=401)

    def _redeemed(self, form: dict[str, str]) -> Issued:
        code = self._codes.pop(form.get("code", ""), None)
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if code is None or code.challenge != challenge or code.redirect_uri != form.get("redirect_uri"):
            raise Refusal("invalid_grant", "The code or its verifier is wrong.")
        return code.issued

    def _refreshed(self, token: str) -> Issued:
        if used := self._used.get(token):
            self.refresh_tokens = {t: i for t, i in self.refresh_tokens.items() if i.account != used.account}
            raise Refusal("invalid_grant", "The refresh token was used before: all of its family are revoked.")
        issued = self.refresh_tokens.get(token)
        if not issued:
            raise Refusal("invalid_grant", "Token has been expired or revoked.")
        if self.behavior.rotates:
            self._used[token] = self.refresh_tokens.pop(token)
        return replace(issued, nonce="")

    def _entered(self, user_code: str) -> Issued:
        device = self._devices.get(user_code)
        if self.behavior.device_answers:
            error = self.behavior.device_answers.pop(0)
            raise Refusal(error, _AS_MICROSOFT.get(error, ""))
        if not device:
            raise Refusal("expired_token")
        if not device.approved:
            raise Refusal("authorization_pending", _AS_MICROSOFT["authorization_pending"])
        return Issued(account=self.behavior.account, scope=device.scope, ends_s=0)

    def _asserted(self, assertion: str) -> Issued:
        for email, key in self.behavior.service_accounts.items():
            try:
                claims = claims_of(assertion, key, audience=f"{self.base}/token")
            except BadToken as error:
                raise Refusal("invalid_grant", f"Invalid JWT: {error}.") from error
            if claims["iss"] == email:
                return Issued(account=claims["sub"], scope=claims["scope"], ends_s=0)
        raise Refusal("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method.")

    def _access(self, issued: Issued) -> dict[str, Any]:
        scope = self.behavior.granted_scope or issued.scope
        token = self.issue(account=issued.account, scope=scope, expires_in_s=self.behavior.expires_in_s)
        return {"token_type": "Bearer", "access_token": token, "expires_in": self.behavior.expires_in_s, "scope": scope}

    def _tokens(self, issued: Issued, *, again: str = "") -> dict[str, Any]:
        tokens = self._access(issued)
        if not again or self.behavior.rotates:
            tokens["refresh_token"] = self.issue_refresh_token(account=issued.account, scope=issued.scope)
        if self.behavior.refresh_expires_in_s:
            tokens["refresh_token_expires_in"] = self.behavior.refresh_expires_in_s
        if "openid" in issued.scope.split():
            tokens["id_token"] = signed(self._claims(issued))
            tokens["client_info"] = encoded(b'{"uid": "object", "utid": "tenant"}')
        return tokens

    def _claims(self, issued: Issued) -> dict[str, Any]:
        now_s = int(time.time())
        claims = {"iss": f"{self.base}/v2.0", "aud": self.client_id, "sub": "subject", "oid": "object", "tid": "tenant"}
        times = {"iat": now_s, "exp": now_s + 3600}
        named = {"email": issued.account, "preferred_username": issued.account} if self.behavior.names_account else {}
        return {**claims, **times, **named, **({"nonce": issued.nonce} if issued.nonce else {})}
