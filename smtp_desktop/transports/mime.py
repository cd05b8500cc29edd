"""A message as bytes."""

import re
from collections.abc import Sequence
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from smtp_desktop.domain.address import Address
from smtp_desktop.domain.message import Attachment, Message

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class BadHeader(ValueError):
    """A value may not stand in a header: it would end it, or hide something in it."""


def compose(message: Message, *, seven_bit: bool, smtputf8: bool, bcc: Sequence[Address] = ()) -> bytes:
    """Returns `message` with CRLF line ends: ASCII only with `seven_bit`, UTF-8 in the headers with `smtputf8`.

    `bcc` is for whoever takes the recipients from the headers and removes this one. Raises BadHeader.
    """
    policy = SMTPUTF8 if smtputf8 else SMTP
    mail = EmailMessage(policy=policy.clone(cte_type="7bit") if seven_bit else policy)
    mail["From"] = _header_address(message.header_from, smtputf8=smtputf8)
    mail["To"] = tuple(_header_address(address, smtputf8=smtputf8) for address in message.to)
    if bcc:
        mail["Bcc"] = tuple(_header_address(address, smtputf8=smtputf8) for address in bcc)
    mail["Subject"] = _checked(message.subject)
    mail["Date"] = message.date
    mail["Message-ID"] = _checked(message.message_id)
    if message.auto_submitted:
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 5: no vacation replies, please
    mail.set_content(message.text)
    for attachment in message.attachments:
        _attach(mail, attachment)
    content = mail.as_bytes()
    # Servers refuse bare CR and LF, and attackers smuggle with them (RFC 5321 2.3.8).
    if _BARE.search(content):
        raise BadHeader("a line end that is not CRLF")
    return content


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    kind = EmailMessage()
    kind["Content-Type"] = _checked(attachment.content_type)
    maintype, subtype = kind.get_content_type().split("/")
    # Base64 whatever it is, a mail or a text too: what arrives is byte for byte what was attached.
    mail.add_attachment(
        attachment.content,
        maintype=maintype if maintype not in {"message", "multipart"} else "application",
        subtype=subtype if maintype not in {"message", "multipart"} else "octet-stream",
        filename=_checked(attachment.name),
    )


def _checked(value: str) -> str:
    # `email` itself stops CR and LF, but lets NUL and most others pass.
    if _CONTROL.search(value):
        raise BadHeader("a control character")
    return value


def _header_address(address: Address, *, smtputf8: bool) -> HeaderAddress:
    if address.needs_smtputf8 and not smtputf8:
        raise BadHeader("an address that only SMTPUTF8 can carry")
    local = address.local
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])  # HeaderAddress adds the quotes itself
    return HeaderAddress(
        display_name=_checked(address.display_name), username=_checked(local), domain=_checked(address.domain)
    )
