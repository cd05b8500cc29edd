"""A label that may be narrower than its words."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy

from smtp_desktop.ui.theme.styled import set_style_property
from smtp_desktop.ui.widgets.message_text import plain_tip

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


class Caption(QLabel):
    """A label with a role of the theme: panelTitle, section, label, required, counter, hint, error, warning, muted."""

    def __init__(self, role: str, text: str = "", *, wraps: bool = False) -> None:
        super().__init__(text)
        self.setProperty("role", role)
        # What is shown may hold what a person or a server wrote: never markup.
        self.setTextFormat(Qt.TextFormat.PlainText)
        if wraps:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def set_role(self, role: str) -> None:
        """The theme shows it in another role."""
        set_style_property(self, "role", role)

    def show_text(self, text: str) -> None:
        """It says `text`, and takes no room where that is empty."""
        self.setText(text)
        self.setVisible(bool(text))


class LinkButton(QPushButton):
    """A button that looks like a link. Space and Enter press it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("kind", "textLink")
        self.setAutoDefault(True)  # outside of dialogs this alone makes Enter press it
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text)

    def say(self, text: str) -> None:
        """Its words are `text`."""
        self.setText(text)
        self.setAccessibleName(text)
