"""The format of the encrypted file: from bytes to secrets and back, without touching a file.

Three lines: a JSON header with the parameters of the key's derivation (Argon2id, RFC 9106) and of the cipher
(AES-256-GCM), the encrypted secrets in Base64, and the SHA-256 of both. The checksum tells a damaged file from a wrong
password: the cipher's tag alone fails for either.
"""

import base64
import binascii
import json
import os
import unicodedata
from dataclasses import dataclass, field

from smtp_desktop.domain.errors import VaultDamaged, VaultError, WrongMasterPassword
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef

_FORMAT = "smtp-desktop-vault"
_VERSION = 1
_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12  # NIST SP 800-38D 8.2: 96 bits
_CHECKSUM_LINE_BYTES = 65  # 64 hexadecimal digits and a line feed
# What a forged header may cost: a few times what the program itself asks for, and seconds, not minutes.
_MOST_KIB = 256 * 1024
_MOST_PASSES = 16
_MOST_WORK_KIB = 1024 * 1024  # memory by passes
_MOST_LANES = 16
_LONGEST_HEADER_BYTES = 1024
LARGEST_BYTES = 64 * 1024 * 1024  # more than 100,000 passwords, or the tokens of 6,000 SMTPs
_PADDED_TO_BYTES = 512  # so that the file's size gives no password's length away


@dataclass(frozen=True, slots=True, kw_only=True)
class Argon2Cost:
    """Cost of a guess at the master password. RFC 9106 4: the second recommended choice, with 64 MiB."""

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An encryption key, and the cost and salt that it was derived with."""

    cost: Argon2Cost
    salt: bytes
    value: bytes = field(repr=False)


def new_key(master: Secret, cost: Argon2Cost) -> Key:
    """Returns a key for a new file. Slow on purpose: see Argon2Cost."""
    salt = os.urandom(_SALT_BYTES)
    return Key(cost=cost, salt=salt, value=_derive(master, cost, salt))


def key_for(content: bytes, master: Secret) -> Key:
    """Returns the key of this file, provided `master` is its password. Slow. Raises VaultDamaged, VaultError."""
    header = _header(_split(content)[0])
    return Key(cost=header.cost, salt=header.salt, value=_derive(master, header.cost, header.salt))


def made_with(content: bytes, key: Key) -> bool:
    """Whether the file was encrypted with the cost and salt of `key`. Raises VaultDamaged, VaultError."""
    header = _header(_split(content)[0])
    return (header.cost, header.salt) == (key.cost, key.salt)


def salt_of(content: bytes) -> bytes:
    """Returns the salt of a file, which no other file has. Raises VaultDamaged, VaultError."""
    return _header(_split(content)[0]).salt


def seal(secrets: dict[SecretRef, Secret], key: Key) -> bytes:
    """Returns the content of a file with `secrets`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - see _derive

    nonce = os.urandom(_NONCE_BYTES)
    header = json.dumps(
        {
            "format": _FORMAT,
            "version": _VERSION,
            "cipher": "aes-256-gcm",
            "nonce": base64.b64encode(nonce).decode(),
            "key": "argon2id",
            "memory_kib": key.cost.memory_kib,
            "iterations": key.cost.iterations,
            "lanes": key.cost.lanes,
            "salt": base64.b64encode(key.salt).decode(),
        }
    ).encode()
    plain = json.dumps({ref: secret.reveal() for ref, secret in secrets.items()}).encode()
    padded = plain + b" " * (-len(plain) % _PADDED_TO_BYTES)
    sealed = AESGCM(key.value).encrypt(nonce, padded, header)
    lines = header + b"\n" + base64.b64encode(sealed) + b"\n"
    return lines + _checksum_line(lines)


def unseal(content: bytes, key: Key) -> dict[SecretRef, Secret]:
    """Returns the secrets of a file. Raises VaultDamaged, WrongMasterPassword."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see _derive
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    header, sealed = _split(content)
    nonce = _header(header).nonce
    try:
        plain = AESGCM(key.value).decrypt(nonce, base64.b64decode(sealed, validate=True), header)
    except InvalidTag as error:
        raise WrongMasterPassword(msg("Wrong master password. Try again.")) from error
    except binascii.Error as error:
        raise damaged() from error
    return {SecretRef(ref): Secret(value) for ref, value in json.loads(plain).items()}


def damaged() -> VaultDamaged:
    """Returns the error for a file that no password can open."""
    return VaultDamaged(
        msg(
            "The encrypted file with the secrets is damaged. Restore a backup, or delete the file and enter "
            "the passwords again."
        )
    )


def _checksum_line(lines: bytes) -> bytes:
    import hashlib  # noqa: PLC0415 - it loads OpenSSL, which commands without a secret do not need

    return hashlib.sha256(lines).hexdigest().encode() + b"\n"


def _split(content: bytes) -> tuple[bytes, bytes]:
    """Returns the header and the encrypted secrets. Raises VaultDamaged."""
    lines, checksum = content[:-_CHECKSUM_LINE_BYTES], content[-_CHECKSUM_LINE_BYTES:]
    if checksum != _checksum_line(lines) or lines.count(b"\n") != 2:  # noqa: PLR2004 - header and secrets
        raise damaged()
    header, sealed, _ = lines.split(b"\n")
    return header, sealed


def _header(line: bytes) -> "_Header":
    """Returns the header in `line`. Raises VaultDamaged, and VaultError for a newer version."""
    try:
        if len(line) > _LONGEST_HEADER_BYTES:
            raise damaged()
        fields = json.loads(line)
        header = _Header(
            format=fields["format"],
            version=fields["version"],
            cost=Argon2Cost(memory_kib=fields["memory_kib"], iterations=fields["iterations"], lanes=fields["lanes"]),
            salt=base64.b64decode(fields["salt"], validate=True),
            nonce=base64.b64decode(fields["nonce"], validate=True),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:  # the last one for a header that is nested deep
        raise damaged() from error
    if header.format != _FORMAT:
        raise damaged()
    if header.version != _VERSION:
        raise VaultError(
            msg("A newer version of SMTP Desktop wrote the encrypted file. Install that version to use it.")
        )
    if not header.sound:
        raise damaged()
    return header


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    format: str
    version: int
    cost: Argon2Cost
    salt: bytes
    nonce: bytes

    @property
    def sound(self) -> bool:
        """Whether this program could have written it: a forged one must not use up all memory or run all day."""
        cost = self.cost
        limits = ((cost.memory_kib, _MOST_KIB), (cost.iterations, _MOST_PASSES), (cost.lanes, _MOST_LANES))
        lengths = (len(self.salt), len(self.nonce))
        return (
            lengths == (_SALT_BYTES, _NONCE_BYTES)
            and all(isinstance(value, int) and 0 < value <= limit for value, limit in limits)
            and cost.memory_kib * cost.iterations <= _MOST_WORK_KIB
        )


def _derive(master: Secret, cost: Argon2Cost, salt: bytes) -> bytes:
    # Imported late: OpenSSL is slow to load, and most systems have a keyring and no such file.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415

    # RFC 8265 4.2.2: NFC, so that the same password works from every keyboard.
    typed = unicodedata.normalize("NFC", master.reveal()).encode("utf-8", "surrogatepass")
    try:
        kdf = Argon2id(
            salt=salt,
            length=_KEY_BYTES,
            iterations=cost.iterations,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
        )
        return kdf.derive(typed)
    except UnsupportedAlgorithm as error:
        raise VaultError(
            msg("This system's OpenSSL lacks Argon2id, so the encrypted file can't be opened. Update OpenSSL.")
        ) from error
    except ValueError as error:
        raise damaged() from error
