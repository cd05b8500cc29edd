"""A mail that the local inbox took."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

MailId = NewType("MailId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header field as a person reads it: unfolded, encoded words decoded."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail as the server got it. `raw` is its content byte for byte; everything below `recipients` is read from
    it, as far as it can be read. `received_at` is aware UTC; `sender` is empty for a report (RFC 5321 4.5.5)."""

    id: MailId
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    subject: str = ""
    from_: str = ""
    text: str = ""
    html: str = ""
    headers: tuple[Header, ...] = ()
    attachment_names: tuple[str, ...] = ()
