"""The ways in which one text can be read: as it stands, with its escapes undone, or decoded."""

import base64
import html
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_PERCENT = r"(?:%[0-9A-Fa-f]{2})+"  # RFC 3986 2.1
_QUOTED_PRINTABLE = r"(?:=[0-9A-Fa-f]{2})+|=\r?\n"  # RFC 2045 6.7, with its soft line breaks
_BACKSLASH = (  # C, Python and JSON
    r"(?:\\x[0-9A-Fa-f]{2})+|(?:\\u[0-9A-Fa-f]{4})+|\\U[0-9A-Fa-f]{8}|(?:\\[0-3][0-7]{2})+|\\[^\n]"
)
_HTML = r"&#[0-9]{1,7};|&#[xX][0-9A-Fa-f]{1,6};|&[A-Za-z][A-Za-z0-9]{1,31};"
_OCTET = r"0x[0-9A-Fa-f]{2}(?![0-9A-Fa-f])"
_FORM_BLANK = "+"
_FORM = rf"{_PERCENT}|\+"  # of a web form
_ESCAPES = tuple(map(re.compile, (_FORM, _QUOTED_PRINTABLE, _BACKSLASH, _HTML, _OCTET)))
_ANY_ESCAPE = re.compile("|".join((_PERCENT, _QUOTED_PRINTABLE, _BACKSLASH, _HTML, _OCTET)))
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{4,}={0,2}|[A-Za-z0-9+/_-]{3}=|[A-Za-z0-9+/_-]{2}==")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){3,}(?![0-9A-Za-z])")
_SHORT = 2  # a backslash and one character
_LARGEST_IN_ONE = 0xFFFF  # RFC 8259 7: what is larger takes two escapes
_CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}

_Parts = Iterable[tuple[str, int, int]]  # characters, and from where to where in the escape each stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """`text` is what is read; its n-th character stands from `starts[n]` to before `ends[n]` in what was said."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def decodings(said: str) -> tuple[Decoding, ...]:
    """Returns every way to read `said` that makes a difference: as it is, with each kind of escape undone, with all of
    them, twice over, and with Base64 and hexadecimal decoded where that gives text."""
    plain = Decoding(text=said, starts=range(len(said)), ends=range(1, len(said) + 1))
    ways = [plain]
    once = _undone(plain, _ANY_ESCAPE, _unescaped)
    if _FORM_BLANK in said or once is not plain:
        ways += [_undone(plain, escape, _unescaped) for escape in _ESCAPES]
        ways += [once, _undone(once, _ANY_ESCAPE, _unescaped)]
    for escaped in {plain.text: plain, once.text: once}.values():
        ways += [_undone(escaped, _BASE64, _from_base64), _undone(escaped, _HEX, _from_hex)]
    return tuple({way.text: way for way in reversed(ways)}.values())[::-1]


def _undone(reading: Decoding, escape: re.Pattern[str], decode: Callable[[str], _Parts | None]) -> Decoding:
    """Returns `reading` with what `decode` makes of every `escape` in it; None leaves one as it is."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in escape.finditer(reading.text):
        parts = decode(match[0])
        if parts is None:
            continue
        text.append(reading.text[done : match.start()])
        starts += reading.starts[done : match.start()]
        ends += reading.ends[done : match.start()]
        for character, first, end in parts:
            text.append(character)
            starts.append(reading.starts[match.start() + first])
            ends.append(reading.ends[match.start() + end - 1])
        done = match.end()
    if not done:
        return reading
    text.append(reading.text[done:])
    starts += reading.starts[done:]
    ends += reading.ends[done:]
    return Decoding(text="".join(text), starts=starts, ends=ends)


def _unescaped(escape: str) -> _Parts | None:
    match escape[0]:
        case "%":
            return _octets(bytes.fromhex(escape.replace("%", "")), width=3)
        case "=":
            return _octets(bytes.fromhex("".join(escape.split()).replace("=", "")), width=3)
        case "+":
            return [(" ", 0, 1)]
        case "0":
            return _octets(bytes.fromhex(escape[2:]), width=4)
        case "&":
            told = html.unescape(escape)
            return None if told == escape else [(character, 0, len(escape)) for character in told]
        case _:
            return _without_backslash(escape)


def _without_backslash(escape: str) -> _Parts | None:
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


def _octets(data: bytes, *, width: int) -> _Parts:
    """Yields the characters of `data`, each of whose bytes takes `width` characters."""
    try:
        text, encoding = data.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "latin-1"
    at = 0
    for character in text:
        end = at + len(character.encode(encoding)) * width
        yield character, at, end
        at = end


def _utf16(data: bytes) -> _Parts:
    at = 0
    for character in data.decode("utf-16-be", "surrogatepass"):
        end = at + (12 if ord(character) > _LARGEST_IN_ONE else 6)
        yield character, at, end
        at = end


def _from_base64(run: str) -> _Parts | None:
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    body = body[:-1] if len(body) % 4 == 1 else body  # one sextet alone is not a byte
    text = _readable(base64.b64decode(body + "=" * (-len(body) % 4)))
    return None if text is None else _sextets(text)


def _sextets(text: str) -> _Parts:
    at = 0
    for character in text:
        end = at + len(character.encode())
        yield character, at * 8 // 6, -(-end * 8 // 6)
        at = end


def _from_hex(run: str) -> _Parts | None:
    data = bytes.fromhex(run)
    return None if _readable(data) is None else _octets(data, width=2)


def _readable(data: bytes) -> str | None:
    """Returns `data` as text, or None where it is none: almost every word can be taken for Base64."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if all(character.isprintable() or character in "\0\t\r\n" for character in text) else None
