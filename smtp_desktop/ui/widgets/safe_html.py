"""A view of HTML from untrusted senders that loads nothing."""

from typing import Any

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from smtp_desktop.domain.mail.html_display import DisplayHtml, display_html
from smtp_desktop.ui.theme.styled import short
from smtp_desktop.ui.theme.theme import LIGHT
from smtp_desktop.ui.widgets.text_view import bounded

# Characters: unlike a `TextView` it lays out all of them, not only what is in sight.
_LONGEST_TEXT = 20_000


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

    def show_html(self, shown: DisplayHtml) -> None:
        """Shows HTML that was made ready on a worker, or its text where it can't be laid out."""
        if shown.text:
            self.setPlainText(bounded(short(shown.text, _LONGEST_TEXT)))
        else:
            super().setHtml(shown.html)

    def setHtml(self, html: str) -> None:
        # Whatever is handed over, nothing unbounded is laid out.
        self.show_html(display_html(html))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        # For None or an empty value, the document itself opens file: addresses (on Windows, also of servers).
        return self._blank if kind == QTextDocument.ResourceType.ImageResource.value else QByteArray(b" ")
