"""A mail and who it is from."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.address import Address, BadAddress, parse_address
from smtp_desktop.domain.profile import EnvelopeSender, GenericServer, SmtpProfile


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a mail is from: in the header that people read, and in the envelope."""

    header_from: Address
    envelope_sender: Address


def identity_of(profile: SmtpProfile) -> Identity:
    """Returns who mail through `profile` is from, by the table in the specification. Raises BadAddress where
    neither the From Address nor the user name is an address."""
    written = parse_address(profile.from_address) if profile.from_address else None
    user = _address_or_none(profile.server.user_name)
    match profile.server:
        case GenericServer(auth_required=False):
            user = None
            wants_user = False
        case GenericServer(envelope_sender=choice):
            wants_user = choice is EnvelopeSender.USER
        case _:
            wants_user = True
    header_from = written or user
    if header_from is None:
        raise BadAddress(profile.server.user_name)
    envelope_sender = user if user and wants_user else header_from
    return Identity(header_from=header_from, envelope_sender=envelope_sender)


def _address_or_none(typed: str) -> Address | None:
    try:
        return parse_address(typed)
    except BadAddress:
        return None


def with_signature(text: str, signature: str) -> str:
    """Returns `text` ended by the signature behind its separator line (RFC 3676 4.3: dash dash space)."""
    return f"{text.rstrip()}\n\n-- \n{signature.rstrip()}\n" if signature.strip() else f"{text.rstrip()}\n"
