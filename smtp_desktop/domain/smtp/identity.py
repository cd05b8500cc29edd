"""Identity: who a mail through an SMTP is from, and its signature."""

from dataclasses import dataclass, replace

from smtp_desktop.domain.mail.address import NULL_SENDER, Address, BadAddress, address_or_none, parse_address
from smtp_desktop.domain.mail.message import Envelope, Mail, Message, MessageBytes, RawMessage, TemplateMessage
from smtp_desktop.domain.smtp.profile import EnvelopeSender, GenericServer, SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a mail is from: in the From header, and in the envelope."""

    header_from: Address
    envelope_sender: Address


def identity_of(profile: SmtpProfile) -> Identity:
    """Returns who a mail through `profile` is from, by the table in the specification. Raises BadAddress where neither
    the From Address nor the user name is an address."""
    from_address = parse_address(profile.from_address) if profile.from_address else None
    user = address_or_none(profile.server.user_name)
    match profile.server:
        case GenericServer(auth_required=False):
            user = None
            sends_as_user = False
        case GenericServer(envelope_sender=choice):
            sends_as_user = choice is EnvelopeSender.USER
        case _:
            sends_as_user = True
    header_from = from_address or user
    if header_from is None:
        raise BadAddress(profile.server.user_name)
    envelope_sender = user if user and sends_as_user else header_from
    return Identity(header_from=header_from, envelope_sender=envelope_sender)


def with_signature(text: str, signature: str) -> str:
    """Returns `text` followed by the signature, separated by a line of dash dash space (RFC 3676 4.3)."""
    return f"{text.rstrip()}\n\n-- \n{signature.rstrip()}\n" if signature.strip() else f"{text.rstrip()}\n"


def mail_of(message: TemplateMessage | RawMessage, profile: SmtpProfile, recipients: tuple[Address, ...]) -> Mail:
    """Returns `message` as a mail through `profile` to `recipients`, which may be fewer than all of the message.
    Raises BadAddress where neither the From Address nor the user name of `profile` is an address."""
    identity = identity_of(profile)
    if isinstance(message, RawMessage):
        sender = message.sender or identity.envelope_sender
        return Mail(
            envelope=Envelope(sender=sender, recipients=recipients),
            message=MessageBytes(
                raw=message.raw, message_id=message.message_id, header_from=_missing_from(message, identity)
            ),
        )
    return Mail(
        envelope=Envelope(sender=identity.envelope_sender, recipients=recipients),
        message=Message(
            header_from=identity.header_from,
            to=message.to,
            cc=message.cc,
            reply_to=message.reply_to,
            subject=message.subject,
            text=with_signature(message.text, profile.signature) if message.text or not message.html else "",
            html=_with_html_signature(message.html, profile.signature),
            message_id=message.message_id,
            date=message.date,
            attachments=message.attachments,
            headers=message.headers,
        ),
    )


def _missing_from(message: RawMessage, identity: Identity) -> Address:
    """Returns the From of a message that has none: the sender that was given, as sendmail has it, else the SMTP's."""
    author = message.sender if message.sender and message.sender != NULL_SENDER else identity.header_from
    return replace(author, display_name=message.sender_name) if message.sender_name else author


def _with_html_signature(html: str, signature: str) -> str:
    if not html or not signature.strip():
        return html
    from html import escape  # noqa: PLC0415 - its table of entities takes 0.5 MB of a process that may only wait

    lines = "<br>".join(escape(line) for line in signature.rstrip().splitlines())
    block = f"<div>-- <br>{lines}</div>"
    # Before the end of the body, if there is one: inside the document.
    body, end, rest = html.rpartition("</body>")
    return f"{body}{block}{end}{rest}" if end else html + block
