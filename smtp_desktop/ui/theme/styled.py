"""Labels and buttons that the style sheet draws by their role or kind."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

_LONGEST = 4_000  # characters; a server, a sender or a script may have written them


def short(words: str, longest: int = _LONGEST) -> str:
    """Returns `words`, cut where they are longer than anybody reads in a label: Qt would lay out all of them."""
    return words if len(words) <= longest else f"{words[:longest]}…"


class BoundedLabel(QLabel):
    """A label that shows the beginning of a text that is longer than anybody reads."""

    def setText(self, text: str) -> None:
        super().setText(short(text))


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
