"""Labels as the theme knows them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from smtp_desktop.ui.fields.style_property import set_style_property


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
