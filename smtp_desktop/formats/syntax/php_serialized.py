"""Values that PHP's `serialize` wrote, as a tree. Objects are refused: no setting is one."""

import re

from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, BadSyntax, Branch, Leaf, LeafKind, Tree

_LOOKS_LIKE = re.compile(r"a:\d+:\{")
_PLAIN = re.compile(rb"(?:([bi]):(-?\d{1,20})|d:([-+.\dEINFAN]{1,40})|(N));")
_LENGTH = re.compile(rb"([sa]):(\d{1,9}):")


def is_serialized(text: str) -> bool:
    """Whether the text looks like a serialized array."""
    return bool(_LOOKS_LIKE.match(text.lstrip()))


def php_unserialized(text: str, line: int = 1) -> Tree:
    """Returns the value; every leaf is in that line. Raises BadSyntax."""
    reader = _Reader(text.strip().encode("utf-8", "replace"), line)
    return reader.value(DEPTH_LIMIT)


class _Reader:
    """Lengths are in bytes: it reads those."""

    def __init__(self, data: bytes, line: int) -> None:
        self._data = data
        self._line = line
        self._at = 0

    def value(self, depth: int) -> Tree:
        if depth == 0:
            raise BadSyntax(msg("This is nested too deeply."), self._line)
        plain = _PLAIN.match(self._data, self._at)
        if plain:
            self._at = plain.end()
            return self._plain(plain)
        head = _LENGTH.match(self._data, self._at)
        if not head:
            raise self._bad()
        self._at = head.end()
        length = int(head[2])
        return self._array(length, depth) if head[1] == b"a" else self._string(length)

    def _plain(self, found: re.Match[bytes]) -> Leaf:
        text = (found[2] or found[3] or b"null").decode()
        if found[1] == b"b":
            text = "true" if text == "1" else "false"
        return Leaf(text=text, line=self._line, kind=LeafKind.PLAIN)

    def _string(self, length: int) -> Leaf:
        end = self._at + 1 + length
        if self._data[self._at : self._at + 1] != b'"' or self._data[end : end + 2] != b'";':
            raise self._bad()
        text = self._data[self._at + 1 : end].decode("utf-8", "replace")
        self._at = end + 2
        return Leaf(text=text, line=self._line)

    def _array(self, length: int, depth: int) -> Branch:
        self._expect(b"{")
        items = []
        for _ in range(length):
            key = self.value(depth - 1)
            if not isinstance(key, Leaf):
                raise self._bad()
            items.append((key.text, self.value(depth - 1)))
        self._expect(b"}")
        return Branch(items=tuple(items), line=self._line)

    def _expect(self, character: bytes) -> None:
        if self._data[self._at : self._at + 1] != character:
            raise self._bad()
        self._at += 1

    def _bad(self) -> BadSyntax:
        return BadSyntax(msg("The serialized value is damaged, or holds an object."), self._line)
