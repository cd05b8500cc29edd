"""Strings of PHP, as the language reads them (its manual, "Strings")."""

import re

_SINGLE = re.compile(r"\\([\\'])")
_DOUBLE = re.compile(r"\\(?:([nrtvef\\$\"])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]{1,6})\})", re.DOTALL)
_VARIABLE = re.compile(r"(?<!\\)(?:\\\\)*+(?:\$(?:[A-Za-z_{]|[^\x00-\x7f])|\{\$)")
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f"}
_LAST = 0x10FFFF


def single_quoted(inner: str) -> str:
    """Returns what stands between single quotes."""
    return _SINGLE.sub(r"\1", inner)


def double_quoted(inner: str) -> str | None:
    """Returns what stands between double quotes; None where there is a variable in it."""
    if _VARIABLE.search(inner):
        return None
    return _DOUBLE.sub(_replaced, inner)


def _replaced(found: re.Match[str]) -> str:
    named, octal, hexadecimal, point = found.groups()
    if named:
        return _NAMED.get(named, named)
    code = int(octal, 8) & 0xFF if octal else int(hexadecimal or point, 16)
    return chr(code) if code <= _LAST and not 0xD800 <= code <= 0xDFFF else "\ufffd"  # noqa: PLR2004 - surrogates
