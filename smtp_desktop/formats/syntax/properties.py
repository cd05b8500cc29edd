"""Java's .properties files (java.util.Properties.load)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_KEY = re.compile(r"\s*+(?P<key>(?:[^\s=:\\]++|\\.)*+)\s*+[=:]?+\s*+", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A key with its value, and the line that it begins in. An empty key stands for `#---`, which ends a document."""

    key: str
    value: str
    line: int


def properties(text: str) -> Iterator[Property]:
    """Yields the properties in their order. A line that ends with an odd number of backslashes goes on in the next."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        first, line = number + 1, lines[number].lstrip(" \t\f")
        number += 1
        if not line or line[0] in "#!":
            if line.rstrip() in {"#---", "!---"}:
                yield Property(key="", value="", line=first)
            continue
        while _goes_on(line) and number < len(lines):
            line = line[:-1] + lines[number].lstrip(" \t\f")
            number += 1
        found = _KEY.match(line)
        if found and found["key"]:
            value = line[found.end() :].removesuffix("\\") if _goes_on(line) else line[found.end() :]
            yield Property(key=_plain(found["key"]), value=_plain(value), line=first)


def _goes_on(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _plain(text: str) -> str:
    return _ESCAPE.sub(_replaced, text)


def _replaced(found: re.Match[str]) -> str:
    if found[1] is None:
        return _NAMED.get(found[2], found[2])
    code = int(found[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - surrogates
