"""A label that may be narrower than its words."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from smtp_desktop.ui.text import plain_tip

_LEAST_PX = 40


class ElidedLabel(QLabel):
    """Says its words as far as there is room; the whole of them is in the tool tip."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_words(self, words: str) -> None:
        """It says `words`, on one line."""
        self._words = " ".join(words.split())
        self.setToolTip(plain_tip(words))
        self.setAccessibleName(self._words)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(self.width(), _LEAST_PX)
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))
