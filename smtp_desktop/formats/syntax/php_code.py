"""PHP source: what it assigns and defines, as far as that is written out. Nothing is run: the rest is code."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from smtp_desktop.formats.syntax.lines import LineCount
from smtp_desktop.formats.syntax.php_strings import double_quoted, single_quoted
from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, Branch, Leaf, LeafKind, Row, Tree

_TOKEN = re.compile(
    r"""(?P<space>\s++|//[^\n]*+|\#(?!\[)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+)
    |(?P<single>'(?:[^'\\]++|\\(?:.|\Z))*+(?:'|\Z))
    |(?P<double>"(?:[^"\\]++|\\(?:.|\Z))*+(?:"|\Z))
    |(?P<heredoc><<<[ \t]*+['"]?+(?P<mark>[A-Za-z_]\w*+)['"]?+\n)
    |(?P<variable>\$[A-Za-z_]\w*+)
    |(?P<number>\d[\d_]*+(?:\.\d++)?+)
    |(?P<name>\\?[A-Za-z_][\w\\]*+)
    |(?P<sign>=>|->|\?->|::|\|\||&&|\?\?=?|[=!]==?|[<>]=|\.=|.)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_ENDS = frozenset({",", ";", ")", "]", "}", "=>", "?>"})
_CASTS = frozenset({"int", "integer", "string", "bool", "boolean", "float"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A value with what it is assigned to: `target` is the name of a variable with its keys and properties, or of a
    constant; empty for what a file returns. `nested` says that it stands in a block, as of an `if`."""

    target: tuple[str, ...]
    value: Tree
    line: int
    nested: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def php_assignments(text: str) -> tuple[Assigned, ...]:
    """Returns what the source assigns, in its order. It may also be the printed value of an array alone."""
    opened = text.find("<?php")
    return tuple(_PhpReader(text, opened + len("<?php") if opened >= 0 else 0).read())


class _PhpReader:
    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._lines = LineCount(text)
        self._tokens = list(_tokens(text, start))
        self._at = 0

    def read(self) -> Iterator[Assigned]:
        """Yields what is assigned; what looks like it and is not is passed over."""
        if self._sees("array", "(") or self._sees("["):
            yield Assigned(target=(), line=self._line, value=self._value(DEPTH_LIMIT))
        depth = 0
        while self._at < len(self._tokens):
            depth = max(0, depth + {"{": 1, "}": -1}.get(self._sign(), 0))
            before = self._at
            found = self._assigned(nested=depth > 0)
            if found:
                yield found
            else:
                self._at = before + 1

    def _assigned(self, *, nested: bool) -> Assigned | None:
        line, token = self._line, self._tokens[self._at]
        target: tuple[str, ...] | None = None
        if token.kind == "variable":
            self._at += 1
            target = self._target((token.text[1:],))
        elif token.kind == "name" and token.text.lower() == "const":
            target = self._constant()
        elif token.kind == "name" and token.text.lower() in {"define", "\\define"}:
            target = self._defined()
        elif token.kind == "name" and token.text.lower() == "return":
            self._at += 1
            target = ()
        return None if target is None else Assigned(
            target=target, line=line, value=self._value(DEPTH_LIMIT), nested=nested
        )  # fmt: skip

    def _target(self, target: tuple[str, ...]) -> tuple[str, ...] | None:
        """Returns the whole name before a single `=`; None where it is not assigned to."""
        while True:
            match self._sign():
                case "=":
                    self._at += 1
                    return target
                case "->" if self._kind(1) == "name":
                    target = (*target, self._tokens[self._at + 1].text)
                    self._at += 2
                case "[" if self._kind(1) in {"single", "double", "number"} and self._sign(2) == "]":
                    target = (*target, self._literal(self._tokens[self._at + 1]).text)
                    self._at += 3
                case _:
                    return None

    def _constant(self) -> tuple[str, ...] | None:
        self._at += 1
        while self._kind() == "name" and self._sign(1) != "=":
            self._at += 1  # a type
        if self._kind() != "name":
            return None
        name = self._tokens[self._at].text
        self._at += 2
        return (name,)

    def _defined(self) -> tuple[str, ...] | None:
        if self._sign(1) != "(" or self._kind(2) not in {"single", "double"} or self._sign(3) != ",":
            return None
        name = self._literal(self._tokens[self._at + 2]).text
        self._at += 4
        return (name,)

    def _value(self, depth: int) -> Tree:
        """Returns the value that stands here, and goes on behind it."""
        start = self._at
        value = self._written_out(depth)
        if value is None or not self._at_end():
            return self._code(start)
        return value

    def _written_out(self, depth: int) -> Tree | None:
        if depth == 0:
            return None
        if self._sign() == "(" and self._word(1) in _CASTS and self._sign(2) == ")":
            self._at += 3
        if self._sees("array", "("):
            self._at += 1
            return self._array(depth)
        if self._sign() == "[":
            return self._array(depth)
        return self._scalar()

    def _scalar(self) -> Leaf | None:
        minus = "-" if self._sign() == "-" and self._kind(1) == "number" else ""
        self._at += len(minus)
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None:
            return None
        self._at += 1
        leaf = self._literal(token)
        while leaf.kind is LeafKind.TEXT and self._sign() == "." and self._kind(1) in {"single", "double"}:
            more = self._literal(self._tokens[self._at + 1])
            leaf = Leaf(text=leaf.text + more.text, line=leaf.line, kind=more.kind)
            self._at += 2
        return None if leaf.is_code else Leaf(text=minus + leaf.text, line=leaf.line, kind=leaf.kind)

    def _literal(self, token: _Token) -> Leaf:
        line = self._lines.at(token.start)
        match token.kind:
            case "single":
                return Leaf(text=single_quoted(token.text[1:-1]), line=line)
            case "double":
                text = double_quoted(token.text[1:-1])
                return Leaf(text=text or "", line=line, kind=LeafKind.TEXT if text is not None else LeafKind.CODE)
            case "number":
                return Leaf(text=token.text.replace("_", ""), line=line, kind=LeafKind.PLAIN)
            case "name" if token.text.lower() in {"true", "false", "null"}:
                return Leaf(text=token.text.lower(), line=line, kind=LeafKind.PLAIN)
            case _:
                return Leaf(text=token.text, line=line, kind=LeafKind.CODE)

    def _array(self, depth: int) -> Tree:
        line, closing = self._line, _CLOSING[self._sign()]
        self._at += 1
        items: list[tuple[str | None, Tree]] = []
        while self._at < len(self._tokens) and self._sign() != closing:
            value = self._value(depth - 1)
            key = None
            if self._sign() == "=>":
                self._at += 1
                key = value.text if isinstance(value, Leaf) else None
                value = self._value(depth - 1)
            items.append((key, value))
            if self._sign() != ",":
                break
            self._at += 1
        if self._sign() != closing:
            return Leaf(text="", line=line, kind=LeafKind.CODE)
        self._at += 1
        if any(key is not None for key, _ in items):
            return Branch(items=tuple((key or "", value) for key, value in items), line=line)
        return Row(items=tuple(value for _, value in items), line=line)

    def _code(self, start: int) -> Leaf:
        """Returns all up to the end of the value, as code."""
        self._at, depth = start, 0
        while self._at < len(self._tokens) and (depth or not self._at_end()):
            sign = self._sign()
            depth += (sign in _CLOSING) - (sign in _CLOSING.values())
            self._at += 1
        if start >= len(self._tokens):
            return Leaf(text="", line=self._lines.at(len(self._text)), kind=LeafKind.CODE)
        first, last = self._tokens[start], self._tokens[max(start, self._at - 1)]
        return Leaf(text=self._text[first.start : last.end], line=self._lines.at(first.start), kind=LeafKind.CODE)

    def _at_end(self) -> bool:
        return self._at >= len(self._tokens) or self._sign() in _ENDS

    def _sees(self, word: str, sign: str = "") -> bool:
        return (self._word() == word or self._sign() == word) and (not sign or self._sign(1) == sign)

    def _kind(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead].kind if self._at + ahead < len(self._tokens) else ""

    def _sign(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead].text if self._kind(ahead) == "sign" else ""

    def _word(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead].text.lower() if self._kind(ahead) == "name" else ""

    @property
    def _line(self) -> int:
        return self._lines.at(self._tokens[self._at].start) if self._at < len(self._tokens) else 1


def _tokens(text: str, start: int) -> Iterator[_Token]:
    ends = _HeredocEnds(text)
    while found := _TOKEN.match(text, start):
        kind = "heredoc" if found["mark"] else found.lastgroup or "sign"
        end = ends.after(found["mark"], found.end()) if found["mark"] else found.end()
        if kind != "space":
            yield _Token(kind, text[start:end], start, end)
        start = end


class _HeredocEnds:
    """Where lines begin with a word that may end a heredoc: found once, however many there are."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._ends: dict[str, list[int]] = {}
        if "<<<" in text:
            for found in re.finditer(r"^[ \t]*+([A-Za-z_]\w*+)", text, re.MULTILINE):
                self._ends.setdefault(found[1], []).append(found.end())

    def after(self, mark: str, place: int) -> int:
        """Returns the end of the heredoc with that mark whose text begins at `place`."""
        ends = self._ends.get(mark, [])
        index = bisect_right(ends, place)
        return ends[index] if index < len(ends) else self._length
