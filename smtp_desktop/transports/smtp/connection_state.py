"""What a connection has shown so far."""

import time
from dataclasses import dataclass, field

from smtp_desktop.domain.mail.address import Address

_FIRST_ROOM = 8
MOST_ROOM = 32


@dataclass(slots=True)
class ConnectionState:
    """What a server has shown on one connection."""

    senders: set[str] = field(default_factory=set)  # addresses from which a mail was taken
    chunked: bool = False  # one of them with BDAT
    swallows: bool = False  # refused content is not read as commands
    heard_s: float = 0.0  # when, by time.monotonic()
    stream: int = _FIRST_ROOM  # mails at once: so many are unknown where it breaks on them, or the connection is lost

    def took(self, sender: Address, *, chunked: bool) -> None:
        """A mail of `sender` was taken just now."""
        self.senders.add(sender.spec)
        self.chunked = self.chunked or chunked
        self.heard_s = time.monotonic()

    def stood(self) -> None:
        """A stream went well: the next one may be twice as long."""
        self.stream = min(2 * self.stream, MOST_ROOM)
