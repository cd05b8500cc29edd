"""The flows with Microsoft's authorization server, by msal."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import msal

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthEndpoints
from smtp_desktop.transports.entra.msal_response import MsalResponse
from smtp_desktop.transports.http.exchange import Request
from smtp_desktop.transports.http.replies import text_in
from smtp_desktop.transports.oauth.conversation import Conversation, Requests, checked_address
from smtp_desktop.transports.oauth.device import device_grant, polled
from smtp_desktop.transports.oauth.messages import bad_address, not_authorization_server, scope_missing
from smtp_desktop.transports.oauth.tokens import claims_in, tokens_in

# msal asks for these itself, and refuses to be asked for them.
_MSAL_ASKS_FOR = frozenset({"openid", "profile", "offline_access"})
_DEFAULT = "/.default"

_TEXTS = (
    *("access_token", "refresh_token", "id_token", "scope", "client_info", "device_code", "user_code", "issuer"),
    *("authorization_endpoint", "token_endpoint", "device_authorization_endpoint"),
)

Credential = str | Mapping[str, str]
_App = Any  # msal ships no types


class MicrosoftSession:
    """The client of one SMTP at Microsoft, for one conversation. A `BrowserFlow`."""

    redirect_host = "localhost"  # the only one that can be registered for every port

    def __init__(
        self,
        conversation: Conversation,
        client: OAuthClient,
        endpoints: OAuthEndpoints,
        *,
        credential: Credential | None,
        user_name: str,
    ) -> None:
        self._conversation = conversation
        self._client = client
        self._authority = endpoints.issuer.rstrip("/").removesuffix("/v2.0")
        self._scopes = [one for one in endpoints.scope.split() if one not in _MSAL_ASKS_FOR]
        self._credential = credential
        self._user_name = user_name
        self._http = _MsalHttp(conversation, urlsplit(self._authority).netloc.lower())
        self._kept: _App = None
        self._flow: dict[str, Any] = {}
        if isinstance(credential, str):
            conversation.recorder.redactor.add_secrets((credential,))

    def address(self, redirect_uri: str, state: str) -> str:
        """Returns the address to open; see `BrowserFlow`."""
        self._flow = self._call(
            lambda app: app.initiate_auth_code_flow(
                self._scopes,
                redirect_uri=redirect_uri,
                state=state,
                login_hint=self._user_name or None,
                response_mode="form_post",
            )
        )
        self._conversation.recorder.redactor.add_secrets((self._flow["code_verifier"], self._flow["nonce"]))
        return checked_address(text_in(self._flow.get("auth_uri")))

    def redeem(self, answer: Mapping[str, str]) -> TokenSet:
        """Returns the tokens; see `BrowserFlow`."""
        result = self._call(lambda app: app.acquire_token_by_auth_code_flow(self._flow, dict(answer)))
        return self._token_set(result)

    def sign_in_by_device(self, *, on_code: Callable[[DeviceCode], None]) -> TokenSet:
        """Returns the tokens after somebody has entered the code that `on_code` gets. Microsoft allows it only to
        clients without a secret. Raises SessionError."""
        flow = self._call(lambda app: app.initiate_device_flow(self._scopes))
        grant = device_grant(flow)
        self._conversation.recorder.redactor.add_secrets((grant.device_code,))
        on_code(grant.shown)
        result = polled(self._conversation, grant, lambda requests: self._device_answer(requests, flow))
        return self._token_set(result)

    def refreshed(self, tokens: TokenSet) -> TokenSet:
        """Returns new tokens for the refresh token in `tokens`, which must have one. Raises SessionError."""
        refresh_token = tokens.refresh_token.reveal() if tokens.refresh_token else ""
        self._conversation.recorder.redactor.add_secrets((refresh_token,))
        result = self._call(lambda app: app.acquire_token_by_refresh_token(refresh_token, self._scopes))
        return self._token_set(result, before=tokens)

    def app_token(self) -> TokenSet:
        """Returns a token of the app on its own. Raises SessionError."""
        return self._token_set(self._call(lambda app: app.acquire_token_for_client(self._scopes)))

    def _device_answer(self, requests: Requests, flow: dict[str, Any]) -> dict[str, Any]:
        self._http.requests = requests
        # It asks once: that nobody has entered the code yet is a refusal like any other, which `polled` knows.
        return self._asked(lambda app: app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True))

    def _call(self, ask: Callable[[_App], Any]) -> dict[str, Any]:
        with self._conversation.requests() as requests:
            self._http.requests = requests
            if self._kept is None:
                # The constructor goes over the network, to read the tenant's addresses.
                self._kept = self._guarded(lambda: self._new_app(self._credential))
            return self._asked(ask)

    def _asked(self, ask: Callable[[_App], Any]) -> dict[str, Any]:
        result = self._guarded(lambda: ask(self._kept))
        if not isinstance(result, dict):
            raise not_authorization_server(msg("it issued no token"))
        return result

    def _guarded(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (ValueError, TypeError, OverflowError, LookupError, RuntimeError):
            # Raised by msal for an answer that lacks a field or has a value of another type in one, or for an ID token
            # of another sign-in. Their texts may hold what is in it.
            raise not_authorization_server(msg("the sign-in service is not Microsoft's")) from None

    def _new_app(self, credential: Credential | None) -> _App:
        settings: dict[str, Any] = {
            "authority": self._authority,
            "http_client": self._http,
            "instance_discovery": False,  # Microsoft's list lacks custom clouds
        }
        if credential is None:
            return msal.PublicClientApplication(self._client.client_id, **settings)
        return msal.ConfidentialClientApplication(self._client.client_id, client_credential=credential, **settings)

    def _token_set(self, result: Mapping[str, Any], *, before: TokenSet | None = None) -> TokenSet:
        redactor = self._conversation.recorder.redactor
        tokens = tokens_in(result, redactor, user_name=self._user_name, before=before)
        granted = {one.rpartition("/")[2].lower() for one in tokens.scope.split()}
        for scope in self._scopes:
            if granted and not scope.endswith(_DEFAULT) and scope.rpartition("/")[2].lower() not in granted:
                raise scope_missing(scope, redactor.redact(tokens.scope))
        return tokens


class _MsalHttp:
    """The HTTP client that msal uses. Raises SessionError for a refusal, with the server's whole reply."""

    requests: Requests

    def __init__(self, conversation: Conversation, host: str) -> None:
        self._recorder = conversation.recorder
        self._host = host

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, Any] | None = None, **_: Any
    ) -> MsalResponse:
        """Returns the answer to a GET."""
        query = f"?{urlencode(params)}" if params else ""
        answer = self._checked(url).send(Request(method="GET", url=url + query, headers=_texts(headers)))
        self.requests.raise_for_page(answer)
        _check_types(self.requests.token(answer))
        return MsalResponse(answer)

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        headers: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> MsalResponse:
        """Returns the answer to a POST of a form."""
        query = f"?{urlencode(params)}" if params else ""
        fields = _texts(data)
        if assertion := fields.get("client_assertion"):
            self._recorder.redactor.add_secrets((assertion,))
        answer = self._checked(url).form(url + query, fields, hidden="what proves the sign-in", headers=_texts(headers))
        _check_types(self.requests.token(answer))
        return MsalResponse(answer)

    def close(self) -> None:
        """Does nothing: the conversation closes its connections itself."""

    def _checked(self, url: str) -> Requests:
        if urlsplit(url).netloc.lower() != self._host:
            raise bad_address(self._recorder.redactor.redact(url))
        return self.requests


def _texts(values: Any) -> dict[str, str]:
    """Returns `values` as texts; msal hands some over as bytes."""
    found = {key: value for key, value in dict(values or {}).items() if value is not None}
    return {key: value.decode("ascii") if isinstance(value, bytes) else str(value) for key, value in found.items()}


def _check_types(document: Mapping[str, Any]) -> None:
    """Raises SessionError for a value that msal would stumble over."""
    if any(document.get(name) is not None and not isinstance(document[name], str) for name in _TEXTS):
        raise not_authorization_server(msg("its answer has another form"))
    claims_in(text_in(document.get("id_token")))
    if client_info := text_in(document.get("client_info")):
        claims_in(f".{client_info}")
