"""The format of the encrypted file with the secrets: from bytes to secrets and back. `sealing` has how it is
encrypted."""

import json

from smtp_desktop.domain.errors import VaultDamaged, VaultError, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import sealing
from smtp_desktop.vault.sealing import Argon2Cost, Key, SealedKind, new_key

__all__ = ["Argon2Cost", "Key", "new_key"]

LARGEST_BYTES = 64 * 1024 * 1024  # more than 100,000 passwords, or the tokens of 6,000 SMTPs
_PADDED_TO_BYTES = 512  # so that the file's size gives no password's length away


def key_for(content: bytes, master: Secret) -> Key:
    """Returns the key of this file, provided `master` is its password. Slow. Raises VaultDamaged, VaultError."""
    return sealing.key_for(content, master, _KIND)


def made_with(content: bytes, key: Key) -> bool:
    """Whether the file was encrypted with the cost and salt of `key`. Raises VaultDamaged, VaultError."""
    return sealing.made_with(content, key, _KIND)


def salt_of(content: bytes) -> bytes:
    """Returns the salt of a file, which no other file has. Raises VaultDamaged, VaultError."""
    return sealing.salt_of(content, _KIND)


def seal(secrets: dict[SecretRef, Secret], key: Key) -> bytes:
    """Returns the content of a file with `secrets`."""
    plain = json.dumps({ref: secret.reveal() for ref, secret in secrets.items()}).encode()
    return sealing.seal(plain + b" " * (-len(plain) % _PADDED_TO_BYTES), key, _KIND)


def unseal(content: bytes, key: Key) -> dict[SecretRef, Secret]:
    """Returns the secrets of a file. Raises VaultDamaged, WrongMasterPassword."""
    plain = sealing.unseal(content, key, _KIND)
    return {SecretRef(ref): Secret(value) for ref, value in json.loads(plain).items()}


def damaged() -> VaultDamaged:
    """Returns the error for a file that no password can open."""
    return VaultDamaged(
        msg(
            "The encrypted file with the secrets is damaged. Restore a backup, or delete the file and enter "
            "the passwords again."
        )
    )


def _too_new() -> VaultError:
    return VaultError(msg("A newer version of SMTP Desktop wrote the encrypted file. Install that version to use it."))


def _wrong_password() -> WrongMasterPassword:
    return WrongMasterPassword(msg("Wrong master password. Try again."))


_KIND = SealedKind(name="smtp-desktop-vault", damaged=damaged, too_new=_too_new, wrong_password=_wrong_password)
