"""Entering a password in a dialog."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from smtp_desktop.ui.theme.assets import icon
from smtp_desktop.ui.theme.styled import styled_label


def password_field(layout: QVBoxLayout, label: str, name: str) -> QLineEdit:
    """Adds a labelled password field with an eye that shows it, and returns it."""
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(label)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    row = QHBoxLayout()
    row.setSpacing(2)
    caption: QLabel = styled_label(label, "label")
    caption.setBuddy(field)
    row.addWidget(caption)
    row.addWidget(styled_label("*", "required"))
    row.addStretch(1)
    group = QVBoxLayout()
    group.setSpacing(4)
    group.addLayout(row)
    group.addWidget(field)
    layout.addLayout(group)
    _add_eye(field)
    return field


def _add_eye(field: QLineEdit) -> None:
    eye = QAction(QCoreApplication.translate("PasswordField", "Show the password"), field)
    eye.setCheckable(True)
    color = field.palette().placeholderText().color()

    def show(shown: bool) -> None:
        field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        eye.setIcon(icon("eye-off" if shown else "eye", color))

    eye.toggled.connect(show)
    show(False)
    field.addAction(eye, QLineEdit.ActionPosition.TrailingPosition)
