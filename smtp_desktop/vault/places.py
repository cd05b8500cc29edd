"""Names of places for secrets: VAULT:PROFILEID/FIELD/RANDOM."""

import secrets

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField

_RANDOM_BYTES = 8


def new_ref(prefix: str, profile_id: ProfileId, field: SecretField) -> SecretRef:
    """Returns a place that nothing was ever kept in."""
    return SecretRef(f"{prefix}{profile_id}/{field}/{secrets.token_hex(_RANDOM_BYTES)}")


def unknown_place(ref: SecretRef) -> VaultError:
    """Returns the error for a place that is not in this vault."""
    return VaultError(
        msg("The secret is kept in a place that this program does not know: {ref}. Enter it again.", ref=ref)
    )
