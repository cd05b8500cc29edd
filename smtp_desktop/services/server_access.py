"""Access to the server of an SMTP: the secrets to sign in with, and what is known of its TLS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from smtp_desktop.domain.checks.health import ServerFact, endpoint_of
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.domain.errors import NoSuchProfile, VaultError
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.completeness import enter_words, missing_fields
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

SourceOf = Callable[[SmtpProfile, Mapping[SecretField, Secret] | None], TokenSource | None]
"""Returns the source of access tokens of an SMTP, where it needs them; the secrets take the place of stored ones.
Raises VaultError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Everything that one conversation signs in with: secrets that the server gets, or a source of access tokens."""

    secrets: Mapping[SecretField, Secret]
    token: TokenSource | None = None


class ServerAccess:
    """Finds the credentials of SMTPs. Safe from every thread."""

    def __init__(self, *, vault: Vault, source_of: SourceOf) -> None:
        self._vault = vault
        self._source_of = source_of

    def credentials_of(
        self, profile: SmtpProfile, present: GetProfile, typed: Mapping[SecretField, Secret] | None = None
    ) -> Credentials:
        """Returns what `profile` signs in with: as `typed`, else as stored in the vault. `present` returns an SMTP as
        it is stored by then. Raises VaultError, StoreError."""
        if profile.needs_token:
            return Credentials(secrets={}, token=self._source_of(profile, typed))
        return Credentials(secrets=secrets_of(profile, self._vault, present, typed))


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
    if ref is None and field in missing_fields(now):
        raise VaultError(enter_words(now, field))
    if now.secret_refs.get(field) in (None, ref) or not signs_in_alike(now, profile):
        raise VaultError(msg(_MISSING[field], name=profile.name))
    return stored_secret(now, field, vault, present)


def signs_in_alike(one: SmtpProfile, other: SmtpProfile) -> bool:
    """Whether two states of an SMTP differ in the places of its secrets at most."""
    return _without_refs(one.server) == _without_refs(other.server)


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
