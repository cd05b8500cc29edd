"""References to secrets: VAULT:PROFILEID/FIELD/RANDOM."""

import os

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField

_RANDOM_BYTES = 8


def new_ref(prefix: str, profile_id: ProfileId, field: SecretField) -> SecretRef:
    """Returns a reference that was never used, into the vault whose references begin with `prefix`."""
    return SecretRef(f"{prefix}{profile_id}/{field}/{os.urandom(_RANDOM_BYTES).hex()}")


def unknown_ref(ref: SecretRef) -> VaultError:
    """Returns the error for a reference into another vault."""
    return VaultError(
        msg("The secret is kept in a place that this program does not know: {ref}. Enter it again.", ref=ref)
    )
