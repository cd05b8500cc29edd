"""Hashes of Ruby and objects of JavaScript, as far as they are written out. Nothing is run: the rest is code."""

import re

from smtp_desktop.formats.syntax.lines import LineCount
from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, Branch, Leaf, LeafKind, Row, Tree

_SPACE = re.compile(r"(?:\s++|//[^\n]*+|#(?![{\w]*\{)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+)*+")
_KEY = re.compile(
    r"""(?P<word>[A-Za-z_$][\w$]*+)\s*+(?::(?!:)|=>)\s*+
    |:(?P<symbol>\w++)\s*+=>\s*+
    |:?(?P<quote>['"])(?P<quoted>[^'"\\\n]*+)(?P=quote)\s*+(?::(?!:)|=>)\s*+""",
    re.VERBOSE,
)
_TEXT = re.compile(
    r"""'(?P<single>(?:[^'\\]++|\\.)*+)'|"(?P<double>(?:[^"\\]++|\\.)*+)"|`(?P<back>(?:[^`\\]++|\\.)*+)`""",
    re.DOTALL,
)
_PLAIN = re.compile(r"-?\d[\d_]*+(?:\.\d++)?+(?![\w.])|(?:true|false|nil|null|undefined)\b(?!\s*[.\[(])")
_SYMBOL = re.compile(r":([A-Za-z_]\w*+)")
_END = re.compile(r"\s*+(?:(?://|#)[^\n]*+\n\s*+)*+(?=[,}\])])")
_COMPUTED = re.compile(r"[#$]\{")
_ESCAPE = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{4})\}?|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "\n": ""}
_MOST_TIMES = 8  # that a text is passed over in search of ends
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class ObjectLiterals:
    """The hashes and objects of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = LineCount(text)
        # What does not end is looked for once and not for every brace before it: else the time is quadratic.
        self._passed_over = _MOST_TIMES * len(text)

    def at(self, start: int) -> tuple[Branch | None, int]:
        """Returns the object whose brace is at `start`, and where it ends; None where there is none, or no end."""
        found, end = self._branch(start, DEPTH_LIMIT) if self._text[start : start + 1] == "{" else (None, start)
        return (found, end) if isinstance(found, Branch) else (None, start)

    def _value(self, at: int, depth: int) -> tuple[Tree | None, int]:
        """Returns the value at `at` and where it ends; None where only its program could say it."""
        text = self._text
        if depth and text[at : at + 1] == "{":
            return self._branch(at, depth)
        if depth and text[at : at + 1] == "[":
            return self._row(at, depth)
        if found := _TEXT.match(text, at):
            inner = next(one for one in found.groups() if one is not None)
            computed = found["single"] is None and _COMPUTED.search(inner)
            value = _ESCAPE.sub(_replaced, inner) if found["single"] is None else re.sub(r"\\([\\'])", r"\1", inner)
            return (None if computed else Leaf(text=value, line=self._lines.at(at))), found.end()
        if found := _PLAIN.match(text, at):
            word = "null" if found[0] in {"nil", "undefined"} else found[0].replace("_", "")
            return Leaf(text=word, line=self._lines.at(at), kind=LeafKind.PLAIN), found.end()
        if found := _SYMBOL.match(text, at):
            return Leaf(text=found[1], line=self._lines.at(at)), found.end()
        return None, at

    def _or_code(self, at: int, depth: int) -> tuple[Tree, int]:
        """Returns the value at `at`, which is code where something else follows it than a comma or the end."""
        value, end = self._value(at, depth)
        if value is not None and _END.match(self._text, end):
            return value, end
        end = self._end_of_code(at)
        return Leaf(text=self._text[at:end].strip(), line=self._lines.at(at), kind=LeafKind.CODE), end

    def _end_of_code(self, at: int) -> int:
        """Returns where the comma or bracket is that ends an expression."""
        text, depth, start = self._text, 0, at
        if self._passed_over <= 0:
            return len(text)
        while at < len(text):
            if found := _TEXT.match(text, at):
                at = found.end()
                continue
            sign = text[at]
            if depth == 0 and (sign == "," or sign in _CLOSING):
                break
            depth += (sign in _OPENING) - (sign in _CLOSING)
            at += 1
        self._passed_over -= at - start
        return at

    def _branch(self, at: int, depth: int) -> tuple[Tree | None, int]:
        text, line, items = self._text, self._lines.at(at), list[tuple[str, Tree]]()
        at = _after_space(text, at + 1)
        while at < len(text) and text[at] != "}":
            key = _KEY.match(text, at)
            if key:
                value, at = self._or_code(key.end(), depth - 1)
                items.append((key["word"] or key["symbol"] or key["quoted"] or "", value))
            else:
                at = self._end_of_code(at)  # `...others`, a method
                if text[at : at + 1] in _CLOSING - {"}"}:
                    return None, at
            at = _after_space(text, at)
            if text[at : at + 1] == ",":
                at = _after_space(text, at + 1)
            elif text[at : at + 1] != "}":
                return None, at
        return (Branch(items=tuple(items), line=line), at + 1) if at < len(text) else (None, at)

    def _row(self, at: int, depth: int) -> tuple[Tree | None, int]:
        text, line, items = self._text, self._lines.at(at), list[Tree]()
        at = _after_space(text, at + 1)
        while at < len(text) and text[at] != "]":
            value, at = self._or_code(at, depth - 1)
            items.append(value)
            at = _after_space(text, at)
            if text[at : at + 1] == ",":
                at = _after_space(text, at + 1)
            elif text[at : at + 1] != "]":
                return None, at
        return (Row(items=tuple(items), line=line), at + 1) if at < len(text) else (None, at)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _replaced(found: re.Match[str]) -> str:
    long, short, other = found.groups()
    if other is not None:
        return _NAMED.get(other, other)
    code = int(long or short, 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - surrogates
