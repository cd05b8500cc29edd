"""A mail prepared for one server: its commands and its content, by what the server can take."""

from dataclasses import dataclass, replace

from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Envelope, Mail, Message, MessageBytes
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.mime.compose import compose, needs_smtputf8
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.protocol import Capabilities, mail_from, rcpt_to, with_final_crlf


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMessage:
    """The envelope, its commands, and the content, which ends with CRLF and is not dot-stuffed. `unreachable` are the
    recipients whose address this server can't carry; they are in neither."""

    envelope: Envelope
    unreachable: tuple[Address, ...]
    mail_command: str
    rcpt_commands: tuple[str, ...]
    content: bytes

    def without_content(self) -> "PreparedMessage":
        """Returns all but the content."""
        return PreparedMessage(
            envelope=self.envelope,
            unreachable=self.unreachable,
            mail_command=self.mail_command,
            rcpt_commands=self.rcpt_commands,
            content=b"",
        )


def prepare(mail: Mail, capabilities: Capabilities) -> PreparedMessage:
    """Returns `mail` as a server with these capabilities can take it. Raises SessionError where that one can't, and
    BadMail for a mail that no server may get, or not this one."""
    mail, unreachable = _for_those_in_reach(mail, capabilities)
    envelope, message = mail.envelope, mail.message
    international = [
        a for a in (envelope.sender, *envelope.recipients, *_header_addresses(message)) if a.needs_smtputf8
    ]
    smtputf8 = bool(international) or needs_smtputf8(message)
    if smtputf8 and not capabilities.smtputf8:
        raise smtputf8_missing(international[0].spec) if international else _header_too_international()
    content = with_final_crlf(compose(message, seven_bit=not capabilities.eight_bit, smtputf8=smtputf8))
    _check_size(len(content), capabilities)
    return PreparedMessage(
        envelope=envelope,
        unreachable=unreachable,
        mail_command=mail_from(
            envelope.sender,
            capabilities,
            size_bytes=len(content),
            eight_bit=not content.isascii(),
            smtputf8=smtputf8,
        ),
        rcpt_commands=tuple(map(rcpt_to, envelope.recipients)),
        content=content,
    )


def _for_those_in_reach(mail: Mail, capabilities: Capabilities) -> tuple[Mail, tuple[Address, ...]]:
    """Returns `mail` without the recipients whom only a server with SMTPUTF8 reaches, and those; the mail as it is
    where that one has it, or where nobody would be left."""
    envelope, message = mail.envelope, mail.message
    unreachable = tuple(one for one in envelope.recipients if one.needs_smtputf8)
    if capabilities.smtputf8 or len(unreachable) in {0, len(envelope.recipients)}:
        return mail, ()
    recipients = tuple(one for one in envelope.recipients if not one.needs_smtputf8)
    if isinstance(message, Message):
        # A header for servers without SMTPUTF8 can't hold them either (RFC 6531 3.2).
        to, cc = (tuple(one for one in field if not one.needs_smtputf8) for field in (message.to, message.cc))
        message = replace(message, to=to, cc=cc)
    return Mail(envelope=replace(envelope, recipients=recipients), message=message), unreachable


def _check_size(size_bytes: int, capabilities: Capabilities) -> None:
    limit = capabilities.size_bytes
    if limit and size_bytes > limit:
        raise SessionError(
            FailureKind.TOO_LARGE,
            msg(
                "The message has {size} bytes, but this server accepts only {limit}. Make it smaller.",
                size=size_bytes,
                limit=limit,
            ),
        )


def _header_addresses(message: Message | MessageBytes) -> tuple[Address, ...]:
    if isinstance(message, MessageBytes):
        return ()
    return message.header_from, *message.to, *message.cc, *message.reply_to


def _header_too_international() -> SessionError:
    return SessionError(
        FailureKind.SMTPUTF8_MISSING,
        msg(
            "The message header is not ASCII and can't be converted without changing an address or breaking a "
            "signature. This server does not support that; use one that offers SMTPUTF8."
        ),
    )


def smtputf8_missing(what: str) -> SessionError:
    """Returns the error for `what`, which is not ASCII, on a server without SMTPUTF8."""
    return SessionError(
        FailureKind.SMTPUTF8_MISSING,
        msg(
            "This server does not support {address}; it accepts only plain English letters before the @. "
            "Use another address, or a server that offers SMTPUTF8.",
            address=what,
        ),
    )
