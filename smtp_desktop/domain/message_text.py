"""User-visible sentences that are made below the window, where Qt's translation is out of reach."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

# Control characters, line breaks among them, and those that turn the direction of what follows (UAX 9): with them a
# stranger could make an address read as another one, or add lines to what is told.
# Compiled where it is first used, which a start does not.
_UNRULY = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+"


class MessageText(NamedTuple):
    """An English sentence with named placeholders; the window translates `template` before it fills it.

    `str()` gives the English sentence, which is what the command line prints.
    """

    template: str
    values: Mapping[str, str | int] = MappingProxyType({})

    def __str__(self) -> str:
        return self.template.format(**self.values)


Say = Callable[[MessageText], str]
"""Says a sentence in the reader's language; `str` says it in English."""


def msg(template: str, **values: str | int) -> MessageText:
    """Returns the sentence `template`; each `{name}` in it is filled from `values`."""
    return MessageText(template, values)


def one_line(words: str) -> str:
    """Returns what a stranger wrote as one line, without characters that move or turn the words around them."""
    return re.sub(_UNRULY, " ", words).strip()
