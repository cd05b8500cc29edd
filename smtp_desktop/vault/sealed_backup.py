"""Whole backups that are sealed with a passphrase, however large: in chunks, so that memory is bounded.

A small sealed document comes first (`sealing`): what the backup is of, the secrets, and a random key. The rest is
encrypted with that key, chunk by chunk, and the last chunk is marked: what is cut short is noticed, as is every byte
that was altered.
"""

import base64
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, BinaryIO

from smtp_desktop.domain.errors import SealedFileDamaged, SealedFileTooNew, WrongPassphrase
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault import sealing
from smtp_desktop.vault.sealing import Argon2Cost, SealedKind

CHUNK_BYTES = 1024 * 1024
_TAG_BYTES = 16
_KEY_BYTES = 32
_PADDED_TO_BYTES = 4096  # so that the file's size gives no secret's length away
_LONGEST_LINE_BYTES = 96 * 1024 * 1024  # more than the secrets of 100,000 SMTPs
_HEAD_LINES = 3
_BEGINNING_BYTES = 2048


class SealedBackups:
    """Seals and opens whole backups. Slow on purpose; safe from every thread."""

    def __init__(self, cost: Argon2Cost | None = None) -> None:
        """`cost` is for new files; one that is opened states its own."""
        self._cost = cost or Argon2Cost()

    def refuse_weak(self, passphrase: Secret) -> None:
        """Raises FieldErrors for a passphrase that is too easy to guess for a new file."""
        sealing.refuse_weak(passphrase)

    def write(
        self, target: BinaryIO, secrets: Mapping[SecretRef, Secret], content: Iterable[bytes], passphrase: Secret
    ) -> None:
        """Writes a file with these secrets and the content, which comes in pieces of any size. Raises VaultError where
        this system has no Argon2id, and what `target` and `content` raise."""
        key = os.urandom(_KEY_BYTES)
        head = json.dumps(
            {
                "key": base64.b64encode(key).decode(),
                "secrets": {ref: secret.reveal() for ref, secret in secrets.items()},
            }
        ).encode()
        padded = head + b" " * (-len(head) % _PADDED_TO_BYTES)
        target.write(sealing.seal(padded, sealing.new_key(passphrase, self._cost), _KIND))
        for number, (chunk, is_last) in enumerate(_chunks(content)):
            target.write(_cipher(key).encrypt(_nonce(number, is_last=is_last), chunk, None))

    def is_sealed(self, source: BinaryIO) -> bool:
        """Whether the file begins as a sealed backup does, whatever else is wrong with it. Goes back to its start."""
        beginning = source.read(_BEGINNING_BYTES)
        source.seek(0)
        return sealing.begins_as(beginning, _KIND)

    def read(self, source: BinaryIO, passphrase: Secret) -> tuple[dict[SecretRef, Secret], Iterator[bytes]]:
        """Returns the secrets and the content of a file, in pieces. Raises WrongPassphrase, SealedFileDamaged,
        SealedFileTooNew, VaultError; the pieces may raise SealedFileDamaged, too."""
        lines = [source.readline(_LONGEST_LINE_BYTES) for _ in range(_HEAD_LINES)]
        head = b"".join(lines)
        plain = sealing.unseal(head, sealing.key_for(head, passphrase, _KIND), _KIND)
        try:
            found: Any = json.loads(plain)
            secrets = {SecretRef(ref): Secret(value) for ref, value in found["secrets"].items()}
            key = base64.b64decode(found["key"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged() from error
        return secrets, _opened(source, key)


def _chunks(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yields the content in chunks of one size, the last of which may be smaller, each with whether it is the last."""
    waiting = b""
    for piece in content:
        waiting += piece
        while len(waiting) > CHUNK_BYTES:
            yield waiting[:CHUNK_BYTES], False
            waiting = waiting[CHUNK_BYTES:]
    yield waiting, True


def _opened(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow to load, and rarely needed

    sealed = source.read(CHUNK_BYTES + _TAG_BYTES)
    for number in count():
        following = source.read(CHUNK_BYTES + _TAG_BYTES)
        try:
            yield _cipher(key).decrypt(_nonce(number, is_last=not following), sealed, None)
        except (InvalidTag, ValueError) as error:  # the latter for what is shorter than a tag
            raise damaged() from error
        if not following:
            return
        sealed = following


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    return AESGCM(key)


def _nonce(number: int, *, is_last: bool) -> bytes:
    # NIST SP 800-38D 8.2.1: never the same twice with one key, which is of this file alone.
    return number.to_bytes(11, "big") + bytes([is_last])


def damaged() -> SealedFileDamaged:
    """Returns the error for a file that no passphrase can open."""
    return SealedFileDamaged(msg("The backup is damaged: it was altered, or cut short. Use another one."))


def _too_new() -> SealedFileTooNew:
    return SealedFileTooNew(msg("A newer version of SMTP Desktop made the backup. Install that version to restore it."))


def _wrong_password() -> WrongPassphrase:
    return WrongPassphrase(msg("Wrong passphrase. Nothing was changed."))


_KIND = SealedKind(name="smtp-desktop-backup", damaged=damaged, too_new=_too_new, wrong_password=_wrong_password)
