"""Exports that are sealed with a passphrase: encrypted as the vault's own file is, in a file of their own kind."""

import json
import secrets
from collections.abc import Mapping

from smtp_desktop.domain.errors import SealedFileDamaged, SealedFileTooNew, WrongPassphrase
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault import sealing
from smtp_desktop.vault.sealing import Argon2Cost, SealedKind

LARGEST_BYTES = 64 * 1024 * 1024
_PADDED_TO_BYTES = 4096  # so that the file's size gives no secret's length away
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
_GROUPS, _GROUP_LENGTH = 5, 5  # 123 bits


class SealedExports:
    """Seals and opens exports. Opens the secrets in them for that. Slow on purpose; safe from every thread."""

    def __init__(self, cost: Argon2Cost | None = None) -> None:
        """`cost` is for new files; one that is opened states its own."""
        self._cost = cost or Argon2Cost()

    def seal(self, document: Mapping[str, object], passphrase: Secret) -> bytes:
        """Returns a file that holds the document as JSON, with each Secret in it as its text. Raises FieldErrors for
        a `passphrase` that is too easy to guess, and VaultError where this system has no Argon2id."""
        sealing.refuse_weak(passphrase)
        plain = (json.dumps(document, indent=2, default=_opened) + "\n").encode()
        padded = plain + b" " * (-len(plain) % _PADDED_TO_BYTES)
        return sealing.seal(padded, sealing.new_key(passphrase, self._cost), _KIND)

    def is_sealed(self, content: bytes) -> bool:
        """Whether the content begins as a sealed export does."""
        return sealing.begins_as(content, _KIND)

    def unseal(self, content: bytes, passphrase: Secret) -> str:
        """Returns the JSON in a file. Raises WrongPassphrase, SealedFileDamaged, SealedFileTooNew, VaultError."""
        if len(content) > LARGEST_BYTES:
            raise _damaged()
        plain = sealing.unseal(content, sealing.key_for(content, passphrase, _KIND), _KIND)
        try:
            return plain.decode()
        except UnicodeDecodeError as error:
            raise _damaged() from error

    def proposed_passphrase(self) -> str:
        """Returns a new random passphrase, to be shown and written down."""
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
        return "-".join(groups)


def _opened(secret: object) -> str:
    if isinstance(secret, Secret):
        return secret.reveal()
    raise TypeError(type(secret).__name__)


def _damaged() -> SealedFileDamaged:
    return SealedFileDamaged(msg("The sealed file is damaged: it was altered, or cut short. Export it again."))


def _too_new() -> SealedFileTooNew:
    return SealedFileTooNew(
        msg("A newer version of SMTP Desktop wrote the sealed file. Install that version to open it.")
    )


def _wrong_password() -> WrongPassphrase:
    return WrongPassphrase(msg("Wrong passphrase. Nothing was changed."))


_KIND = SealedKind(name="smtp-desktop-export", damaged=_damaged, too_new=_too_new, wrong_password=_wrong_password)
