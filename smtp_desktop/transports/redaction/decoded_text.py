"""A server's text as it stands, with its escapes undone, and decoded."""

import base64
import html
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_PERCENT = r"(?:%[0-9A-Fa-f]{2})+"  # RFC 3986 2.1
_QUOTED_PRINTABLE = r"(?:=[0-9A-Fa-f]{2})+|=\r?\n"  # RFC 2045 6.7, with its soft line breaks
_BACKSLASH = (  # C, Python and JSON
    r"(?:\\x[0-9A-Fa-f]{2})+|(?:\\u[0-9A-Fa-f]{4})+|\\U[0-9A-Fa-f]{8}|(?:\\[0-3][0-7]{2})+|\\[^\n]"
)
_HTML = r"&#[0-9]{1,7};|&#[xX][0-9A-Fa-f]{1,6};|&[A-Za-z][A-Za-z0-9]{1,31};"
_C_NUMBER = r"0[xX](?:[0-9A-Fa-f]{2})+(?![0-9A-Za-z])"
_C_HEX = rf"{_C_NUMBER}(?:[\s,;:]+{_C_NUMBER})*"  # 0x61 0x62, as one escape: what separates octets is no character
_C_OCTET = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{2})")
_PLUS = "+"
_WEB_FORM = rf"{_PERCENT}|\+"
_ESCAPES = tuple(map(re.compile, (_WEB_FORM, _QUOTED_PRINTABLE, _BACKSLASH, _HTML, _C_HEX)))
_ANY_ESCAPE = re.compile("|".join((_PERCENT, _QUOTED_PRINTABLE, _BACKSLASH, _HTML, _C_HEX)))
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{4,}={0,2}|[A-Za-z0-9+/_-]{3}=|[A-Za-z0-9+/_-]{2}==")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){3,}(?![0-9A-Za-z])")
_SHORT = 2  # a backslash and one character
_LARGEST_IN_ONE = 0xFFFF  # RFC 8259 7: what is larger takes two escapes
_CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}

_DecodedCharacters = Iterable[tuple[str, int, int]]  # each with its span in the escape


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """A decoded text whose n-th character has the span `starts[n]` to `ends[n]` in the original text."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def decoded_texts(original: str) -> tuple[DecodedText, ...]:
    """Returns `original` decoded in every way that makes a difference, without duplicates, itself first: with each kind
    of escape undone, with all of them, twice over, and with Base64 and hexadecimal decoded where that gives text."""
    as_it_is = DecodedText(text=original, starts=range(len(original)), ends=range(1, len(original) + 1))
    texts = [as_it_is]
    once = _decoded(as_it_is, _ANY_ESCAPE, _unescaped)
    if _PLUS in original or once is not as_it_is:
        texts += [_decoded(as_it_is, escape, _unescaped) for escape in _ESCAPES]
        texts += [once, _decoded(once, _ANY_ESCAPE, _unescaped)]
    for escaped in {as_it_is.text: as_it_is, once.text: once}.values():
        texts += [_decoded(escaped, _BASE64, _from_base64), _decoded(escaped, _HEX, _from_hex)]
    return tuple({decoded.text: decoded for decoded in reversed(texts)}.values())[::-1]


def _decoded(
    source: DecodedText, escape: re.Pattern[str], decode: Callable[[str], _DecodedCharacters | None]
) -> DecodedText:
    """Returns `source` with every `escape` in it replaced by what `decode` returns; None leaves one as it is."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in escape.finditer(source.text):
        characters = decode(match[0])
        if characters is None:
            continue
        text.append(source.text[done : match.start()])
        starts += source.starts[done : match.start()]
        ends += source.ends[done : match.start()]
        for character, first, end in characters:
            text.append(character)
            starts.append(source.starts[match.start() + first])
            ends.append(source.ends[match.start() + end - 1])
        done = match.end()
    if not done:
        return source
    text.append(source.text[done:])
    starts += source.starts[done:]
    ends += source.ends[done:]
    return DecodedText(text="".join(text), starts=starts, ends=ends)


def _unescaped(escape: str) -> _DecodedCharacters | None:
    match escape[0]:
        case "%":
            return _octets(bytes.fromhex(escape.replace("%", "")), width=3)
        case "=":
            return _octets(bytes.fromhex("".join(escape.split()).replace("=", "")), width=3)
        case "+":
            return [(" ", 0, 1)]
        case "0":
            return _c_octets(escape)
        case "&":
            unescaped = html.unescape(escape)
            return None if unescaped == escape else [(character, 0, len(escape)) for character in unescaped]
        case _:
            return _without_backslash(escape)


def _without_backslash(escape: str) -> _DecodedCharacters | None:
    match escape[1]:
        case "x" if len(escape) > _SHORT:
            return _octets(bytes.fromhex(escape.replace("\\x", "")), width=4)
        case "u" if len(escape) > _SHORT:
            return _utf16(bytes.fromhex(escape.replace("\\u", "")))
        case "U" if len(escape) > _SHORT:
            number = int(escape[2:], 16)
            return [(chr(number), 0, len(escape))] if number <= sys.maxunicode else None
        case _ if len(escape) > _SHORT:
            return _octets(bytes(int(octal, 8) for octal in escape.split("\\")[1:]), width=4)
        case character:
            return [(_CONTROLS.get(character, character), 0, 2)]


def _octets(data: bytes, *, width: int) -> _DecodedCharacters:
    """Yields the characters of `data`, each byte of which takes `width` characters of the escape."""
    try:
        text, encoding = data.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"
    at = 0
    for character in text:
        end = at + len(character.encode(encoding)) * width
        yield character, at, end
        at = end


def _c_octets(escape: str) -> _DecodedCharacters:
    octets = list(_C_OCTET.finditer(escape))
    at = 0
    for character, _, end in _octets(bytes(int(octet[1], 16) for octet in octets), width=1):
        yield character, octets[at].start(), octets[end - 1].end()
        at = end


def _utf16(data: bytes) -> _DecodedCharacters:
    at = 0
    for character in data.decode("utf-16-be", "surrogatepass"):
        end = at + (12 if ord(character) > _LARGEST_IN_ONE else 6)
        yield character, at, end
        at = end


def _from_base64(run: str) -> _DecodedCharacters | None:
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    body = body[:-1] if len(body) % 4 == 1 else body  # one sextet alone is not a byte
    text = _readable(base64.b64decode(body + "=" * (-len(body) % 4)))
    return None if text is None else _sextets(text)


def _sextets(text: str) -> _DecodedCharacters:
    at = 0
    for character in text:
        end = at + len(character.encode())
        yield character, at * 8 // 6, -(-end * 8 // 6)
        at = end


def _from_hex(run: str) -> _DecodedCharacters | None:
    data = bytes.fromhex(run)
    return None if _readable(data) is None else _octets(data, width=2)


def _readable(data: bytes) -> str | None:
    """Returns `data` as text, or None where it is not text: almost every word could be Base64."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    # Not `isprintable`: that leaves out characters that may stand in a password (no-break space, unassigned ones).
    control = any(unicodedata.category(character) == "Cc" and character not in "\0\t\r\n" for character in text)
    return None if control else text
