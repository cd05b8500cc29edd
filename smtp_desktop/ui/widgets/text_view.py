"""A view of text from outside, whatever its length."""

import re
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit

from smtp_desktop.domain.mail.received import Header
from smtp_desktop.domain.message_text import one_line as whole_line

LONGEST_TEXT = 500_000
MOST_LINES = 10_000
LONGEST_LINE = 2_000
"""Characters: Qt lays out a line in time that grows with the square of its length."""


def bounded(text: str) -> str:
    """Returns `text` as a view may lay it out: lines that are too long are broken, and a last line says so where more
    follows than is shown."""
    shown = text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    lines = shown.split("\n", MOST_LINES)
    rest = max(0, len(text) - LONGEST_TEXT) + (len(lines.pop()) if len(lines) > MOST_LINES else 0)
    shown = "\n".join(line if len(line) <= LONGEST_LINE else _broken(line) for line in lines)
    # Control characters but tab and line end are not to be seen in any font: their pictures are.
    shown = shown.translate(_PICTURES) if _CONTROL.search(shown) else shown
    if rest:
        note = QCoreApplication.translate("TextView", "[{count} more characters are not shown.]")
        return f"{shown}\n\n{note.format(count=rest)}"
    return shown


def header_lines(headers: Iterable[Header]) -> str:
    """Returns a line for each header, as many as a view shows."""
    lines: list[str] = []
    left = LONGEST_TEXT
    for header in headers:
        line = whole_line(f"{header.name[:left]}: {header.value[:left]}")
        lines.append(line)
        left -= len(line) + 1
        if left <= 0:
            lines.append("…")
            break
    return "\n".join(lines)


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: 0x2421}


def _broken(line: str) -> str:
    return "\n".join(line[at : at + LONGEST_LINE] for at in range(0, len(line), LONGEST_LINE))


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
