"""User-visible sentences that are made below the window, where Qt's translation is out of reach."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# Control characters, line breaks among them, and characters that change the direction of what follows (UAX 9): with
# them a stranger could make an address read as another one, or add lines to what the program shows.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""The months in English sentences; `strftime` names them in the language of the computer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageText:
    """An English sentence with named placeholders, `{name}`; the window translates `template` before it fills it.

    `str()` gives the English sentence, which the command line prints.
    """

    template: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


Translate = Callable[[MessageText], str]
"""Returns a sentence in the reader's language; `str` returns the English one."""


def msg(template: str, **values: str | int) -> MessageText:
    """Returns the sentence `template`; each `{name}` in it is filled from `values`."""
    return MessageText(template=template, values=values)


def one_line(untrusted: str) -> str:
    """Returns a stranger's text as one line, without characters that move or turn the words around them."""
    return _UNSAFE.sub(" ", untrusted).strip()
