"""The driver that the tests of the sign-ins share."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from servers.certificates import Authority
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import USER_NAME
from servers.oauth.scripted_browser import ScriptedBrowser

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import HttpReply
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthEndpoints, OAuthProvider, endpoints_of
from smtp_desktop.domain.smtp.profile import AppCredential, GenericServer, SecretField, SignIn
from smtp_desktop.transports.oauth.authorization_servers import AuthorizationServers

GOOGLE, MICROSOFT, OTHER = OAuthProvider.GOOGLE, OAuthProvider.MICROSOFT, OAuthProvider.OTHER
SCOPES = {GOOGLE: "https://mail.google.com/", MICROSOFT: "https://outlook.office.com/SMTP.Send", OTHER: "smtp"}


class OAuthDriver:
    """Signs in at one server, which plays every provider, with a browser that does what its pages say."""

    def __init__(self, server: AuthorizationServer, authority: Authority, *, wait_s: float = 300.0) -> None:
        self.server = server
        self.browser = ScriptedBrowser(authority)
        self.adapter = AuthorizationServers(endpoints=self._endpoints, wait_s=wait_s)
        self.client_secret: Secret | None = None
        self.user_name = USER_NAME
        self.codes: list[DeviceCode] = []

    def client(self, provider: OAuthProvider) -> OAuthClient:
        """Returns the client as a user would enter it."""
        issuer = self.server.issuer if provider is OTHER else ""
        scope = "smtp" if provider is OTHER else ""
        return OAuthClient(provider=provider, client_id=self.server.grants.client_id, issuer=issuer, scope=scope)

    def sign_in(
        self,
        provider: OAuthProvider | OAuthClient = OTHER,
        *,
        cancel: Cancel | None = None,
        on_address: Callable[[str], None] | None = None,
    ) -> TokenSet:
        """Signs in by browser; by default the scripted one opens the address."""
        return self.adapter.sign_in_by_browser(
            provider if isinstance(provider, OAuthClient) else self.client(provider),
            client_secret=self.client_secret,
            user_name=self.user_name,
            cancel=cancel or Cancel(),
            on_address=on_address or self.browser.open,
        )

    def sign_in_by_device(
        self,
        provider: OAuthProvider | OAuthClient = OTHER,
        *,
        cancel: Cancel | None = None,
        on_code: Callable[[DeviceCode], None] | None = None,
    ) -> TokenSet:
        """Signs in with a code; by default it is entered at once."""
        return self.adapter.sign_in_by_device(
            provider if isinstance(provider, OAuthClient) else self.client(provider),
            client_secret=self.client_secret,
            user_name=self.user_name,
            cancel=cancel or Cancel(),
            on_code=on_code or self.enter,
        )

    def enter(self, code: DeviceCode) -> None:
        """Enters the code on another device."""
        self.codes.append(code)
        self.server.grants.approve(code.code)

    def refresh(self, tokens: TokenSet, provider: OAuthProvider = OTHER, *, cancel: Cancel | None = None) -> TokenSet:
        """Gets new tokens."""
        return self.adapter.refresh(
            self.client(provider), tokens, client_secret=self.client_secret, cancel=cancel or Cancel()
        )

    def app_token(
        self,
        provider: OAuthProvider,
        secrets: Mapping[SecretField, Secret],
        *,
        credential: AppCredential = AppCredential.SECRET,
        cancel: Cancel | None = None,
    ) -> TokenSet:
        """Signs an app in."""
        smtp_server = GenericServer(
            host_name="smtp.northwind.example",
            user_name=self.user_name,
            sign_in=SignIn.APP_ONLY,
            oauth=self.client(provider),
            app_credential=credential,
        )
        return self.adapter.app_token(smtp_server, secrets=secrets, cancel=cancel or Cancel())

    def stored(self, provider: OAuthProvider = OTHER, **fields: str) -> TokenSet:
        """Returns the tokens of an earlier sign-in."""
        refresh_token = self.server.grants.issue_refresh_token(scope=f"{SCOPES[provider]} openid")
        return TokenSet(
            access_token=Secret("at-old"),
            expires_at=datetime.now(UTC) - timedelta(minutes=1),
            refresh_token=Secret(fields.get("refresh_token", refresh_token)),
            refresh_ends_at=datetime(2026, 12, 7, tzinfo=UTC),
            account=USER_NAME,
            scope=SCOPES[provider],
        )

    def _endpoints(self, client: OAuthClient, app_only: bool) -> OAuthEndpoints:
        """Returns the addresses of this computer in place of Google's and Microsoft's."""
        own = endpoints_of(client, app_only=app_only)
        if client.provider is OTHER:
            return own
        base = self.server.base
        return OAuthEndpoints(
            issuer=self.server.issuer,
            authorize_url=f"{base}/authorize",
            token_url=f"{base}/token",
            device_url=f"{base}/devicecode",
            scope=own.scope,
        )


def refused(call: Callable[[], object]) -> NoAccessToken:
    """Returns why `call` brought no token."""
    with pytest.raises(NoAccessToken) as found:
        call()
    return found.value


def reply_of(error: NoAccessToken) -> HttpReply:
    """Returns the server's reply in the failure."""
    assert isinstance(error.failure.reply, HttpReply)
    return error.failure.reply
