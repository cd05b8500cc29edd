"""Editors that the fields of an SMTP consist of."""

from collections.abc import Mapping

from PySide6.QtWidgets import QLineEdit

from smtp_desktop.ui.widgets.field import object_name
from smtp_desktop.ui.widgets.secret_field import SecretEdit


def line(example: str = "", *, mono: bool = False) -> QLineEdit:
    """Returns a line that shows `example` while it is empty, for an identifier in a `mono` font."""
    editor = QLineEdit()
    editor.setPlaceholderText(example)
    if mono:
        editor.setProperty("mono", True)
    return editor


def secret(name: str, label: str) -> SecretEdit:
    """Returns the editor of the secret with that field's name in snake case."""
    editor = SecretEdit(label)
    editor.switch.setObjectName(object_name(name, "ReplaceButton"))
    editor.eye.setObjectName(object_name(name, "EyeButton"))
    return editor


def show_lines(lines: Mapping[QLineEdit, str]) -> None:
    """Shows each text from its beginning. The cursor stays where a line does not change."""
    for editor, typed in lines.items():
        if editor.text() != typed:
            editor.setText(typed)
            editor.setCursorPosition(0)
