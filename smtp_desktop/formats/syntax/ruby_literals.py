"""Ruby source: settings whose values are written out, as in `gitlab_rails['smtp_port'] = 587`. Nothing is run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, Branch, Leaf, LeafKind, Row, Tree

_SETTING = re.compile(r"""\s*([a-z_]\w*)\[\s*(?:'([^'\n]+)'|"([^"\n]+)"|:(\w+))\s*\]\s*(\|\|)?=(?![=~>])\s*""")
_SPACE = re.compile(r"(?:\s++|#[^\n]*+)*+")
_REST = re.compile(r"[ \t]*+(?:\.freeze\b[ \t]*+)?(?:;[ \t]*+)?+(?:#[^\n]*+)?+(?:\n|\Z)")
_SINGLE = re.compile(r"'((?:[^'\\]++|\\.)*+)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_PERCENT = re.compile(r"%(q|Q|)(?:\(([^()\\]*+)\)|\{([^{}\\]*+)\}|\[([^\[\]\\]*+)\]|\|([^|\\]*+)\||!([^!\\]*+)!)")
_PLAIN = re.compile(r"(?:-?\d[\d_]*(?:\.\d+)?|true|false|nil)\b")
_SYMBOL = re.compile(r":([a-zA-Z_]\w*[?!]?)")
_KEY = re.compile(r"""([a-zA-Z_]\w*):(?!:)\s*|'([^'\\\n]*)'\s*(?:=>|:)\s*|"([^"\\\n]*)"\s*(?:=>|:)\s*|:(\w+)\s*=>\s*""")
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|(.))", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "s": " ", "e": "\x1b", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_INTERPOLATED = re.compile(r"(?<!\\)(?:\\\\)*+#[{$@]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value by the group and the key that it is assigned to."""

    group: str
    key: str
    value: Tree
    line: int


def ruby_settings(text: str) -> Iterator[Setting]:
    """Yields every setting `group['key'] = value` at the beginning of a line, in the order of the text. A value that
    only Ruby could say is code."""
    at, line = 0, 1
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text.startswith("=begin", at):
            closing = text.find("\n=end", at)
            end = len(text) if closing < 0 else closing + 1
        elif found := _SETTING.match(text, at, end + 1):
            value, after = _setting_value(text, found.end(), end, line)
            yield Setting(group=found[1], key=found[2] or found[3] or found[4], value=value, line=line)
            end = max(end, after)
        line += text.count("\n", at, end + 1)
        at = end + 1


def _setting_value(text: str, at: int, end: int, line: int) -> tuple[Tree, int]:
    """Returns the value that begins at `at`, in a line that ends at `end`, and where it ends."""
    value, after = _value(text, at, line, DEPTH_LIMIT)
    rest = _REST.match(text, after) if value is not None else None
    if value is None or rest is None:
        return Leaf(text=text[at:end].strip(), line=line, kind=LeafKind.CODE), end
    return value, rest.end() - 1 if text[rest.end() - 1 : rest.end()] == "\n" else rest.end()


def _value(text: str, at: int, line: int, depth: int) -> tuple[Tree | None, int]:
    if depth == 0:
        return None, at
    match text[at : at + 1]:
        case "'":
            found = _SINGLE.match(text, at)
            return _leaf(re.sub(r"\\([\\'])", r"\1", found[1]) if found else None, found, line)
        case '"':
            found = _DOUBLE.match(text, at)
            return _leaf(_double_quoted(found[1]) if found else None, found, line)
        case "[":
            return _row(text, at, line, depth)
        case "{":
            return _branch(text, at, line, depth)
        case _:
            return _word(text, at, line)


def _word(text: str, at: int, line: int) -> tuple[Tree | None, int]:
    if found := _PERCENT.match(text, at):
        inner = next((one for one in found.groups()[1:] if one is not None), "")
        return _leaf(inner if found[1] == "q" else _double_quoted(inner), found, line)
    if found := _SYMBOL.match(text, at):
        return _leaf(found[1], found, line)
    if found := _PLAIN.match(text, at):
        return Leaf(text=found[0].replace("_", ""), line=line, kind=LeafKind.PLAIN), found.end()
    return None, at


def _leaf(value: str | None, found: re.Match[str] | None, line: int) -> tuple[Tree | None, int]:
    if value is None or found is None:
        return None, 0
    return Leaf(text=value, line=line), found.end()


def _row(text: str, at: int, line: int, depth: int) -> tuple[Tree | None, int]:
    items: list[Tree] = []
    at = _after_space(text, at + 1)
    while text[at : at + 1] != "]":
        value, at = _value(text, at, line, depth - 1)
        at = _after_space(text, at)
        if value is None or text[at : at + 1] not in {",", "]"}:
            return None, at
        items.append(value)
        at = _after_space(text, at + (text[at] == ","))
    return Row(items=tuple(items), line=line), at + 1


def _branch(text: str, at: int, line: int, depth: int) -> tuple[Tree | None, int]:
    items: list[tuple[str, Tree]] = []
    at = _after_space(text, at + 1)
    while text[at : at + 1] != "}":
        key = _KEY.match(text, at)
        value, at = _value(text, key.end(), line, depth - 1) if key else (None, at)
        at = _after_space(text, at)
        if key is None or value is None or text[at : at + 1] not in {",", "}"}:
            return None, at
        items.append((next(one for one in key.groups() if one is not None), value))
        at = _after_space(text, at + (text[at] == ","))
    return Branch(items=tuple(items), line=line), at + 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _double_quoted(inner: str) -> str | None:
    """Returns what stands between double quotes; None where a part of it would be computed."""
    return None if _INTERPOLATED.search(inner) else _ESCAPE.sub(_replaced, inner)


def _replaced(found: re.Match[str]) -> str:
    octal, hexadecimal, short, point, other = found.groups()
    if other is not None:
        return _NAMED.get(other, "" if other == "\n" else other)
    code = int(octal, 8) & 0xFF if octal else int(hexadecimal or short or point, 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"  # noqa: PLR2004 - surrogates
