"""Access to the server of an SMTP: the secrets to sign in with, and what is known of its TLS."""

from collections.abc import Callable, Mapping

from smtp_desktop.domain.checks.health import ServerFact, endpoint_of
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.errors import NoSuchProfile, VaultError
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, Server, SmtpProfile, with_refs
from smtp_desktop.services.ports import Events, HealthStore, Vault

_MISSING = {
    SecretField.PASSWORD: "The password of {name} is no longer in the keyring. Enter it again and save.",
    SecretField.CLIENT_SECRET: "The client secret of {name} is no longer in the keyring. Enter it again and save.",
    SecretField.SERVICE_ACCOUNT: "The key of {name} is no longer in the keyring. Enter it again and save.",
    SecretField.CERTIFICATE: "The certificate of {name} is no longer in the keyring. Import it again and save.",
    SecretField.NEXT_CERTIFICATE: "The next certificate of {name} is no longer in the keyring. Make it again.",
    SecretField.TOKENS: "The sign-in of {name} is no longer in the keyring. Sign in again.",
}


GetProfile = Callable[[ProfileId], SmtpProfile]
"""Returns an SMTP as it is stored now. Raises NoSuchProfile, StoreError."""


def secrets_of(
    profile: SmtpProfile, vault: Vault, present: GetProfile, typed: Mapping[SecretField, Secret] | None = None
) -> dict[SecretField, Secret]:
    """Returns every secret that `profile` signs in with: as `typed`, else as stored in the vault. Raises VaultError,
    StoreError."""
    return {
        field: (typed or {}).get(field) or stored_secret(profile, field, vault, present)
        for field in sorted(profile.needed_secrets)
    }


def stored_secret(profile: SmtpProfile, field: SecretField, vault: Vault, present: GetProfile) -> Secret:
    """Returns the secret in the vault; where it was replaced since `profile` was read, the new one, unless other
    settings go with that. Raises VaultError, StoreError."""
    ref = profile.secret_refs.get(field)
    secret = vault.get(ref) if ref else None
    if secret is not None:
        return secret
    try:
        now = present(profile.id)
    except NoSuchProfile:
        now = profile
    if now.secret_refs.get(field) in (None, ref) or _without_refs(now.server) != _without_refs(profile.server):
        raise VaultError(msg(_MISSING[field], name=profile.name))
    return stored_secret(now, field, vault, present)


def _without_refs(server: Server) -> Server:
    return with_refs(server, {})


def known_fact(health: HealthStore, server: Server) -> ServerFact | None:
    """Returns how `server` was last seen to secure connections, if it was. Raises StoreError."""
    endpoint = endpoint_of(server)
    return health.server_fact(endpoint.host, endpoint.port) if endpoint else None


def learn_server_fact(
    timeline: Timeline, server: Server, *, known: ServerFact | None, health: HealthStore, events: Events
) -> None:
    """Stores how `server` secured the conversation `timeline`, and publishes that, where it differs from what was
    `known` before. Raises StoreError."""
    endpoint = endpoint_of(server)
    if endpoint is None or timeline.security is None:
        return
    fact = ServerFact(host=endpoint.host, port=endpoint.port, security=timeline.security)
    if fact != known:
        health.learn(fact)
        events.publish(ServerLearned(fact=fact))
