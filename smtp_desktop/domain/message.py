"""A mail."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail. `content_type` is as in "application/pdf"; it may hold parameters."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the recipient sees. `message_id` has its angle brackets; `date` is aware; `text` and `html` have LF line
    ends, and one of them may be empty."""

    header_from: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    auto_submitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the server goes by: MAIL FROM and RCPT TO."""

    sender: Address
    recipients: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message that is finished: header and body as they are, with any line ends."""

    raw: bytes
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    envelope: Envelope
    message: Message | RawMessage
