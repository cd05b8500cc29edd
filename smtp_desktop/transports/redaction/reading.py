"""Readings of a server's text: as it stands and with what is encoded in it decoded, then without what does not matter
for a comparison."""

import base64
import html
import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

_PERCENT = r"(?:%[0-9A-Fa-f]{2})+|%u[0-9A-Fa-f]{4}"  # RFC 3986 2.1; the escape of old JavaScript
_QUOTED_PRINTABLE = r"(?:=[0-9A-Fa-f]{2})+"  # RFC 2045 6.7
_BACKSLASH = (  # C, Python and JSON, JavaScript
    r"(?:\\x[0-9A-Fa-f]{2})+|(?:\\u[0-9A-Fa-f]{4})+|\\u\{[0-9A-Fa-f]{1,6}\}|\\U[0-9A-Fa-f]{8}|(?:\\[0-3][0-7]{2})+|\\."
)
_HTML = r"&#[0-9]{1,7};?|&#[xX][0-9A-Fa-f]{1,6};?|&[A-Za-z][A-Za-z0-9]{1,31};?"
_ESCAPES = tuple(map(re.compile, (_PERCENT, rf"{_PERCENT}|\+", _QUOTED_PRINTABLE, _BACKSLASH, _HTML)))
_ANY_ESCAPE = re.compile("|".join((_PERCENT, _QUOTED_PRINTABLE, _BACKSLASH, _HTML)))
_ESCAPED = re.compile(r"[%=\\&+]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{4,}={0,2}|[A-Za-z0-9+/_-]{3}=|[A-Za-z0-9+/_-]{2}==")
_CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_COMBINING_MARKS = frozenset({"Mn", "Me"})
_INVISIBLE = frozenset({"Cc", "Cf"})
# Cyrillic and Greek letters that look like Latin ones, folded to one case.
_LOOKALIKES = str.maketrans("авеікмнорстухѕјԁԛԝοανρτυικ", "abeikmhopctyxsjdqwoavptuik")


def readings(lines: Sequence[str]) -> list[list[str]]:
    """Returns `lines`, each without a line end, as they stand, and decoded in every way that makes a difference: with
    each kind of escape undone, with all of them, twice over, and with Base64 decoded where that gives text."""
    found = ["\n".join(lines)]
    if _ESCAPED.search(found[0]):
        once = _decoded(found[0], _ANY_ESCAPE, _unescaped)
        found += [_decoded(found[0], escape, _unescaped) for escape in _ESCAPES]
        found += [once, _decoded(once, _ANY_ESCAPE, _unescaped)]
    for text in dict.fromkeys((found[0], found[-1])):
        plain = _decoded(text, _BASE64, _from_base64)
        if plain != text:
            found += [plain, _decoded(plain, _ANY_ESCAPE, _unescaped), _decoded(plain, _BASE64, _from_base64)]
    return [text.split("\n") for text in dict.fromkeys(found)]


def _decoded(text: str, code: re.Pattern[str], decode: Callable[[str], str]) -> str:
    return code.sub(lambda match: decode(match[0]).replace("\n", " "), text)  # lines stay lines


def _unescaped(escape: str) -> str:
    match escape[0], escape[1:2]:
        case "+", _:
            text = " "
        case "&", _:
            text = html.unescape(escape)
        case "%", "u":
            text = chr(int(escape[2:], 16))
        case "\\", _:
            text = _without_backslash(escape)
        case sign, _:
            text = _from_octets(bytes.fromhex(escape.replace(sign, "")))
    return text


def _without_backslash(escape: str) -> str:
    match escape[1], escape[2:]:
        case letter, "":
            text = _CONTROLS.get(letter, letter)
        case "x", _:
            text = _from_octets(bytes.fromhex(escape.replace("\\x", "")))
        case ("u", number) if number.startswith("{"):
            text = _character(number[1:-1])
        case "u", _:
            text = bytes.fromhex(escape.replace("\\u", "")).decode("utf-16-be", "replace")
        case "U", number:
            text = _character(number)
        case _:
            text = _from_octets(bytes(int(octal, 8) for octal in escape.split("\\")[1:]))
    return text


def _character(number: str) -> str:
    return chr(int(number, 16)) if int(number, 16) <= sys.maxunicode else ""


def _from_octets(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _from_base64(run: str) -> str:
    """Returns the text in `run`, or `run` itself where there is none: almost every word could be Base64."""
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    body = body[:-1] if len(body) % 4 == 1 else body  # one sextet alone is not a byte
    try:
        text = base64.b64decode(body + "=" * (-len(body) % 4)).decode()
    except UnicodeDecodeError:
        return run
    # Not `isprintable`: that leaves out characters that may stand in a password (no-break space, unassigned ones).
    control = any(unicodedata.category(character) == "Cc" and character not in "\0\t\r\n" for character in text)
    return run if control else text


def folded(text: str) -> str:
    """Returns `text` in one case, without accents, and with Latin letters for those that look like them."""
    if text.isascii():
        return text.lower()
    # Upper case first: ß, ı and ſ have no way back from theirs.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).upper().casefold())
    letters = (character for character in plain if unicodedata.category(character) not in _COMBINING_MARKS)
    return "".join(letters).translate(_LOOKALIKES)


def compacted(folded_text: str) -> str:
    """Returns a folded text without white space and invisible characters."""
    if folded_text.isascii():
        return folded_text.translate(_ASCII_INVISIBLE)
    return "".join(filter(_visible, folded_text))


def alphanumeric(folded_text: str) -> str:
    """Returns the letters and digits of a folded text."""
    if folded_text.isascii():
        return folded_text.translate(_ASCII_PUNCTUATION)
    return "".join(filter(str.isalnum, folded_text))


def _visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in _INVISIBLE


_ASCII_INVISIBLE = dict.fromkeys(number for number in range(128) if not _visible(chr(number)))
_ASCII_PUNCTUATION = dict.fromkeys(number for number in range(128) if not chr(number).isalnum())


class JoinedLines:
    """Lines as one text, in which what is found still belongs to its lines."""

    def __init__(self, lines: Iterable[str], *, between: str = "") -> None:
        """`between` stands between two lines."""
        parts = list(lines)
        self.text = between.join(parts)
        self._starts = list(accumulate((len(part) + len(between) for part in parts), initial=0))

    def __contains__(self, part: str) -> bool:
        return part in self.text

    def with_part(self, part: str, *, step: int = 1) -> set[int]:
        """Returns the indices of the lines over which `part` extends, wherever it occurs; with `step` also where only
        each second or third character counts."""
        found: set[int] = set()
        for offset in range(step):
            text = self.text[offset::step] if step > 1 else self.text
            at = text.find(part)
            while at >= 0:
                first, last = self.line_at(at * step + offset), self.line_at((at + len(part) - 1) * step + offset)
                found.update(range(first, last + 1))
                # Linear also in a text full of it: what follows within the last line adds no other line.
                following = -(-(self._starts[last + 1] - offset) // step)
                at = text.find(part, max(at + 1, following - len(part) + 1))
        return found

    def line_at(self, index: int) -> int:
        """Returns which line the character at `index` belongs to."""
        return bisect_right(self._starts, index) - 1
