"""Sentences from below the window, in the admin's language."""

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from smtp_desktop.domain.message_text import MessageText, one_line

__all__ = ["day_text", "one_line", "plain_tip", "shown", "time_text"]


def shown(text: MessageText) -> str:
    """Returns the sentence as it is shown: its template translated, then filled."""
    return QCoreApplication.translate("domain", text.template).format(**text.values)


def day_text(day: date) -> str:
    """Returns the day as in "3 Feb 2027"."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy")


def time_text(at: datetime) -> str:
    """Returns the moment as local day and time."""
    return f"{at.astimezone():%d %b %H:%M:%S}"


def plain_tip(words: str) -> str:
    """Returns a tool tip that reads as `words` do. Qt takes one that looks like HTML for HTML, and would load the
    pictures that a server or a mail names in it."""
    if not words:
        return ""
    import html  # noqa: PLC0415 - its table of entities is large, and the first paint has no tool tip

    return f'<span style="white-space: pre-wrap">{html.escape(words)}</span>'
