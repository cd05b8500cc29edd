"""Composition of a message as bytes."""

import re
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Attachment, Message, MessageBytes
from smtp_desktop.transports.mime.fast_compose import compose_fast
from smtp_desktop.transports.mime.header_values import BadHeader, checked, header_addresses, header_line, may_fold_badly
from smtp_desktop.transports.mime.line_length import has_long_lines, with_short_lines

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def compose(message: Message | MessageBytes, *, seven_bit: bool, smtputf8: bool, bcc: Sequence[Address] = ()) -> bytes:
    """Returns `message` with CRLF line ends: ASCII only with `seven_bit`, UTF-8 in the headers with `smtputf8`.

    `bcc` is for a transport that takes the recipients from the headers and removes that one. A message that comes as
    bytes stays as it is, except for line ends, for its encoding with `seven_bit`, and for lines that are too long.
    Raises BadHeader.
    """
    if isinstance(message, MessageBytes):
        return _from_bytes(message.raw, seven_bit=seven_bit, bcc=bcc)
    composed = None if bcc else compose_fast(message, seven_bit=seven_bit, smtputf8=smtputf8)
    return composed or compose_by_email(message, seven_bit=seven_bit, smtputf8=smtputf8, bcc=bcc)


def compose_by_email(message: Message, *, seven_bit: bool, smtputf8: bool, bcc: Sequence[Address] = ()) -> bytes:
    """Returns what `compose` returns, by the library `email`, which knows every case. Raises BadHeader."""
    policy = SMTPUTF8 if smtputf8 else SMTP
    mail = EmailMessage(policy=policy.clone(cte_type="7bit") if seven_bit else policy)
    for name, addresses in (("From", (message.header_from,)), ("To", message.to), ("Cc", message.cc), ("Bcc", bcc)):
        if addresses:
            mail[name] = header_addresses(tuple(addresses), smtputf8=smtputf8)
    mail["Subject"] = checked(message.subject)
    mail["Date"] = message.date
    mail["Message-ID"] = checked(message.message_id)
    if message.auto_submitted:
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 5: no vacation replies, please
    _set_body(mail, message)
    for attachment in message.attachments:
        _attach(mail, attachment)
    content = mail.as_bytes()
    if any(may_fold_badly(address) for address in (message.header_from, *message.to, *message.cc, *bcc)):
        _check_addresses(content, mail)
    # Servers refuse bare CR and LF, and attackers smuggle with them (RFC 5321 2.3.8).
    if _BARE.search(content):
        raise BadHeader("a line end that is not CRLF")
    return content


def needs_smtputf8(message: Message | MessageBytes) -> bool:
    """Returns whether its header can only be carried with SMTPUTF8 (RFC 6531 3.2)."""
    if isinstance(message, MessageBytes):
        return not _head(message.raw).isascii()
    return any(address.needs_smtputf8 for address in (message.header_from, *message.to, *message.cc))


def recipients_in(message: MessageBytes) -> frozenset[str]:
    """Returns the addresses in its To and Cc, as far as they can be parsed."""
    head = message_from_bytes(_head(message.raw), policy=SMTP)
    fields = [field for name in ("To", "Cc") for field in head.get_all(name, [])]
    return frozenset(address.addr_spec for field in fields for address in field.addresses)


def _head(raw: bytes) -> bytes:
    head, end, _ = _LINE_END.sub(b"\r\n", raw).partition(b"\r\n\r\n")
    return head + end


def _from_bytes(raw: bytes, *, seven_bit: bool, bcc: Sequence[Address]) -> bytes:
    content = _LINE_END.sub(b"\r\n", raw)
    if seven_bit and not content.isascii():
        content = message_from_bytes(content, policy=SMTP.clone(cte_type="7bit")).as_bytes()
    if has_long_lines(content):
        content = with_short_lines(content)
    if bcc:
        content = header_line("Bcc", tuple(bcc), smtputf8=False) + content
    return content


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


def _check_addresses(content: bytes, mail: EmailMessage) -> None:
    """Raises BadHeader where the header, as it was written, has other addresses than it should: `email` drops the
    quotes of a long display name when it folds the line, and a comma in it then begins another address."""
    written = message_from_bytes(_head(content), policy=SMTP)
    for name in ("From", "To", "Cc", "Bcc"):
        if _specs(written, name) != _specs(mail, name):
            raise BadHeader("a display name that is too long for its line")


def _specs(mail: EmailMessage, name: str) -> list[str]:
    return [address.addr_spec for field in mail.get_all(name, []) for address in field.addresses]
