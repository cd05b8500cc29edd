"""Tokens from authorization servers: the adapter that the sign-in's use cases are built on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.message_text import Translate
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthEndpoints, OAuthProvider, endpoints_of
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.oauth.app import app_token
from smtp_desktop.transports.oauth.browser import BrowserFlow, sign_in_by_browser
from smtp_desktop.transports.oauth.code_flow import CodeFlow, OAuthSession
from smtp_desktop.transports.oauth.conversation import Conversation
from smtp_desktop.transports.oauth.device import sign_in_by_device
from smtp_desktop.transports.oauth.messages import not_renewable

if TYPE_CHECKING:
    from smtp_desktop.transports.oauth.microsoft import MicrosoftSession

_WAIT_S = 300.0


class AuthorizationServers:
    """See `services.sign_in.ports.AuthorizationServers`. Safe from every thread: conversations share nothing."""

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        localhost_ca_pem: str = "",
        translate: Translate = str,
        wait_s: float = _WAIT_S,
        endpoints: Callable[[OAuthClient, bool], OAuthEndpoints] = lambda client, app: endpoints_of(
            client, app_only=app
        ),
    ) -> None:
        """`localhost_ca_pem` is a CA that is trusted for localhost alone. The pages for the browser are in the words of
        `translate`. Somebody must sign in within `wait_s`. `endpoints` says where a client signs in, and whether as an
        app."""
        self._resolve = resolve
        self._localhost_ca_pem = localhost_ca_pem
        self._translate = translate
        self._wait_s = wait_s
        self._endpoints = endpoints

    def sign_in_by_browser(
        self,
        client: OAuthClient,
        *,
        client_secret: Secret | None,
        user_name: str,
        cancel: Cancel,
        on_address: Callable[[str], None],
    ) -> TokenSet:
        """Lets a person sign in with a browser on this computer; see the port."""
        with self._conversation(cancel) as conversation:
            flow: BrowserFlow
            if client.provider is OAuthProvider.MICROSOFT:
                flow = self._microsoft(conversation, client, client_secret, user_name)
            else:
                flow = CodeFlow(self._session(conversation, client, client_secret, user_name))
            return sign_in_by_browser(
                conversation, flow, on_address=on_address, translate=self._translate, wait_s=self._wait_s
            )

    def sign_in_by_device(
        self,
        client: OAuthClient,
        *,
        client_secret: Secret | None,
        user_name: str,
        cancel: Cancel,
        on_code: Callable[[DeviceCode], None],
    ) -> TokenSet:
        """Lets a person sign in on another device; see the port."""
        with self._conversation(cancel) as conversation:
            if client.provider is OAuthProvider.MICROSOFT:
                return self._microsoft(conversation, client, None, user_name).sign_in_by_device(on_code=on_code)
            return sign_in_by_device(self._session(conversation, client, client_secret, user_name), on_code=on_code)

    def refresh(
        self, client: OAuthClient, tokens: TokenSet, *, client_secret: Secret | None, cancel: Cancel
    ) -> TokenSet:
        """Returns new tokens in place of `tokens`; see the port."""
        with self._conversation(cancel) as conversation:
            if not tokens.refresh_token:
                raise not_renewable()
            if client.provider is OAuthProvider.MICROSOFT:
                return self._microsoft(conversation, client, client_secret, tokens.account).refreshed(tokens)
            return self._session(conversation, client, client_secret, tokens.account).refreshed(tokens)

    def app_token(self, server: GenericServer, *, secrets: Mapping[SecretField, Secret], cancel: Cancel) -> TokenSet:
        """Returns tokens for an app that signs in as itself; see the port."""
        client = server.oauth or OAuthClient(provider=OAuthProvider.OTHER)
        with self._conversation(cancel) as conversation:
            return app_token(conversation, server, client, self._endpoints(client, True), secrets)

    def _conversation(self, cancel: Cancel) -> Conversation:
        return Conversation(cancel=cancel, resolve=self._resolve, localhost_ca_pem=self._localhost_ca_pem)

    def _session(
        self, conversation: Conversation, client: OAuthClient, client_secret: Secret | None, user_name: str
    ) -> OAuthSession:
        return OAuthSession(
            conversation, client, self._endpoints(client, False), client_secret=client_secret, user_name=user_name
        )

    def _microsoft(
        self, conversation: Conversation, client: OAuthClient, client_secret: Secret | None, user_name: str
    ) -> MicrosoftSession:
        # msal takes a while to import, which the others do without.
        from smtp_desktop.transports.oauth.microsoft import MicrosoftSession  # noqa: PLC0415

        credential = client_secret.reveal() if client_secret else None
        return MicrosoftSession(
            conversation, client, self._endpoints(client, False), credential=credential, user_name=user_name
        )
