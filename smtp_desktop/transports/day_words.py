"""Days for a person."""

from datetime import datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # strftime translates


def day_words(moment: datetime) -> str:
    """Returns the day of `moment`, as in "3 Feb 2027"."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
