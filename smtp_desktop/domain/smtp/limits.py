"""The sending limits of an SMTP: those that its provider has, or that the user sets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLimits:
    """At most so many mails in any minute, hour and day, so many connections at once, and so many mails over one
    connection. 0 stands for no limit."""

    per_minute: int = 0
    per_hour: int = 0
    per_day: int = 0
    connections: int = 0
    mails_per_connection: int = 0
