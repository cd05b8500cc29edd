"""Labels, and a button that looks like a link."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy

from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.theme.styled import BoundedLabel, set_style_property, short
from smtp_desktop.ui.widgets.message_text import set_tip

_MIN_PX = 40


class ElidedLabel(QLabel):
    """A label that is elided where its text needs more space; the tool tip has the whole text."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_words(self, words: str) -> None:
        """Shows `words` on one line."""
        self._words = short(" ".join(words.split()))
        self.setAccessibleName(self._words)
        set_tip(self, words)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(self.width(), _MIN_PX)
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))


class Caption(BoundedLabel):
    """A label in a role of the style sheet: panelTitle, section, label, counter, hint, error, warning, muted, …"""

    def __init__(self, role: str, text: str = "", *, wraps: bool = False, announces: bool = False) -> None:
        """One that `announces` has screen readers say what it comes to show; an error at once."""
        super().__init__(text)
        self.setProperty("role", role)
        self._announces = announces
        # The text may contain what a user or a server wrote: never markup.
        self.setTextFormat(Qt.TextFormat.PlainText)
        if wraps:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def set_role(self, role: str) -> None:
        """Changes the role."""
        set_style_property(self, "role", role)

    def show_text(self, text: str) -> None:
        """Shows `text`, and hides the label if that is empty."""
        changed = text != self.text()
        self.setText(text)
        self.setVisible(bool(text))
        if changed and self._announces:
            announce(self, text, urgent=self.property("role") == "error")


class LinkButton(QPushButton):
    """A button that looks like a link. Space and Enter press it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("kind", "textLink")
        self.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text)

    def say(self, text: str) -> None:
        """Sets the text."""
        self.setText(text)
        self.setAccessibleName(text)
