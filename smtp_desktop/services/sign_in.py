"""The secrets that an SMTP signs in with."""

from collections.abc import Mapping

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import text
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile
from smtp_desktop.services.ports import Vault

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
        raise VaultError(text(_MISSING[field], name=profile.name))
    return secret
