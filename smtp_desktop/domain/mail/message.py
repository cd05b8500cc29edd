"""Messages and mails: as the outbox keeps them, and as they go to a server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.mail.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail. `content_type` is a media type, as "application/pdf"; it may have parameters."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as its header values and bodies. `message_id` has angle brackets; `date` is aware; `text` and `html`
    have LF line ends, and one of them may be empty. `headers` are further fields, by name and value."""

    header_from: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    auto_submitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The envelope, which the server goes by: MAIL FROM and RCPT TO."""

    sender: Address
    recipients: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBytes:
    """A finished message: header and body as they are, with any line ends. `header_from` is whom it is from where it
    does not say so itself."""

    raw: bytes
    message_id: str
    header_from: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message in its envelope, ready to be sent."""

    envelope: Envelope
    message: Message | MessageBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMessage:
    """A message that an activity's templates gave. At each attempt the SMTP adds its From and signature; `message_id`
    (with angle brackets) and `date` (aware) stay the same. `text` or `html` may be empty, but not both."""

    to: tuple[Address, ...]
    subject: str
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def recipients(self) -> tuple[Address, ...]:
        """All recipients, each once, in the order of To, Cc, Bcc."""
        return unique((*self.to, *self.cc, *self.bcc))


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message that was finished elsewhere, as a script gives it. `raw` is sent as it is; `sender` is that of the
    envelope, None for the SMTP's own. `sender_name` is the name in the From that it gets where it has none."""

    raw: bytes
    recipients: tuple[Address, ...]
    message_id: str
    subject: str = ""
    sender: Address | None = None
    sender_name: str = ""


def unique(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Returns `addresses` in their order, each once; two are the same where they differ only by their display name or
    by case. Only the domain's is certain to mean nothing (RFC 5321 2.4), but nearly no mailbox goes by the other's."""
    addresses = tuple(addresses)
    if len(addresses) == 1:
        return addresses
    by_spec: dict[str, Address] = {}
    for address in addresses:
        by_spec.setdefault(address.spec.lower(), address)
    return tuple(by_spec.values())
