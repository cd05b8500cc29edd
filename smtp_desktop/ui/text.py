"""Sentences from below the window, in the admin's language."""

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.text import Text


def shown(text: Text) -> str:
    """Returns the sentence as it is shown: its template translated, then filled."""
    return QCoreApplication.translate("domain", text.template).format(**text.values)
