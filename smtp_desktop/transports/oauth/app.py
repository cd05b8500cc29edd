"""The sign-in of an app as itself: Microsoft's by secret, certificate or managed identity, Google's by service account,
any other's by client secret (RFC 6749 4.4)."""

from collections.abc import Mapping
from dataclasses import replace

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthEndpoints, OAuthProvider
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField
from smtp_desktop.transports.oauth.code_flow import OAuthSession
from smtp_desktop.transports.oauth.conversation import Conversation
from smtp_desktop.transports.oauth.service_account import GRANT, service_account_key


def app_token(
    conversation: Conversation,
    server: GenericServer,
    client: OAuthClient,
    endpoints: OAuthEndpoints,
    secrets: Mapping[SecretField, Secret],
) -> TokenSet:
    """Returns a token of the app that `client` is, for the mailbox of `server`. Raises SessionError."""
    match client.provider:
        case OAuthProvider.MICROSOFT:
            # msal takes a while to import, which the others do without.
            from smtp_desktop.transports.oauth.microsoft_app import microsoft_app_token  # noqa: PLC0415

            return microsoft_app_token(conversation, server, client, endpoints, secrets)
        case OAuthProvider.GOOGLE:
            return _by_service_account(conversation, server, client, endpoints, secrets[SecretField.SERVICE_ACCOUNT])
        case OAuthProvider.OTHER:
            session = OAuthSession(
                conversation,
                client,
                endpoints,
                client_secret=secrets[SecretField.CLIENT_SECRET],
                user_name=server.user_name,
            )
            fields = {"grant_type": "client_credentials", "scope": endpoints.scope}
            return session.granted(fields, hidden="the client secret")


def _by_service_account(
    conversation: Conversation,
    server: GenericServer,
    client: OAuthClient,
    endpoints: OAuthEndpoints,
    secret: Secret,
) -> TokenSet:
    assertion = service_account_key(secret).assertion(
        subject=server.user_name, scope=endpoints.scope, audience=endpoints.token_url
    )
    conversation.recorder.redactor.add_secrets((assertion,))
    fields = {"grant_type": GRANT, "assertion": assertion}
    session = OAuthSession(conversation, client, endpoints, client_secret=None, user_name=server.user_name)
    with conversation.requests() as requests:
        # The assertion says who asks: no client is named beside it.
        answer = requests.form(endpoints.token_url, fields, hidden="the signed assertion")
        return replace(session.token_set(requests.token(answer)), account=server.user_name)
