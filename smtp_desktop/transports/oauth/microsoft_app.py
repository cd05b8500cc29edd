"""The sign-in of an app as itself at Microsoft: by client secret, certificate or managed identity."""

from collections.abc import Mapping

from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthEndpoints
from smtp_desktop.domain.smtp.profile import AppCredential, GenericServer, SecretField
from smtp_desktop.transports.entra.credential import msal_credential
from smtp_desktop.transports.entra.managed_identity import ManagedIdentity
from smtp_desktop.transports.oauth.conversation import Conversation
from smtp_desktop.transports.oauth.messages import not_authorization_server
from smtp_desktop.transports.oauth.microsoft import MicrosoftSession
from smtp_desktop.transports.oauth.tokens import tokens_in


def microsoft_app_token(
    conversation: Conversation,
    server: GenericServer,
    client: OAuthClient,
    endpoints: OAuthEndpoints,
    secrets: Mapping[SecretField, Secret],
) -> TokenSet:
    """Returns a token of the app that `client` is, for the mailbox of `server`. Raises SessionError."""
    if server.app_credential is AppCredential.MANAGED_IDENTITY:
        return _by_managed_identity(conversation, client, endpoints)
    credential = msal_credential(server.app_credential, secrets)
    return MicrosoftSession(
        conversation, client, endpoints, credential=credential, user_name=server.user_name
    ).app_token()


def _by_managed_identity(conversation: Conversation, client: OAuthClient, endpoints: OAuthEndpoints) -> TokenSet:
    with conversation.requests() as requests:
        identity = ManagedIdentity(
            client.client_id, http=requests.http, recorder=conversation.recorder, throttled=requests.throttled
        )
        try:
            result = identity.token(endpoints.scope)
        except (ValueError, LookupError):
            # Raised by msal for an answer that lacks a field; its text may hold what is in it.
            raise not_authorization_server(msg("it issued no token")) from None
        return tokens_in(result, conversation.recorder.redactor, user_name="")
