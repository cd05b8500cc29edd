"""Announcements for screen readers: results, errors and progress when they come, and the state of a field."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget


def announce(source: QWidget, words: str, *, urgent: bool = False) -> None:
    """Has a screen reader say `words`, in the name of `source`. What is `urgent`, an error, interrupts what it says."""
    if words and QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(source, words)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)


def copy_text(source: QWidget, text: str) -> None:
    """Puts `text` on the clipboard, and has that announced."""
    QGuiApplication.clipboard().setText(text)
    announce(source, _tr("Copied"))


def describe(editor: QWidget, *, required: bool = False, error: str = "", hint: str = "") -> None:
    """Sets what a screen reader says after the name of a field: its error or hint, and that it is required."""
    # Qt has no states "required" and "invalid entry" that it could pass on: they are said in words.
    state = (_tr("Required.") if required else "", _tr("Invalid entry.") if error else "")
    editor.setAccessibleDescription(" ".join(part for part in (*state, error or hint) if part))


def name_star(star: QLabel) -> QLabel:
    """Names the star beside the label of a required field by what it means, and returns it."""
    star.setAccessibleName(_tr("required"))
    return star


def _tr(source: str) -> str:
    return QCoreApplication.translate("Announcement", source)
