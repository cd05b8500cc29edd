"""Regular expressions of advice rules, searched for in a reply at little cost.

There are thousands of alternatives in many languages, and of these only few can be in one reply. To compile them all
takes a third of a second, so only those are compiled of which the reply holds a word that they can't do without.
"""

import re
from collections.abc import Iterator
from functools import cache

from smtp_desktop.domain.diagnosis.masking import without_accents

# Of a literal, the last character is left to what repeats it: "words?" holds "word".
_TOKEN = re.compile(
    r"""
      (?P<literal>[^\\\[\](){}|?*+.^$]+(?![?*{+]))
    | (?P<opening>\((?P<extension>\?(?:[:=!]|<[=!]))?)
    | (?P<closing>\)(?P<optional>[?*]|\{0,?\d*\})?)
    | (?P<bar>\|)
    | \\. | \[(?:\\.|[^\]\\])+\] | \{[\d,]+\} | .
    """,
    re.VERBOSE | re.DOTALL,
)
_SHORTEST = 2  # a literal of one letter is nearly everywhere
_ASSERTIONS = frozenset({"?=", "?!", "?<=", "?<!"})  # what they hold need not be there

Literals = frozenset[str]
_NONE: Literals = frozenset()


def found(pattern: str, text: str) -> bool:
    """Whether the regular expression `pattern` is found in `text`, whatever the case and the accents of `pattern`."""
    lowered = text.lower()
    return any(
        _compiled(alternative).search(text) is not None
        for alternative, literals in _alternatives(pattern)
        if not literals or any(literal in lowered for literal in literals)
    )


@cache  # there are more of them than `re` keeps
def _compiled(alternative: str) -> re.Pattern[str]:
    return re.compile(alternative, re.IGNORECASE)


@cache
def _alternatives(pattern: str) -> tuple[tuple[str, Literals], ...]:
    """Returns the alternatives of `pattern`, each with literals of which a text that it matches holds at least one;
    none where no such literals are known."""
    return tuple(_split(without_accents(pattern)))


def _split(pattern: str) -> Iterator[tuple[str, Literals]]:
    begin = 0
    groups = [_Group(assertion=False)]
    for token in _TOKEN.finditer(pattern):
        match token.lastgroup:
            case "literal":
                groups[-1].hold(frozenset({token[0].lower()}))
            case "opening" | "extension":
                groups.append(_Group(assertion=token["extension"] in _ASSERTIONS))
            case "closing" | "optional":
                group = groups.pop()
                if not (group.assertion or token["optional"]):
                    groups[-1].hold(group.literals())
            case "bar" if len(groups) == 1:
                yield pattern[begin : token.start()], groups[0].literals()
                begin = token.end()
                groups = [_Group(assertion=False)]
            case "bar":
                groups[-1].next_alternative()
    yield pattern[begin:], groups[0].literals()


class _Group:
    """A group of an expression while it is read: of each of its alternatives, the literals that tell the most."""

    def __init__(self, *, assertion: bool) -> None:
        self.assertion = assertion
        self._ended: list[Literals] = []
        self._current = _NONE

    def hold(self, literals: Literals) -> None:
        """Adds that one of `literals` is in whatever the current alternative matches."""
        if _weight(literals) > _weight(self._current):
            self._current = literals

    def next_alternative(self) -> None:
        self._ended.append(self._current)
        self._current = _NONE

    def literals(self) -> Literals:
        """Returns literals of which one is in whatever the group matches."""
        alternatives = (*self._ended, self._current)
        return frozenset().union(*alternatives) if all(alternatives) else _NONE


def _weight(literals: Literals) -> int:
    shortest = min(map(len, literals), default=0)
    return shortest if shortest >= _SHORTEST else 0
