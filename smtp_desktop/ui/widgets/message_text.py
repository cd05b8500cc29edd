"""Texts from the other rooms, days, times and sizes in the user's language, and safe tool tips."""

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale
from PySide6.QtWidgets import QLabel, QWidget

from smtp_desktop.domain.errors import FieldErrors, SmtpDesktopError
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.message_text import one_line as whole_line
from smtp_desktop.ui.theme.styled import short

__all__ = ["day_text", "local_time", "one_line", "plain_tip", "set_tip", "shown", "size_text", "time_text"]

_LONGEST_TIP = 1_000


def one_line(untrusted: str) -> str:
    """Returns a stranger's text as one line for a label or a cell, without characters that turn the words around it."""
    return whole_line(short(untrusted))


def shown(text: MessageText) -> str:
    """Returns the text for the user: its template is translated, then filled."""
    return QCoreApplication.translate("domain", text.template).format(**text.values)


def error_text(error: SmtpDesktopError) -> str:
    """Returns an error's words for the user. Those of fields are translated each for itself."""
    if isinstance(error, FieldErrors):
        return " ".join(shown(one.message) for one in error.errors)
    return shown(error.message)


def day_text(day: date) -> str:
    """Returns a day, as in "3 Feb 2027"."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy")


def time_text(at: datetime) -> str:
    """Returns a moment as local day and time."""
    return f"{at.astimezone():%d %b %H:%M:%S}"


def local_time(moment: datetime | None) -> str:
    """Returns the moment in local time, as in "3 Feb 2027 14:05"; an empty string for None."""
    if moment is None:
        return ""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(moment.timestamp())), "d MMM yyyy HH:mm")


def size_text(size_bytes: int) -> str:
    """Returns the size of a file, as in "1.2 MB"."""
    return QLocale().formattedDataSize(size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def plain_tip(words: str) -> str:
    """Returns a tool tip that shows exactly `words`, or the beginning of many.

    Qt would read a text that looks like HTML as HTML, and load the pictures that a server or a mail names in it.
    """
    # Its table of entities is large, and the first cards have no tool tip.
    from html import escape  # noqa: PLC0415

    return f'<span style="white-space: pre-wrap">{escape(short(words, _LONGEST_TIP))}</span>' if words else ""


def set_tip(widget: QWidget, words: str) -> None:
    """Gives the widget a tool tip of exactly `words`. Screen readers read it after the name, unless it is the name."""
    widget.setToolTip(plain_tip(words))
    name = widget.accessibleName() or (widget.text() if isinstance(widget, QLabel) else "")
    # Without a description Qt has them read the tool tip, with its markup; a blank one is as good as none.
    widget.setAccessibleDescription(words if words != name else " ")
