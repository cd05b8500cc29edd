"""The header fields of mails that anyone may have written, in time that grows with their length alone."""

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from smtp_desktop.local_inbox.charsets import codec_of, decoded

MAX_FIELDS = 2_000
"""Fields of one header; whatever follows is shown as text."""
LONGEST_VALUE = 200_000
"""Bytes of one field that are read."""
_MAX_PARAMETERS = 1_000

# RFC 5322 2.2, and its obsolete blanks before the colon (4.5). Possessive repeats keep every search linear.
_FIELD = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+)(?:\r?\n|\r|\Z)")
_BLANK = re.compile(rb"\r?\n|\r")
_MBOX = re.compile(rb">?From [^\r\n]*+(?:\r?\n|\Z)")  # RFC 4155: what mailbox files put before the header
_FOLD = re.compile(r"\r\n?|\n")
# RFC 2047, with the blanks inside that some put there.
_ENCODED = re.compile(r"=\?([^?\s]{1,60}+)\?([bBqQ])\?([^?]*+)\?=")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]++")
_KIND = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,120})")
_BETWEEN = re.compile(r"[\s;]*+")
_PARAMETER = re.compile(r"([^\s=;]++)\s*+=\s*+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_UNQUOTED = re.compile(r"[^;]*+")
_SECTION = re.compile(r"([^*]++)(?:\*(\d{1,4}))?(\*?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A header field as it stands, folded."""

    name: str
    raw: bytes


def fields(raw: bytes, at: int, boundaries: Container[bytes] = ()) -> tuple[list[Field], int]:
    """Returns the fields of the header that begins at `at`, and where the body begins: behind the blank line, or where
    a line is no header field, or one of `boundaries`."""
    found: list[Field] = []
    if mbox := _MBOX.match(raw, at):
        at = mbox.end()
    while len(found) < MAX_FIELDS:
        if blank := _BLANK.match(raw, at):
            return found, blank.end()
        if raw.startswith(b"--", at) and _is_boundary(raw, at, boundaries):
            break
        field = _FIELD.match(raw, at)
        if not field:
            break
        found.append(Field(name=field[1].decode("ascii"), raw=field[2]))
        at = field.end()
    return found, at


def readable(raw: bytes) -> str:
    """Returns a field's value unfolded, with encoded words decoded, and raw bytes as UTF-8 (RFC 6532) or Latin-1."""
    text = _FOLD.sub("", decoded(raw[:LONGEST_VALUE], "")[0]).strip()
    return _without_encoded_words(text) if "=?" in text else text


def kind_of(value: str) -> str:
    """Returns the media type that a Content-Type names, in lower case; text/plain for none (RFC 2045 5.2)."""
    found = _KIND.match(value)
    return found[1].lower() if found else "text/plain"


def parameters(raw: bytes) -> dict[str, str]:
    """Returns the parameters of a Content-Type or Content-Disposition, decoded, by their names in lower case."""
    text = _FOLD.sub("", decoded(raw[:LONGEST_VALUE], "")[0])
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    at = text.find(";")
    while 0 <= at < len(text) and len(plain) + len(sections) <= _MAX_PARAMETERS:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        found = _PARAMETER.match(text, at)
        if not found:
            at = text.find(";", at)
            continue
        value, at = _value(text, found.end())
        name = _SECTION.fullmatch(found[1].lower())
        if name and (name[2] or name[3]):
            sections.setdefault(name[1], {}).setdefault(int(name[2] or 0), (value, bool(name[3])))
        else:
            plain.setdefault(found[1].lower(), value)
        at = text.find(";", at)
    for key in plain.keys() & {"name", "filename"}:
        plain[key] = _without_encoded_words(plain[key])  # against the standard, as most clients write it
    return plain | {name: _joined(pieces) for name, pieces in sections.items()}


def _is_boundary(raw: bytes, at: int, boundaries: Container[bytes]) -> bool:
    end = raw.find(b"\n", at)
    line = raw[at + 2 : end if end >= 0 else len(raw)].rstrip()
    return line in boundaries or (line.endswith(b"--") and line[:-2] in boundaries)


def _value(text: str, at: int) -> tuple[str, int]:
    quoted = _QUOTED.match(text, at)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL), quoted.end()
    found = _UNQUOTED.match(text, at)
    return (found[0].strip().strip('"'), found.end()) if found else ("", at)


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    """Returns a value of its pieces (RFC 2231 3, 4)."""
    first, encoded = pieces.get(0, ("", False))
    charset = ""
    if encoded and first.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
        charset, _, first = first.split("'", 2)
        pieces = pieces | {0: (first, True)}
    codec = codec_of(charset) or "utf-8"
    content = bytearray()
    for _, (piece, is_encoded) in sorted(pieces.items()):
        content += unquote_to_bytes(piece) if is_encoded else piece.encode(codec, "replace")
    text = decoded(bytes(content), charset)[0]
    return text if any(is_encoded for _, is_encoded in pieces.values()) else _without_encoded_words(text)


def _without_encoded_words(text: str) -> str:
    parts: list[str] = []
    waiting, charset = bytearray(), ""  # of words side by side, which some cut in the middle of a letter
    at = 0
    for word in _ENCODED.finditer(text):
        between = text[at : word.start()]
        its_charset = word[1].partition("*")[0]  # RFC 2231 5: a language may follow
        if not codec_of(its_charset):
            continue
        if between.strip() or its_charset.lower() != charset.lower() or not waiting:
            parts.append(decoded(bytes(waiting), charset)[0] if waiting else "")
            parts.append("" if waiting and not between.strip() else between)
            waiting, charset = bytearray(), its_charset
        waiting += _bytes_of(word[2].lower(), word[3])
        at = word.end()
    parts.append(decoded(bytes(waiting), charset)[0] if waiting else "")
    parts.append(text[at:])
    return "".join(parts)


def _bytes_of(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "surrogateescape")
    if encoding == "q":
        return _HEX.sub(lambda found: bytes((int(found[1], 16),)), content.replace(b"_", b" "))
    return base64_bytes(content)


def base64_bytes(content: bytes) -> bytes:
    """Returns what Base64 means, as far as it can be read: with other characters in it, cut off, or several in a row,
    each with its own end."""
    whole = bytearray()
    for piece in content.split(b"="):
        letters = _NOT_BASE64.sub(b"", piece)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]  # six bits are no byte
        try:
            whole += a2b_base64(letters + b"=" * (-len(letters) % 4))
        except BinasciiError:  # can't be, of such letters
            continue
    return bytes(whole)
