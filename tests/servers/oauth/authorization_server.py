"""An authorization server on this computer (RFC 6749, 7636, 8628, 7662, OpenID Connect): it plays Google, Microsoft or
a company's own, and rotates, expires, denies and answers for the wrong account as a test wants it.

with AuthorizationServer(authority) as server:
    server.behavior.rotates = True
    ...  # sign in at server.issuer
assert server.grants.calls[0]["grant_type"] == "authorization_code"
"""

import ssl
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode

from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Call
from servers.oauth.grants import CLIENT_ID, Behavior, Grants, Refusal
from servers.oauth.signed import key_set

TENANT = "northwind.example"


class AuthorizationServer(HttpsServer):
    """One issuer, one client, one account. The paths are Microsoft's; a client finds them by discovery."""

    def __init__(self, tls: Authority | ssl.SSLContext | None, *, client_id: str = CLIENT_ID, **behavior: Any) -> None:
        super().__init__(tls)
        self.behavior = Behavior(**behavior)
        self.grants = Grants(client_id, self.behavior)
        self.grants.base = self.base
        self.metadata: dict[str, Any] = {}
        """What discovery says otherwise; None leaves a field out."""

    @property
    def base(self) -> str:
        """The address that all of its addresses begin with."""
        return f"{self.url}/{TENANT}"

    @property
    def issuer(self) -> str:
        return f"{self.base}/v2.0"

    def handle(self, call: Call) -> Answer:
        """Answers all of its addresses."""
        read = {"authorize": self._authorize, "userinfo": self._userinfo}
        posted = {"devicecode": self._device, "introspect": self._introspect, "token": self._token}
        answers = {"GET": read, "POST": posted}.get(call.method, {})
        match call.segments:
            case [_, "v2.0", ".well-known", "openid-configuration"]:
                return Answer(json=self.discovery())
            case [_, "keys"]:
                return Answer(json=key_set())
            case [_, name] if name in answers:
                try:
                    return answers[name](call)
                except Refusal as refusal:
                    return refusal.answer
        return Answer(status=404)

    def render(self, call: Call, answer: Answer) -> Answer:
        """Returns `answer` with its `error` (name, description) as RFC 6749 5.2 has it."""
        if answer.error is None:
            return answer
        return replace(answer, json={"error": answer.error[0], "error_description": answer.error[1]}, error=None)

    def discovery(self) -> dict[str, Any]:
        """Returns how the server describes itself."""
        known = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "device_authorization_endpoint": f"{self.base}/devicecode",
            "introspection_endpoint": f"{self.base}/introspect",
            "userinfo_endpoint": f"{self.base}/userinfo",
            "jwks_uri": f"{self.base}/keys",
            "scopes_supported": ["openid", "email", "offline_access", "smtp"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            **self.metadata,
        }
        return {name: value for name, value in known.items() if value is not None}

    def _authorize(self, call: Call) -> Answer:
        asked = call.query
        back = {"state": asked.get("state", "")}
        if asked.get("client_id") != self.grants.client_id or asked.get("code_challenge_method") != "S256":
            return Answer(status=400, body=b"<!doctype html><title>invalid_request</title>")
        back |= self.behavior.denies or {"code": self.grants.new_code(asked)}
        if asked.get("response_mode") == "form_post":
            return Answer(headers={"Content-Type": "text/html"}, body=_form(asked["redirect_uri"], back))
        return Answer(status=302, headers={"Location": f"{asked['redirect_uri']}/?{urlencode(back)}"})

    def _userinfo(self, call: Call) -> Answer:
        issued = self.grants.valid(call.headers.get("Authorization", "").removeprefix("Bearer "))
        return Answer(json={"sub": "subject", "email": issued.account}) if issued else Answer(status=401)

    def _device(self, call: Call) -> Answer:
        form = self.grants.authenticated(call)
        user_code = self.grants.new_device(form.get("scope", ""))
        given = {
            "device_code": f"dc-{user_code}",
            "user_code": user_code,
            "verification_uri": f"{self.base}/device",
            "expires_in": 900,
            "interval": self.behavior.interval_s,
        }
        return Answer(json=given)

    def _introspect(self, call: Call) -> Answer:
        issued = self.grants.valid(call.form.get("token", ""))
        if not issued:
            return Answer(json={"active": False})
        named = {"username": issued.account, "email": issued.account}
        return Answer(json={"active": True, **named, "scope": issued.scope, "exp": int(issued.ends_s)})

    def _token(self, call: Call) -> Answer:
        return Answer(json=self.grants.answer(call), headers={"Cache-Control": "no-store"})


def _form(redirect_uri: str, fields: dict[str, str]) -> bytes:
    """Returns the page with which a browser posts `fields` (OAuth 2.0 Form Post Response Mode)."""
    inputs = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    page = f'<form method="post" action="{escape(redirect_uri)}/">{inputs}</form>'
    return f'<!doctype html><body onload="document.forms[0].submit()">{page}'.encode()
