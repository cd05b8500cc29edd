"""A view of HTML from untrusted senders that loads nothing."""

import re
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from smtp_desktop.ui.theme.theme import LIGHT

# RFC 2392 and RFC 2397: what cid: and data: name is part of the mail itself.
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
        # Mails are written for a white background: many set a black text colour and no background.
        self.setProperty("area", "paper")
        self.document().setDefaultStyleSheet(f"a {{ color: {LIGHT.colors['accent']} }}")

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        # For None or an empty value, the document itself opens file: addresses (on Windows, also of servers).
        return self._blank if kind == QTextDocument.ResourceType.ImageResource.value else QByteArray(b" ")


def has_outside_pictures(html: str) -> bool:
    """Returns whether `html` refers to pictures that are not part of the mail."""
    return _OUTSIDE.search(html) is not None
