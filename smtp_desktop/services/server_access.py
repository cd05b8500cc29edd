"""Access to the server of an SMTP: the secrets to sign in with, and what is known of its TLS."""

from collections.abc import Mapping

from smtp_desktop.domain.checks.health import ServerFact, endpoint_of
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField, Server, SmtpProfile
from smtp_desktop.services.ports import Events, HealthStore, Vault

_MISSING = {
    SecretField.PASSWORD: "The password of {name} is not in the keyring any more. Enter it anew and save.",
    SecretField.CLIENT_SECRET: "The client secret of {name} is not in the keyring any more. Enter it anew and save.",
}


def secrets_of(
    profile: SmtpProfile, vault: Vault, typed: Mapping[SecretField, Secret] | None = None
) -> dict[SecretField, Secret]:
    """Returns every secret that `profile` signs in with: as `typed`, else as stored in the vault. Raises VaultError."""
    return {
        field: (typed or {}).get(field) or _stored(profile, vault, field) for field in sorted(profile.needed_secrets)
    }


def _stored(profile: SmtpProfile, vault: Vault, field: SecretField) -> Secret:
    ref = profile.secret_refs.get(field)
    secret = vault.get(ref) if ref else None
    if secret is None:
        raise VaultError(msg(_MISSING[field], name=profile.name))
    return secret


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
