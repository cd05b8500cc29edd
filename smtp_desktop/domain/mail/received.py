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


MailboxMailId = NewType("MailboxMailId", str)
PageMark = NewType("PageMark", str)
"""Where a list goes on; only who gave it can read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSummary:
    """One mail of a list. `from_` is a name with its address, or either; `received_at` is aware UTC, None for a
    draft."""

    id: MailboxMailId
    from_: str = ""
    subject: str = ""
    received_at: datetime | None = None
    is_read: bool = True
    has_attachments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPage:
    """Some mails of the inbox, newest first; `next` is None on the last page."""

    mails: tuple[MailSummary, ...]
    next: PageMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMail:
    """An opened mail. One of `text` and `html` is empty: the mailbox tells a body in one form."""

    summary: MailSummary
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    text: str = ""
    html: str = ""
