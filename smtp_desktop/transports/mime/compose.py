"""Composition of a message as bytes."""

from collections.abc import Sequence
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.address_list import addresses_in
from smtp_desktop.domain.mail.encoded_words import readable
from smtp_desktop.domain.mail.header_fields import split_header, values_in
from smtp_desktop.domain.mail.message import Attachment, Message, MessageBytes
from smtp_desktop.transports.mime.fast_compose import compose_fast
from smtp_desktop.transports.mime.finished import finished_content, header_needs_smtputf8
from smtp_desktop.transports.mime.header_values import BadMail, checked, header_line
from smtp_desktop.transports.mime.wire_format import refuse_unsafe

# All that `email` is known to raise for odd texts, names and types.
_COMPOSER_FAILURES = (
    MessageError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


def compose(message: Message | MessageBytes, *, seven_bit: bool, smtputf8: bool, bcc: Sequence[Address] = ()) -> bytes:
    """Returns `message` with CRLF line ends: ASCII only with `seven_bit`, UTF-8 in the headers with `smtputf8`.

    `bcc` is for a transport that takes the recipients from the headers and removes that one. A message that comes as
    bytes stays as it is but for what no server, or not this one, may get; see `finished_content`. Raises BadMail.
    """
    try:
        if isinstance(message, MessageBytes):
            content = finished_content(message, seven_bit=seven_bit, smtputf8=smtputf8)
            if bcc:
                content = header_line("Bcc", tuple(bcc), smtputf8=False) + content
        else:
            composed = None if bcc else compose_fast(message, seven_bit=seven_bit, smtputf8=smtputf8)
            content = composed or compose_by_email(message, seven_bit=seven_bit, smtputf8=smtputf8, bcc=bcc)
    except BadMail:
        raise
    except _COMPOSER_FAILURES as error:
        raise BadMail(str(error) or type(error).__name__) from error
    refuse_unsafe(content, seven_bit=seven_bit, smtputf8=smtputf8)
    return content


def compose_by_email(message: Message, *, seven_bit: bool, smtputf8: bool, bcc: Sequence[Address] = ()) -> bytes:
    """Returns what `compose` returns, its bodies by the library `email`, which knows every case. Raises BadMail, and
    what `email` raises."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit") if seven_bit else SMTP)
    _set_body(mail, message)
    for attachment in message.attachments:
        _attach(mail, attachment)
    return _header(message, smtputf8=smtputf8, bcc=tuple(bcc)) + mail.as_bytes()


def _header(message: Message, *, smtputf8: bool, bcc: tuple[Address, ...]) -> bytes:
    people = (
        ("From", (message.header_from,)),
        ("To", message.to),
        ("Cc", message.cc),
        ("Reply-To", message.reply_to),
        ("Bcc", bcc),
    )
    fields = [header_line(name, addresses, smtputf8=smtputf8) for name, addresses in people if addresses]
    fields.append(header_line("Subject", message.subject, smtputf8=smtputf8))
    fields.append(b"Date: %b\r\n" % format_datetime(message.date).encode())
    fields.append(b"Message-ID: %b\r\n" % checked(message.message_id).encode("ascii"))
    if message.auto_submitted:
        fields.append(b"Auto-Submitted: auto-generated\r\n")  # RFC 3834 5: no vacation replies, please
    fields += [header_line(name, value, smtputf8=smtputf8) for name, value in message.headers]
    return b"".join(fields)


def needs_smtputf8(message: Message | MessageBytes) -> bool:
    """Returns whether its header can only be carried with SMTPUTF8 (RFC 6531 3.2)."""
    if isinstance(message, MessageBytes):
        return header_needs_smtputf8(message)
    return any(address.needs_smtputf8 for address in (message.header_from, *message.to, *message.cc, *message.reply_to))


def recipients_in(message: MessageBytes) -> frozenset[str] | None:
    """Returns the addresses in its To and Cc, None where they can't be read."""
    fields, _ = split_header(message.raw)
    try:
        return frozenset(
            address.spec for value in values_in(fields, b"to", b"cc") for address in addresses_in(readable(value))
        )
    except BadAddress:
        return None


def _set_body(mail: EmailMessage, message: Message) -> None:
    if message.text or not message.html:
        mail.set_content(message.text)
        if message.html:
            mail.add_alternative(message.html, subtype="html")
    else:
        mail.set_content(message.html, subtype="html")


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    kind = EmailMessage()
    kind["Content-Type"] = checked(attachment.content_type)
    maintype, subtype = kind.get_content_type().split("/")
    # Base64 whatever it is, a mail or a text too: what arrives is byte for byte what was attached.
    mail.add_attachment(
        attachment.content,
        maintype=maintype if maintype not in {"message", "multipart"} else "application",
        subtype=subtype if maintype not in {"message", "multipart"} else "octet-stream",
        filename=checked(attachment.name.replace("=?", "=_")),
    )
