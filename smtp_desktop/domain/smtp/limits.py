"""How much an SMTP may send, and over how many connections."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLimits:
    """The most that an SMTP sends. 0 is no limit; for connections, the program chooses."""

    per_minute: int = 0
    per_hour: int = 0
    per_day: int = 0
    connections: int = 0
    mails_per_connection: int = 0
