"""JSON as a tree (RFC 8259), with the lines that Python's own reader does not keep."""

import json
import re

from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.syntax.lines import LineCount
from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, LONGEST_TEXT, BadSyntax, Branch, Leaf, LeafKind, Row, Tree

_BLANKS = " \t\n\r"
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\.)*+"')
_WORD = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")


def json_tree(text: str) -> Tree:
    """Returns the one value of the text. Raises BadSyntax."""
    if len(text) > LONGEST_TEXT:
        raise BadSyntax(msg("The file is longer than {limit} characters.", limit=f"{LONGEST_TEXT:,}"))
    return _JsonReader(text).read()


class _JsonReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines = LineCount(text)

    def read(self) -> Tree:
        tree = self._value(DEPTH_LIMIT)
        if self._peek():
            raise self._bad()
        return tree

    def _value(self, depth: int) -> Tree:
        if depth == 0:
            raise BadSyntax(msg("This is nested too deeply."), self._line)
        match self._peek():
            case "{":
                return self._branch(depth)
            case "[":
                return self._row(depth)
            case '"':
                return Leaf(line=self._line, text=self._string())
            case _:
                found = self._matched(_WORD)
                return Leaf(text=found, line=self._line, kind=LeafKind.PLAIN)

    def _branch(self, depth: int) -> Branch:
        line = self._line
        items: list[tuple[str, Tree]] = []
        self._at += 1
        while self._peek() != "}":
            if items:
                self._expect(",")
                self._peek()
            key = self._string()
            self._expect(":")
            items.append((key, self._value(depth - 1)))
        self._at += 1
        return Branch(items=tuple(items), line=line)

    def _row(self, depth: int) -> Row:
        line = self._line
        items: list[Tree] = []
        self._at += 1
        while self._peek() != "]":
            if items:
                self._expect(",")
            items.append(self._value(depth - 1))
        self._at += 1
        return Row(items=tuple(items), line=line)

    def _string(self) -> str:
        quoted = self._matched(_STRING)
        if "\\" not in quoted:
            return quoted[1:-1]
        try:
            text = str(json.loads(quoted))
        except ValueError as error:  # an escape that JSON does not know
            raise self._bad() from error
        # A lone surrogate can't be stored or shown.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _matched(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            raise self._bad()
        self._at = found.end()
        return found[0]

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise self._bad()
        self._at += 1

    def _peek(self) -> str:
        character = self._text[self._at : self._at + 1]
        if character and character in _BLANKS:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            character = self._text[self._at : self._at + 1]
        return character

    @property
    def _line(self) -> int:
        return self._lines.at(self._at)

    def _bad(self) -> BadSyntax:
        return BadSyntax(msg("This is not valid JSON."), self._line)
