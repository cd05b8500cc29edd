"""The addresses of Google and Microsoft, as long as an authorization server of a test plays both."""

from collections.abc import Callable

from servers.oauth.authorization_server import AuthorizationServer

from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthEndpoints, OAuthProvider, endpoints_of


def addresses_at(server: AuthorizationServer) -> Callable[[OAuthClient, bool], OAuthEndpoints]:
    """Returns the `endpoints` of `transports.oauth.authorization_servers.AuthorizationServers`: with the scopes of the
    real ones, which are not on this computer."""

    def endpoints(client: OAuthClient, app_only: bool) -> OAuthEndpoints:
        own = endpoints_of(client, app_only=app_only)
        if client.provider is OAuthProvider.OTHER:
            return own
        return OAuthEndpoints(
            issuer=server.issuer,
            authorize_url=f"{server.base}/authorize",
            token_url=f"{server.base}/token",
            device_url=f"{server.base}/devicecode",
            scope=own.scope,
        )

    return endpoints
