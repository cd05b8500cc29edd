"""Content that is encrypted with a password or passphrase: from bytes to bytes, without touching a file.

Three lines: a JSON header with the parameters of the key's derivation (Argon2id, RFC 9106) and of the cipher
(AES-256-GCM), the encrypted content in Base64, and the SHA-256 of both. The checksum tells a damaged file from a wrong
password: the cipher's tag alone fails for either.
"""

import base64
import binascii
import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from smtp_desktop.domain.errors import FieldError, FieldErrors, SmtpDesktopError, VaultError
from smtp_desktop.domain.master_password import weakness_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedKind:
    """A kind of encrypted file: the name that its header has, and the errors for one that no password can open, for one
    of a newer version, and for a wrong password."""

    name: str
    damaged: Callable[[], SmtpDesktopError]
    too_new: Callable[[], SmtpDesktopError]
    wrong_password: Callable[[], SmtpDesktopError]


@dataclass(frozen=True, slots=True, kw_only=True)
class Argon2Cost:
    """Cost of a guess at the password. RFC 9106 4: the second recommended choice, with 64 MiB."""

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An encryption key, and the cost and salt that it was derived with."""

    cost: Argon2Cost
    salt: bytes
    value: bytes = field(repr=False)


def refuse_weak(passphrase: Secret) -> None:
    """Raises FieldErrors for `passphrase` where that is too easy to guess for a new file."""
    if weakness := weakness_of(passphrase.reveal()):
        raise FieldErrors((FieldError(field="passphrase", message=weakness),))


def new_key(password: Secret, cost: Argon2Cost) -> Key:
    """Returns a key for a new file. Slow on purpose: see Argon2Cost."""
    salt = os.urandom(_SALT_BYTES)
    return Key(cost=cost, salt=salt, value=_derive(password, cost, salt))


def key_for(content: bytes, password: Secret, kind: SealedKind) -> Key:
    """Returns the key of this file, provided `password` is its own. Slow. Raises the errors of `kind`, and VaultError
    where this system can't derive it."""
    header = _header(_split(content, kind)[0], kind)
    try:
        return Key(cost=header.cost, salt=header.salt, value=_derive(password, header.cost, header.salt))
    except ValueError as error:
        raise kind.damaged() from error


def made_with(content: bytes, key: Key, kind: SealedKind) -> bool:
    """Whether the file was encrypted with the cost and salt of `key`. Raises the errors of `kind`."""
    header = _header(_split(content, kind)[0], kind)
    return (header.cost, header.salt) == (key.cost, key.salt)


def salt_of(content: bytes, kind: SealedKind) -> bytes:
    """Returns the salt of a file, which no other file has. Raises the errors of `kind`."""
    return _header(_split(content, kind)[0], kind).salt


def begins_as(content: bytes, kind: SealedKind) -> bool:
    """Whether the first line is a header of that kind, whatever else is wrong with it or with the rest."""
    line = content[: _LONGEST_HEADER_BYTES + 1].partition(b"\n")[0]
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and fields.get("format") == kind.name


def seal(plain: bytes, key: Key, kind: SealedKind) -> bytes:
    """Returns the content of a file that holds `plain`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - see _derive

    nonce = os.urandom(_NONCE_BYTES)
    header = json.dumps(
        {
            "format": kind.name,
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
    sealed = AESGCM(key.value).encrypt(nonce, plain, header)
    lines = header + b"\n" + base64.b64encode(sealed) + b"\n"
    return lines + checksum_line(lines)


def unseal(content: bytes, key: Key, kind: SealedKind) -> bytes:
    """Returns what a file holds. Raises the errors of `kind`."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see _derive
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    header, sealed = _split(content, kind)
    nonce = _header(header, kind).nonce
    try:
        return AESGCM(key.value).decrypt(nonce, base64.b64decode(sealed, validate=True), header)
    except InvalidTag as error:
        raise kind.wrong_password() from error
    except binascii.Error as error:
        raise kind.damaged() from error


def checksum_line(lines: bytes) -> bytes:
    """Returns the last line of a file that begins with `lines`."""
    import hashlib  # noqa: PLC0415 - it loads OpenSSL, which commands without a secret do not need

    return hashlib.sha256(lines).hexdigest().encode() + b"\n"


def _split(content: bytes, kind: SealedKind) -> tuple[bytes, bytes]:
    """Returns the header and what is encrypted."""
    lines, checksum = content[:-_CHECKSUM_LINE_BYTES], content[-_CHECKSUM_LINE_BYTES:]
    if checksum != checksum_line(lines) or lines.count(b"\n") != 2:  # noqa: PLR2004 - header and content
        raise kind.damaged()
    header, sealed, _ = lines.split(b"\n")
    return header, sealed


def _header(line: bytes, kind: SealedKind) -> "_Header":
    try:
        if len(line) > _LONGEST_HEADER_BYTES:
            raise kind.damaged()
        fields = json.loads(line)
        header = _Header(
            format=fields["format"],
            version=fields["version"],
            cost=Argon2Cost(memory_kib=fields["memory_kib"], iterations=fields["iterations"], lanes=fields["lanes"]),
            salt=base64.b64decode(fields["salt"], validate=True),
            nonce=base64.b64decode(fields["nonce"], validate=True),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:  # the last one for a header that is nested deep
        raise kind.damaged() from error
    if header.format != kind.name:
        raise kind.damaged()
    if header.version != _VERSION:
        raise kind.too_new()
    if not header.sound:
        raise kind.damaged()
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


def _derive(password: Secret, cost: Argon2Cost, salt: bytes) -> bytes:
    """Raises VaultError, and ValueError for a cost that Argon2id does not have."""
    # Imported late: OpenSSL is slow to load, and most systems have a keyring and no such file.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415

    # RFC 8265 4.2.2: NFC, so that the same password works from every keyboard.
    typed = unicodedata.normalize("NFC", password.reveal()).encode("utf-8", "surrogatepass")
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
