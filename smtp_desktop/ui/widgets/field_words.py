"""Fields and their values in words, as a dialog about them shows them."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.widgets.fields import Choice


def value_words(editor: QWidget | None, value: object) -> str:
    """Returns the value of a field that has this editor; never nothing."""
    if isinstance(value, bool):
        source = "Yes" if value else "No"
        return QCoreApplication.translate("FieldWords", source)
    if isinstance(editor, Choice):
        return editor.words_for(value)
    return str(value) or QCoreApplication.translate("FieldWords", "empty")
