"""Passwords as WordPress' plugins encrypt them, opened with keys that the chosen files have themselves.

What comes out is verified: FluentSMTP's plain text ends with its salt, WP Mail SMTP's carries a code (Poly1305).
"""

import base64
import binascii
import struct
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.poly1305 import Poly1305

_KEY_SIZE, _IV_SIZE, _NONCE_SIZE, _TAG_SIZE, _BLOCK = 32, 16, 24, 16, 64
_LONGEST = 4096
_SIGMA = struct.unpack("<4I", b"expand 32-byte k")
_WORD = 0xFFFFFFFF
_COLUMNS = ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11))
_ROWS = ((0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14))


def fluent_smtp_opened(value: str, *, key: str, salt: str) -> str | None:
    """Returns the password that FluentSMTP encrypted (AES-256-CTR); None with another key or salt."""
    outer = _decoded(value)
    inner = _decoded(outer[_IV_SIZE:].decode("ascii", "replace")) if outer and len(outer) > _IV_SIZE else None
    if not outer or not inner or not salt:
        return None
    # PHP's OpenSSL pads a short key with zeros and cuts a long one.
    algorithm = algorithms.AES256(key.encode("utf-8", "replace")[:_KEY_SIZE].ljust(_KEY_SIZE, b"\0"))
    decryptor = Cipher(algorithm, modes.CTR(outer[:_IV_SIZE])).decryptor()
    plain = (decryptor.update(inner) + decryptor.finalize()).decode("utf-8", "replace")
    return plain.removesuffix(salt) if plain.endswith(salt) else None


def is_secretbox(value: str) -> bool:
    """Whether WP Mail SMTP takes the value for encrypted: what is shorter is a password of an old version."""
    box = _decoded(value)
    return box is not None and len(box) >= _NONCE_SIZE + _TAG_SIZE


def secretbox_opened(value: str, key: bytes) -> str | None:
    """Returns the password that WP Mail SMTP encrypted (libsodium's secretbox); None with another key."""
    box = _decoded(value)
    if box is None or len(key) != _KEY_SIZE or not _NONCE_SIZE + _TAG_SIZE <= len(box) <= _LONGEST:
        return None
    nonce, tag, sealed = box[:_NONCE_SIZE], box[_NONCE_SIZE : _NONCE_SIZE + _TAG_SIZE], box[_NONCE_SIZE + _TAG_SIZE :]
    # XSalsa20: a key of its own for this nonce, whose stream begins with the key of Poly1305.
    stream = _stream(_subkey(key, nonce[:16]), nonce[16:], _KEY_SIZE + len(sealed))
    try:
        Poly1305.verify_tag(stream[:_KEY_SIZE], sealed, tag)
    except InvalidSignature:
        return None
    return bytes(one ^ other for one, other in zip(sealed, stream[_KEY_SIZE:], strict=True)).decode("utf-8", "replace")


def key_decoded(value: str) -> bytes:
    """Returns a key that is stored in base64; empty where it is none."""
    return _decoded(value) or b""


def _decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None


def _stream(key: bytes, nonce: bytes, size: int) -> bytes:
    blocks = (_block(key, nonce, counter) for counter in range(-(-size // _BLOCK)))
    return b"".join(blocks)[:size]


def _block(key: bytes, nonce: bytes, counter: int) -> bytes:
    state = _state(key, nonce + struct.pack("<Q", counter))
    return struct.pack("<16I", *((one + other) & _WORD for one, other in zip(_mixed(state), state, strict=True)))


def _subkey(key: bytes, nonce: bytes) -> bytes:
    mixed = _mixed(_state(key, nonce))
    return struct.pack("<8I", *(mixed[index] for index in (0, 5, 10, 15, 6, 7, 8, 9)))


def _state(key: bytes, place: bytes) -> list[int]:
    first, second = struct.unpack("<4I", key[:16]), struct.unpack("<4I", key[16:])
    middle = struct.unpack("<4I", place)
    return [_SIGMA[0], *first, _SIGMA[1], *middle, _SIGMA[2], *second, _SIGMA[3]]


def _mixed(state: list[int]) -> list[int]:
    words = list(state)
    for _ in range(10):  # 20 rounds of Salsa20, two at a time
        for a, b, c, d in _quarters():
            words[b] ^= _turned(words[a] + words[d], 7)
            words[c] ^= _turned(words[b] + words[a], 9)
            words[d] ^= _turned(words[c] + words[b], 13)
            words[a] ^= _turned(words[d] + words[c], 18)
    return words


def _quarters() -> Iterator[tuple[int, int, int, int]]:
    yield from _COLUMNS
    yield from _ROWS


def _turned(word: int, by: int) -> int:
    word &= _WORD
    return ((word << by) | (word >> (32 - by))) & _WORD
