"""Words that lead somewhere else."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy


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
