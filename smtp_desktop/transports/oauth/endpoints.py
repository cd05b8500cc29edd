"""The addresses of an authorization server: as typed, the provider's own, or as the server itself names them
(RFC 8414, OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.oauth import OAuthEndpoints
from smtp_desktop.transports.http.replies import list_in, text_in
from smtp_desktop.transports.oauth.conversation import Requests, checked_address
from smtp_desktop.transports.oauth.messages import not_authorization_server, other_issuer

_OPENID = "/.well-known/openid-configuration"
_OAUTH = "/.well-known/oauth-authorization-server"
_ASKED_FOR_BESIDE = ("openid", "email", "offline_access")
_POST = "client_secret_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationServer:
    """An authorization server. Empty addresses are unknown. `issuer` is empty where the server named none;
    `secret_in_header` says how it wants a client secret (RFC 6749 2.3.1)."""

    authorize_url: str
    token_url: str
    device_url: str
    scope: str
    userinfo_url: str = ""
    issuer: str = ""
    secret_in_header: bool = True


def discovered(endpoints: OAuthEndpoints, requests: Requests) -> AuthorizationServer:
    """Returns the authorization server of `endpoints`. What these hold counts more than what the server says, which is
    asked only where an address is missing. Raises SessionError."""
    typed = AuthorizationServer(
        authorize_url=endpoints.authorize_url,
        token_url=endpoints.token_url,
        device_url=endpoints.device_url,
        scope=endpoints.scope,
    )
    if not endpoints.issuer or (endpoints.authorize_url and endpoints.token_url):
        return typed
    found = _metadata(endpoints.issuer, requests)
    methods = list_in(found.get("token_endpoint_auth_methods_supported"))
    return replace(
        typed,
        authorize_url=typed.authorize_url or _address(found, "authorization_endpoint"),
        token_url=typed.token_url or _address(found, "token_endpoint"),
        device_url=typed.device_url or _address(found, "device_authorization_endpoint"),
        userinfo_url=_address(found, "userinfo_endpoint"),
        issuer=text_in(found.get("issuer")),
        scope=_with_supported(typed.scope, list_in(found.get("scopes_supported"))),
        secret_in_header=_POST not in methods,
    )


def _metadata(typed: str, requests: Requests) -> dict[str, Any]:
    # Many consoles show the address of the description instead of the issuer.
    issuer = typed.removesuffix(_OPENID)
    checked_address(issuer)
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    base = f"{parts.scheme}://{parts.netloc}"
    # RFC 8414 3 puts the path behind, OpenID Connect Discovery 4 before; RFC 8414 5 says who does what.
    for url in (f"{base}{path}{_OPENID}", f"{base}{_OAUTH}{path}"):
        found = requests.document(url)
        if found is not None:
            if text_in(found.get("issuer")).rstrip("/") != issuer.rstrip("/"):  # RFC 8414 3.3
                raise other_issuer(requests.redacted(text_in(found.get("issuer"))), issuer)
            return found
    raise not_authorization_server(msg("it does not describe itself at {url}", url=f"{base}{path}{_OPENID}"))


def _address(found: Mapping[str, Any], name: str) -> str:
    address = text_in(found.get(name))
    return checked_address(address) if address else ""


def _with_supported(scope: str, supported: list[object]) -> str:
    """Returns `scope` with what tells who has signed in, and keeps the sign-in going, as far as the server has it.
    A scope with "openid" is taken as it is: whoever writes that knows what the server allows."""
    asked = scope.split()
    if _ASKED_FOR_BESIDE[0] in asked:
        return scope
    return " ".join([*asked, *(one for one in _ASKED_FOR_BESIDE if one in supported and one not in asked)])
