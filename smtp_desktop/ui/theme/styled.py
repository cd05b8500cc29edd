"""Labels and buttons that the theme draws by their role or kind."""

from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def styled_label(text: str, role: str, *, wrap: bool = False, rich: bool = False) -> QLabel:
    """Returns a label that the theme draws by its role. What servers say is never `rich`: it would be read as HTML."""
    label = QLabel()
    # By its name: Qt.TextFormat would come with all enumerations of Qt, for 16 ms of the start.
    label.setProperty("textFormat", "RichText" if rich else "PlainText")
    label.setText(text)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def styled_button(text: str, kind: str = "") -> QPushButton:
    """Returns a button that the theme draws by its kind."""
    button = QPushButton(text)
    button.setAccessibleName(text)
    if kind:
        button.setProperty("kind", kind)
    return button


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """The widget has the property, and the theme's rules for it hold at once."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    # A style sheet looks at properties only when it polishes a widget.
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
