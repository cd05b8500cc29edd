"""Encoded words (RFC 2047): text that is not ASCII in a header that is; and bytes in a header, as text."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp, b2a_base64
from collections.abc import Iterator

from smtp_desktop.domain.mail.address import CONTROL

_WORD = re.compile(r"=\?([!->@-~]+)\?([bBqQ])\?([!->@-~]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[!->@-~]+\?[bBqQ]\?[!->@-~]*\?=)")
_WORD_LENGTH = 75  # RFC 2047 2
_FRAME = len("=?utf-8?q??=")
_PLAIN_IN_Q = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")  # RFC 2047 5 (3)


def charset_of(raw: bytes) -> str:
    """Returns the charset of bytes that come without one: UTF-8, or else what most mail programs took for granted
    before it."""
    for charset in ("utf-8", "windows-1252"):
        try:
            raw.decode(charset)
        except UnicodeDecodeError:
            continue
        return charset
    return "iso-8859-1"


def readable(raw: bytes) -> str:
    """Returns bytes of a header as text."""
    return raw.decode(charset_of(raw))


def decoded(text: str) -> str:
    """Returns `text` with its encoded words decoded; what can't be stays as it is. Encoded words can hide line ends."""
    return _WORD.sub(_decoded_word, _BETWEEN.sub(r"\1", text)) if "=?" in text else text


def decoded_line(text: str) -> str:
    """Returns `text` with its encoded words decoded, and in one line, whatever hides in them."""
    return without_controls(decoded(text)).strip()


def without_controls(text: str) -> str:
    """Returns `text` with a blank in place of the control characters that stand together."""
    return CONTROL.sub(" ", text)


def _decoded_word(match: re.Match[str]) -> str:
    charset, encoding, payload = match[1].partition("*")[0], match[2].lower(), match[3].encode()
    try:
        raw = a2b_base64(payload) if encoding == "b" else a2b_qp(payload, header=True)
        return raw.decode(charset)
    except (Base64Error, LookupError, ValueError):  # no Base64, no such charset, not in that charset
        return match.group()


def encoded_words(text: str, *, first_room: int = _WORD_LENGTH) -> list[str]:
    """Returns `text` as encoded words, of which the first has at most `first_room` characters. Blanks between them
    mean nothing; a blank next to other text does (RFC 2047 6.2)."""
    raw = text.encode()
    in_q = sum(len(_q(byte)) for byte in raw)
    encode = _in_q if in_q <= len(b2a_base64(raw, newline=False)) else _in_b
    return list(encode(text, max(first_room, 30) - _FRAME))


def _in_q(text: str, room: int) -> Iterator[str]:
    word = ""
    for character in text:
        piece = "".join(map(_q, character.encode()))
        if len(word) + len(piece) > room:
            yield f"=?utf-8?q?{word}?="
            word, room = "", _WORD_LENGTH - _FRAME
        word += piece
    yield f"=?utf-8?q?{word}?="


def _q(byte: int) -> str:
    if byte in _PLAIN_IN_Q:
        return chr(byte)
    return "_" if byte == 0x20 else f"={byte:02X}"  # noqa: PLR2004 - a blank


def _in_b(text: str, room: int) -> Iterator[str]:
    word = b""
    for character in text:
        piece = character.encode()
        if len(word) + len(piece) > room // 4 * 3:
            yield f"=?utf-8?b?{b2a_base64(word, newline=False).decode()}?="
            word, room = b"", _WORD_LENGTH - _FRAME
        word += piece
    yield f"=?utf-8?b?{b2a_base64(word, newline=False).decode()}?="
