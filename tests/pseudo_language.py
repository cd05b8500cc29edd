"""A language that nobody speaks: English with accents, between marks, and 40 % longer, as translations are.

What stays plain English under it bypasses the translation; what it cuts will be cut in German.
"""

import re

from PySide6.QtCore import QObject, QTranslator

OPEN, CLOSE = "⟦", "⟧"
_ACCENTS = str.maketrans("AaCcEeIiNnOoSsUuYyZz", "ÀàÇçÉéÌìÑñÖöŞşÙùÝýŽž")
_LONGER = 1.4
_FILLING = "~ lõrem ipşum"
# What a format, a key or a mnemonic is: these stay as they are.
_KEPT = re.compile(r"(\{\{.*?\}\}|\{[^}]*\}|%n|%\d|&\w|<[^>]+>|\t.*$|https?://\S+)", re.DOTALL)


def pseudo(source: str) -> str:
    """Returns `source` in the language."""
    if not source.strip():
        return source
    parts = _KEPT.split(source)
    accented = "".join(part if number % 2 else part.translate(_ACCENTS) for number, part in enumerate(parts))
    seen = len("".join(parts[::2]))
    more = round(seen * (_LONGER - 1))
    filling = (_FILLING * (more // len(_FILLING) + 1))[: max(0, more - 2)]  # the marks are part of the 40 %
    words, tab, key = accented.partition("\t")
    return f"{OPEN}{words}{filling}{CLOSE}{tab}{key}"


_READ_FROM_THE_RIGHT = "\u200f"  # RIGHT-TO-LEFT MARK: the first letter decides how a text is read


class PseudoTranslator(QTranslator):
    """Translates every text into the language; if `mirrored`, into one that is read from right to left."""

    def __init__(self, parent: QObject | None = None, *, mirrored: bool = False) -> None:
        super().__init__(parent)
        self._begin = _READ_FROM_THE_RIGHT if mirrored else ""

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:  # noqa: N803 - Qt's names
        return self._begin + pseudo(sourceText)

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False
