"""HTML from strangers, shown without reaching for anything."""

import re
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from smtp_desktop.ui.theme.theme import LIGHT

# What a mail brings along (RFC 2392 and RFC 2397) is not from outside.
_OUTSIDE = re.compile(
    r"""(?:\b(?:src|srcset|background|poster)\s*=\s*["']?|\burl\(\s*["']?)\s*(?!cid:|data:)[a-z/\\]""", re.IGNORECASE
)


class SafeHtml(QTextBrowser):
    """Shows HTML and loads nothing: no picture, no style, no page. Links are not opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blank = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._blank.fill(Qt.GlobalColor.transparent)
        self.setOpenLinks(False)
        # Mails are written for white paper: black words on no ground of their own can't be read on a dark one.
        self.setProperty("area", "paper")
        self.document().setDefaultStyleSheet(f"a {{ color: {LIGHT.accent} }}")

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        # Where nothing or no picture is returned, the document itself opens what a file: address names (on Windows
        # that may be a file on a server).
        return self._blank if kind == QTextDocument.ResourceType.ImageResource.value else QByteArray(b" ")


def has_outside_pictures(html: str) -> bool:
    """Whether `html` names pictures that it does not bring along."""
    return _OUTSIDE.search(html) is not None
