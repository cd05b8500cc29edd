"""References to secrets: VAULT:OWNER/FIELD/RANDOM."""

import os

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef

_RANDOM_BYTES = 8


def new_ref(prefix: str, owner: str, field: str) -> SecretRef:
    """Returns a reference that was never used, into the vault whose references begin with `prefix`."""
    return SecretRef(f"{prefix}{owner}/{field}/{os.urandom(_RANDOM_BYTES).hex()}")


def unknown_ref(ref: SecretRef) -> VaultError:
    """Returns the error for a reference into another vault."""
    return VaultError(
        msg("The secret is stored in a place that this version does not know: {ref}. Enter it again.", ref=ref)
    )
