"""Sentences from below the window, in the admin's language."""

import html
import re

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.text import Text

# Control characters, line breaks among them, and those that turn the direction of what follows (UAX 9): with them a
# sender could make an address read as another one.
_UNRULY = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def shown(text: Text) -> str:
    """Returns the sentence as it is shown: its template translated, then filled."""
    return QCoreApplication.translate("domain", text.template).format(**text.values)


def plain_tip(words: str) -> str:
    """Returns a tool tip that reads as `words` do. Qt takes one that looks like HTML for HTML, and would load the
    pictures that a server or a mail names in it."""
    return f'<span style="white-space: pre-wrap">{html.escape(words)}</span>' if words else ""


def one_line(words: str) -> str:
    """Returns what a stranger wrote as one line, without characters that move or turn the words around them."""
    return _UNRULY.sub(" ", words).strip()
