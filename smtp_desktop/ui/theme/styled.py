"""Labels and buttons that the style sheet draws by their role or kind."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

ACCESSIBLE_AS = "accessibleAs"
"""The property by which a widget asks for another accessible interface than Qt gives it: "tab", "tabs", "radio",
"bar" or "items". `ui/accessibility/factory.py` makes them."""
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


def styled_button(text: str, kind: str = "", *, accessible_as: str = "") -> QPushButton:
    """Returns a button of a kind of the style sheet; `accessible_as` is for ACCESSIBLE_AS."""
    button = QPushButton()
    if accessible_as:
        button.setProperty(ACCESSIBLE_AS, accessible_as)  # first: Qt asks for it only once, as soon as it has a text
    button.setText(text)
    button.setAccessibleName(text)
    if kind:
        button.setProperty("kind", kind)
    return button


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the style sheet uses, and applies the rules for its new value."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    # Qt evaluates properties when it polishes a widget: the first time, just before it is shown.
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        polish_anew(widget)
        widget.update()


def polish_anew(widget: QWidget) -> None:
    """Applies the rules of the style sheet as they are for the widget by now, as by a property of one around it."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
