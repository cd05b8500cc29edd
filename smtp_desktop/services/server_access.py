"""The secrets that an SMTP signs in with."""

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
    """Returns every secret that `profile` signs in with: as `typed`, else as kept. Raises VaultError."""
    return {field: (typed or {}).get(field) or _kept(profile, vault, field) for field in sorted(profile.needed_secrets)}


def _kept(profile: SmtpProfile, vault: Vault, field: SecretField) -> Secret:
    ref = profile.secret_refs.get(field)
    secret = vault.get(ref) if ref else None
    if secret is None:
        raise VaultError(msg(_MISSING[field], name=profile.name))
    return secret


def known_fact(health: HealthStore, server: Server) -> ServerFact | None:
    """Returns how `server` was found to secure its connections, if it was."""
    place = endpoint_of(server)
    return health.server_fact(*place) if place else None


def learn_from(
    timeline: Timeline, server: Server, *, known: ServerFact | None, health: HealthStore, events: Events
) -> None:
    """What `timeline` shows of `server` is remembered, and told where it is new to what was `known` before."""
    place = endpoint_of(server)
    if place is None or timeline.security is None:
        return
    fact = ServerFact(host=place[0], port=place[1], security=timeline.security)
    if fact != known:
        health.learn(fact)
        events.publish(ServerLearned(fact=fact))
