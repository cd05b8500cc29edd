"""Rules for the limits of an SMTP: what may be typed, and what it means."""

import re

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileType

MOST = SendLimits(
    per_minute=100_000, per_hour=1_000_000, per_day=10_000_000, connections=50, mails_per_connection=100_000
)
"""The largest limits that make sense; more is a mistyped number."""

LIMIT_FIELDS = ("per_minute", "per_hour", "per_day", "connections", "mails_per_connection")
"""The fields of SendLimits, in the order of the form."""

_SERVER_ONLY = frozenset({"mails_per_connection"})  # a mailbox has no connections that mails could be counted on
_NUMBER = re.compile(r"[0-9]+")


def limit_fields_of(kind: ProfileType) -> tuple[str, ...]:
    """Returns the limits that an SMTP of that type has."""
    return tuple(field for field in LIMIT_FIELDS if kind is ProfileType.GENERIC or field not in _SERVER_ONLY)


def limit_problem(field: str, typed: str) -> MessageText | None:
    """Returns what is wrong with the limit `field`, or None. An empty one is no limit."""
    digits = plain_limit(typed)
    most: int = getattr(MOST, field)
    if not digits or (_NUMBER.fullmatch(digits) and len(digits) <= len(str(most)) and int(digits) <= most):
        return None
    if field == "connections":
        return msg("Enter a whole number up to {most}, or 0 to let the program decide.", most=most)
    return msg("Enter a whole number up to {most}, or 0 for no limit.", most=f"{most:,}")


def limit_of(typed: str) -> int:
    """Returns the limit that was typed, which has no problem."""
    return int(plain_limit(typed) or 0)


def plain_limit(typed: str) -> str:
    """Returns what was typed without blanks around it and leading zeros; empty for no limit."""
    return typed.strip().lstrip("0")


def typed_limit(limit: int) -> str:
    """Returns what the form shows for a limit."""
    return str(limit) if limit else ""
