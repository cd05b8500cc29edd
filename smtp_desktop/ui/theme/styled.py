"""Labels and buttons that the style sheet draws by their role or kind."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

_LONGEST = 4_000  # characters; a server, a sender or a script may have written them


class BoundedLabel(QLabel):
    """A label that shows the beginning of a text that is longer than anybody reads: Qt would lay out all of it."""

    def setText(self, text: str) -> None:
        super().setText(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def styled_label(text: str, role: str, *, wrap: bool = False, rich: bool = False) -> QLabel:
    """Returns a label in a role of the style sheet. Never `rich` for what servers say: it would be read as HTML."""
    label = BoundedLabel()
    label.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
    label.setText(text)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def styled_button(text: str, kind: str = "") -> QPushButton:
    """Returns a button of a kind of the style sheet."""
    button = QPushButton(text)
    button.setAccessibleName(text)
    if kind:
        button.setProperty("kind", kind)
    return button


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the style sheet uses, and applies the rules for its new value."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    # Qt evaluates properties only when it polishes a widget.
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
