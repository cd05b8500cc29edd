"""A stand-in for Microsoft Entra ID: discovery, user realm and tokens for one tenant, one app and one user.

It refuses what the real one refuses, with error texts of its own.
"""

import base64
import json
import re
import secrets
import ssl
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Call
from servers.microsoft.client_assertion import ASSERTION_TYPE, BadAssertion, check_assertion

_SHARED_TENANTS = ("common", "organizations", "consumers")
_OPENID_SCOPES = {"openid", "profile", "email", "offline_access"}
_GRAPH_SCOPES = {".default", "Mail.Send", "Mail.ReadWrite", "Mail.Read", "Mail.ReadBasic", "User.Read"}
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token was issued for: `user_name` is empty for an app on its own, `scope` is as requested."""

    grant_type: str
    user_name: str
    scope: str

    @property
    def delegated(self) -> bool:
        """Whether the app acts for a user."""
        return bool(self.user_name)


class Refusal(Exception):
    """A refusal by Entra ID: `number` is the AADSTS code, `error` and `suberror` are OAuth's."""

    def __init__(self, number: int, error: str, description: str, *, status: int = 400, suberror: str = "") -> None:
        super().__init__(description)
        self.number = number
        self.error = error
        self.status = status
        self.suberror = suberror
        self.description = description


class EntraServer(HttpsServer):
    """Serves `tenant`, which is a GUID or a domain. `graph_url` is the resource that tokens are issued for."""

    def __init__(
        self,
        tls: Authority | ssl.SSLContext,
        *,
        tenant: str,
        client_id: str,
        client_secret: str,
        user_name: str,
        password: str,
        graph_url: str = "https://graph.microsoft.com",
    ) -> None:
        super().__init__(tls)
        self.tenant = tenant
        self.client_id = client_id
        self.client_secret = client_secret
        self.user_name = user_name
        self.password = password
        self.graph_url = graph_url
        self.certificates: list[str] = []  # what is uploaded for the app, as PEM
        self.expires_in_s = 3599
        self.federation_metadata_url = ""  # where set, the user's domain is a federated one
        self.public_url = ""  # what discovery names; by default this server's own address
        self.issued: dict[str, Grant] = {}
        self.token_calls: list[dict[str, str]] = []
        self._revoked: set[str] = set()
        self._refresh_tokens: dict[str, Grant] = {}
        self._refusal: Callable[[], Refusal] | None = None

    def refuse_with(
        self,
        number: int,
        *,
        error: str = "invalid_grant",
        status: int = 400,
        suberror: str = "",
        description: str = "This was refused because a test wants it so.",
    ) -> None:
        """Refuses every token request with AADSTS`number` until `accept_again`."""
        self._refusal = lambda: Refusal(number, error, description, status=status, suberror=suberror)

    def accept_again(self) -> None:
        """Handles token requests normally again."""
        self._refusal = None

    def revoke_all(self, *, refresh_tokens_too: bool = False) -> None:
        """Revokes every access token issued so far, and the refresh tokens if `refresh_tokens_too`."""
        self._revoked.update(self.issued)
        if refresh_tokens_too:
            self._refresh_tokens.clear()

    def grant_of(self, token: str) -> Grant | None:
        """Returns what `token` was issued for, or None if it is unknown or revoked."""
        return None if token in self._revoked else self.issued.get(token)

    def handle(self, call: Call) -> Answer:
        """Answers discovery, user realm and token requests."""
        try:
            match call.method, call.segments:
                case "GET", ["common", "userrealm", user_name]:
                    return Answer(json=self._realm(user_name))
                case "GET", [tenant, "v2.0", ".well-known", "openid-configuration"]:
                    self._check_tenant(tenant)
                    return Answer(json=self._discovery(tenant))
                case "POST", [tenant, "oauth2", "v2.0", "token"]:
                    return Answer(json=self._token(tenant, call), headers={"Cache-Control": "no-store"})
        except Refusal as refusal:
            return Answer(status=refusal.status, json=_error_body(call, refusal))
        return Answer(status=404)

    def render(self, call: Call, answer: Answer) -> Answer:
        """Returns `answer` with its `error` (OAuth's name, description) in Entra ID's form."""
        if answer.error is None:
            return answer
        return replace(answer, json={"error": answer.error[0], "error_description": answer.error[1]}, error=None)

    def _realm(self, user_name: str) -> dict[str, str]:
        domain = user_name.rpartition("@")[2]
        kind = "Managed" if domain.lower() == self.user_name.rpartition("@")[2].lower() else "Unknown"
        realm = {"ver": "1.0", "account_type": kind, "domain_name": domain, "cloud_instance_name": "localhost"}
        realm["cloud_audience_urn"] = "urn:federation:MicrosoftOnline"
        if self.federation_metadata_url:
            realm |= {
                "account_type": "Federated",
                "federation_protocol": "WSTrust",
                "federation_metadata_url": self.federation_metadata_url,
                "federation_active_auth_url": f"{self.federation_metadata_url}/active",
            }
        return realm

    def _discovery(self, tenant: str) -> dict[str, str | None]:
        base = f"{self.public_url or self.url}/{tenant}"
        return {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "tenant_region_scope": None,
        }

    def _token(self, tenant: str, call: Call) -> dict[str, object]:
        if call.content_type != _FORM:
            raise Refusal(900144, "invalid_request", f"The body must be a form ({_FORM}).")
        form = call.form
        self.token_calls.append(form)
        if self._refusal is not None:
            raise self._refusal()
        self._check_tenant(tenant)
        _require(form, "grant_type", "client_id")
        self._check_app(tenant, form)
        match form["grant_type"]:
            case "client_credentials":
                return self._app_token(tenant, form)
            case "password":
                return self._user_token(tenant, form)
            case "refresh_token":
                return self._renewed_token(form)
            case other:
                raise Refusal(70003, "unsupported_grant_type", f"There is no grant type {other!r}.")

    def _check_tenant(self, tenant: str) -> None:
        if tenant.lower() == self.tenant.lower() or tenant in _SHARED_TENANTS:
            return
        if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[\w-]+(\.[\w-]+)+", tenant):
            raise Refusal(900023, "invalid_request", f"'{tenant}' is neither a GUID nor a domain.")
        raise Refusal(90002, "invalid_request", f"No tenant '{tenant}' is known here.")

    def _check_app(self, tenant: str, form: dict[str, str]) -> None:
        if form["client_id"].lower() != self.client_id.lower():
            raise Refusal(700016, "unauthorized_client", f"The tenant has no app '{form['client_id']}'.")
        if form.get("client_assertion"):
            self._check_assertion(tenant, form)
            return
        if not form.get("client_secret"):
            text = "The app must prove itself: 'client_secret' or 'client_assertion' is missing."
            raise Refusal(7000218, "invalid_client", text, status=401)
        if form["client_secret"] != self.client_secret:
            text = f"Invalid client secret provided for the app '{self.client_id}'."
            raise Refusal(7000215, "invalid_client", text, status=401)

    def _check_assertion(self, tenant: str, form: dict[str, str]) -> None:
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise Refusal(900144, "invalid_request", f"'client_assertion_type' must be '{ASSERTION_TYPE}'.")
        if "client_secret" in form:
            raise Refusal(90013, "invalid_request", "Both a secret and an assertion were sent.")
        try:
            check_assertion(
                form["client_assertion"],
                client_id=form["client_id"],
                audience=str(self._discovery(tenant)["token_endpoint"]),
                certificates=self.certificates,
            )
        except BadAssertion as bad:
            raise Refusal(bad.number, "invalid_client", bad.description, status=401) from bad

    def _app_token(self, tenant: str, form: dict[str, str]) -> dict[str, object]:
        _require(form, "scope")
        if tenant in _SHARED_TENANTS:
            raise Refusal(50194, "unauthorized_client", "An app signs in at its own tenant, not at a shared one.")
        self._check_scopes(form["scope"].split(), {".default"})
        return self._issue(Grant(grant_type="client_credentials", user_name="", scope=form["scope"]))

    def _user_token(self, tenant: str, form: dict[str, str]) -> dict[str, object]:
        _require(form, "username", "password", "scope")
        if tenant in ("common", "consumers"):
            raise Refusal(9001023, "invalid_request", "A password is accepted at its own tenant, not at a shared one.")
        self._check_scopes(list(set(form["scope"].split()) - _OPENID_SCOPES), _GRAPH_SCOPES)
        if form["username"].lower() != self.user_name.lower():
            raise Refusal(50034, "invalid_grant", f"The account {form['username']} is not in the tenant.")
        if form["password"] != self.password:
            raise Refusal(50126, "invalid_grant", "User name or password is wrong.")
        grant = Grant(grant_type="password", user_name=self.user_name, scope=form["scope"])
        return self._issue(grant) | self._user_parts(grant)

    def _renewed_token(self, form: dict[str, str]) -> dict[str, object]:
        _require(form, "refresh_token")
        grant = self._refresh_tokens.get(form["refresh_token"])
        if grant is None:
            raise Refusal(50173, "invalid_grant", "The refresh token was revoked.", suberror="bad_token")
        return self._issue(grant) | self._user_parts(grant)

    def _check_scopes(self, scopes: list[str], names: set[str]) -> None:
        for scope in scopes or [""]:
            resource, slash, name = scope.rpartition("/")
            if name not in names or (not slash and name == ".default"):
                raise Refusal(70011, "invalid_scope", f"The scope '{scope}' is not valid.")
            if slash and resource != self.graph_url:
                raise Refusal(500011, "invalid_resource", f"The tenant has no resource '{resource}'.")

    def _issue(self, grant: Grant) -> dict[str, object]:
        token = f"eyJ0eXAiOiJKV1Qi.{secrets.token_urlsafe(40)}.{secrets.token_urlsafe(20)}"
        self.issued[token] = grant
        times = {"expires_in": self.expires_in_s, "ext_expires_in": self.expires_in_s}
        return {"token_type": "Bearer", "access_token": token, **times}

    def _user_parts(self, grant: Grant) -> dict[str, object]:
        refresh_token = f"1.{secrets.token_urlsafe(40)}"
        self._refresh_tokens[refresh_token] = grant
        now_s = int(time.time())
        claims = {"iss": f"{self.url}/{self.tenant}/v2.0", "aud": self.client_id, "sub": "subject", "oid": "object"}
        claims |= {"tid": self.tenant, "preferred_username": self.user_name}
        id_token = [_encoded({"alg": "none"}), _encoded({**claims, "iat": now_s, "exp": now_s + 3600}), ""]
        return {
            "scope": " ".join(sorted({*grant.scope.split(), f"{self.graph_url}/Mail.Send"} - _OPENID_SCOPES)),
            "refresh_token": refresh_token,
            "id_token": ".".join(id_token),
            "client_info": _encoded({"uid": "object", "utid": self.tenant}),
        }


def _require(form: dict[str, str], *names: str) -> None:
    for name in names:
        if not form.get(name):
            raise Refusal(900144, "invalid_request", f"The request lacks the field '{name}'.")


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _error_body(call: Call, refusal: Refusal) -> dict[str, object]:
    trace_id, timestamp = str(uuid.uuid4()), datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    correlation_id = call.headers.get("client-request-id") or str(uuid.uuid4())
    ids = f"Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}"
    body: dict[str, object] = {
        "error": refusal.error,
        "error_description": f"AADSTS{refusal.number}: {refusal.description} {ids}",
        "error_codes": [refusal.number],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": f"https://login.microsoftonline.com/error?code={refusal.number}",
    }
    return body | ({"suberror": refusal.suberror} if refusal.suberror else {})
