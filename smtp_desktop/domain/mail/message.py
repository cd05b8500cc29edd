"""A mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.mail.address import Address


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
class MessageBytes:
    """A message that is finished: header and body as they are, with any line ends."""

    raw: bytes
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    envelope: Envelope
    message: Message | MessageBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMessage:
    """What an activity has triggered. The SMTP adds who it is from and its signature each time it is tried;
    `message_id` (with angle brackets) and `date` (aware) stay the same. `text` or `html` may be empty, not both."""

    to: tuple[Address, ...]
    subject: str
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everyone who gets it, each once, in the order of To, Cc, Bcc."""
        return unique((*self.to, *self.cc, *self.bcc))


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message that was finished elsewhere. `raw` is sent as it is; `sender` is the envelope's, or None for the
    SMTP's own."""

    raw: bytes
    recipients: tuple[Address, ...]
    message_id: str
    subject: str = ""
    sender: Address | None = None


def unique(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Returns `addresses` without those that came before."""
    addresses = tuple(addresses)
    if len(addresses) == 1:
        return addresses
    found: dict[str, Address] = {}
    for address in addresses:
        found.setdefault(address.spec, address)
    return tuple(found.values())
