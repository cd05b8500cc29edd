"""Statements of an smtpd.conf: words, with quotes, macros and lists (smtpd.conf(5))."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)|(?P<continued>\\\n)|(?P<end>\n)|(?P<space>[ \t]+)"
    r"|\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"?|'(?P<single>[^']*)'?|(?P<sign>[{}=,])|(?P<word>[^\s\"'{}=,#]+)",
    re.DOTALL,
)
_MACRO = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_MOST_MACROS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement and its first line. `pairs` are those of a list `{ key = value, … }`, whose values may be secrets."""

    line: int
    words: tuple[str, ...] = field(repr=False)
    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def after(self, word: str) -> str:
        """Returns the word after this one; empty where there is none."""
        at = self.words.index(word) if word in self.words else -1
        return self.words[at + 1] if 0 <= at < len(self.words) - 1 else ""


def statements_in(text: str) -> Iterator[Statement]:
    """Yields the statements, with macros filled in (`name = value` defines one). A line ends one, but in a list."""
    macros: dict[str, str] = {}
    words: list[str] = []
    line = first = 1
    depth = 0
    for token in _TOKEN.finditer(text + "\n"):
        first = first if words else line
        if token["end"] and depth == 0:
            if words[1:2] == ["="]:
                if len(macros) < _MOST_MACROS:
                    macros[words[0]] = "".join(words[2:3])
            elif words:
                yield Statement(line=first, words=tuple(words), pairs=_pairs(words))
            words = []
        elif not (token["comment"] or token["continued"] or token["end"] or token["space"]):
            depth = max(0, depth + (token["sign"] == "{") - (token["sign"] == "}"))
            words.append(_word(token, macros))
        line += token.group().count("\n")
    if words:
        yield Statement(line=first, words=tuple(words), pairs=_pairs(words))


def _word(token: re.Match[str], macros: dict[str, str]) -> str:
    if token["quoted"] is not None:
        return re.sub(r"\\(.)", r"\1", token["quoted"])
    if token["single"] is not None:
        return token["single"]
    # One macro in another is filled in where that is defined.
    return token["sign"] or _MACRO.sub(lambda found: macros.get(found[1], found[0]), token["word"])


def _pairs(words: list[str]) -> tuple[tuple[str, str], ...]:
    if "{" not in words:
        return ()
    inner = words[words.index("{") + 1 :]
    return tuple(
        (inner[at - 1], inner[at + 1]) for at, word in enumerate(inner) if word == "=" and 0 < at < len(inner) - 1
    )
