"""Labels and buttons that the style sheet draws by their role or kind."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def styled_label(text: str, role: str, *, wrap: bool = False, rich: bool = False) -> QLabel:
    """Returns a label in a role of the style sheet. Never `rich` for what servers say: it would be read as HTML."""
    label = QLabel()
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
