"""Mails that were received: by the local inbox, or by a Microsoft 365 mailbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from smtp_desktop.domain.message_text import MessageText

MailId = NewType("MailId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header field to be read: unfolded, with encoded words decoded."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail that the local inbox received. `raw` is its content byte for byte; `subject` and `from_` are parsed from
    it, as far as that is possible. `received_at` is aware UTC; `sender` is empty for a report (RFC 5321 4.5.5)."""

    id: MailId
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    subject: str = ""
    from_: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A file in a mail, named as its sender named it. `content` is without its transfer encoding; None for a mail in
    the mail, whose parts are shown with those of the mail itself."""

    name: str
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """All that can be read of a received mail. `text` is its plain text, then every other text in it below a line that
    names it; `html` its HTML; both have LF line ends. `notes` say what is wrong with the mail."""

    subject: str = ""
    from_: str = ""
    text: str = ""
    html: str = ""
    headers: tuple[Header, ...] = ()
    attachments: tuple[MailFile, ...] = ()
    notes: tuple[MessageText, ...] = ()

    @property
    def attachment_names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.attachments)


MailboxMailId = NewType("MailboxMailId", str)
PageMark = NewType("PageMark", str)
"""Where the next page of a mailbox begins; opaque to all but its transport."""


BARREN_PAGES = 3
"""Pages in a row that bring no mail that is not known yet, by which a list has come to its end, whatever the server
says: some point to themselves, or in a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSummary:
    """One mail in a mailbox's list. `from_` is a name with its address, or one of both; `received_at` is aware UTC,
    None for a draft."""

    id: MailboxMailId
    from_: str = ""
    subject: str = ""
    received_at: datetime | None = None
    is_read: bool = True
    has_attachments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPage:
    """A page of a mailbox's inbox, newest first; `next` is None on the last one."""

    mails: tuple[MailSummary, ...]
    next: PageMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMail:
    """An opened mail of a mailbox. One of `text` and `html` is empty: a mailbox gives a body in one form."""

    summary: MailSummary
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    text: str = ""
    html: str = ""
