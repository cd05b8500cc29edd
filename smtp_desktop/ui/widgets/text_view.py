"""A view of text from outside, whatever its length."""

import re

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit

LONGEST_TEXT = 500_000
MOST_LINES = 10_000
LONGEST_LINE = 2_000
"""Characters: Qt lays out a line in time that grows with the square of its length."""

_LINE = re.compile(r"[^\n]++")


def bounded(text: str) -> str:
    """Returns `text` as a view may lay it out: lines that are too long are broken, and a last line says so where more
    follows than is shown."""
    shown = text[:LONGEST_TEXT]
    # Control characters but tab and line end are not to be seen in any font: their pictures are.
    shown = shown.replace("\r\n", "\n").replace("\r", "\n").translate(_PICTURES)
    if len(shown) > LONGEST_LINE:
        shown = _LINE.sub(_broken, shown)
    lines = shown.split("\n", MOST_LINES)
    rest = len(text) - LONGEST_TEXT + (len(lines.pop()) if len(lines) > MOST_LINES else 0)
    if rest > 0 or len(text) > LONGEST_TEXT:
        note = QCoreApplication.translate("TextView", "[{count} more characters are not shown.]")
        return "\n".join([*lines, "", note.format(count=max(rest, len(text) - LONGEST_TEXT))])
    return "\n".join(lines)


_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: 0x2421}


def _broken(line: re.Match[str]) -> str:
    words = line[0]
    return "\n".join(words[at : at + LONGEST_LINE] for at in range(0, len(words), LONGEST_LINE))


class TextView(QPlainTextEdit):
    """A read-only view that lays out at most so much that nobody waits for it."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setReadOnly(True)
        self._text = ""

    def show_text(self, text: str) -> None:
        """Shows `text`, scrolled to its beginning; a text that is shown already stays as it is scrolled."""
        if text != self._text:
            self._text = text
            self.setPlainText(bounded(text))
