"""Raw messages: those that were finished elsewhere, as programs give them to sendmail."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.mail.address import NULL_SENDER, Address, BadAddress
from smtp_desktop.domain.mail.address_list import addresses_in
from smtp_desktop.domain.mail.encoded_words import decoded_line, readable, without_controls
from smtp_desktop.domain.mail.header_fields import (
    HeaderTooLarge,
    first_line,
    name_of,
    split_header,
    values_in,
    without,
)
from smtp_desktop.domain.mail.message import RawMessage, unique
from smtp_desktop.domain.message_text import MessageText, msg

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SNIFFED_BYTES = 200
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_NULL_SENDER = "<>"
_BCC = (b"bcc", b"resent-bcc")
_RECIPIENTS = (b"to", b"cc", b"bcc")
_RESENT_RECIPIENTS = (b"resent-to", b"resent-cc", b"resent-bcc")
_TRACE = (b"received", b"return-path")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEnvelope:
    """What was said about who gets a raw message and who sends it. `recipients` are lists of addresses; with
    `from_header`, those of the header get it as well, without any given ones they alone. `sender` is that of the
    envelope: empty for the SMTP's own, "<>" for none. `sender_name` goes into From where the
    message has none."""

    recipients: Sequence[str] = ()
    from_header: bool = False
    sender: str = ""
    sender_name: str = ""


def raw_message(
    raw: bytes,
    envelope: RawEnvelope,
    *,
    now: datetime,
    limit_bytes: int,
    new_message_id: Callable[[Address | None], str],
) -> RawMessage:
    """Returns `raw` as it is to be sent: without what editors and mailbox files put ahead of the header, without Bcc,
    and with a Message-ID and a Date; everything else stays as it is.

    It goes to all that `envelope` and the header name, or to nobody. `new_message_id` gets the address in From, None
    where there is none. Raises FieldErrors on `message`, `to` and `sender`.
    """
    _refuse_unreadable(raw, limit_bytes)
    fields, rest = _split(_without_prologue(raw))
    _refuse_hidden_bcc(fields, rest)
    recipients = _recipients(fields, envelope)
    fields = without(fields, *_BCC)
    message_id = _message_id(fields)
    added = []
    if not message_id:
        fields = without(fields, b"message-id")
        message_id = new_message_id(_from_address(fields))
        added.append(f"Message-ID: {message_id}")
    if not _text_of(fields, b"date"):
        fields = without(fields, b"date")
        added.append(f"Date: {format_datetime(now)}")
    return RawMessage(
        raw=_join(fields, rest, added),
        recipients=recipients,
        message_id=message_id,
        subject=_text_of(fields, b"subject"),
        sender=_sender(envelope.sender),
        sender_name=without_controls(envelope.sender_name).replace("=?", "= ?").strip(),
    )


def _refuse_unreadable(raw: bytes, limit_bytes: int) -> None:
    if not raw.strip():
        raise _refused("message", msg("The message is empty."))
    if len(raw) > limit_bytes:
        raise _refused("message", msg("The message is larger than {limit} MB.", limit=limit_bytes // 1_000_000))
    start = raw[:_SNIFFED_BYTES]
    if raw.startswith(_UTF16_MARKS) or start.count(0) * 4 > len(start):
        raise _refused(
            "message", msg("The message is in UTF-16, which some editors call Unicode. Save it as UTF-8 and try again.")
        )
    if b"\0" in raw:
        raise _refused(
            "message",
            msg(
                "The message contains NUL bytes, which are not allowed. Encode binary content as Base64."
            ),  # RFC 5322 2.1.2
        )


def _without_prologue(raw: bytes) -> bytes:
    """Returns `raw` from its first header field on, without the mark of UTF-8, the empty lines that editors leave, and
    the lines that mailbox files begin a message with (RFC 4155, `>From ` where it was passed on). Empty lines stay
    where no field follows them."""
    raw = rest = raw.removeprefix(_UTF8_MARK)
    while line := first_line(rest):
        is_mailbox_line = line.startswith((b"From ", b">From ")) and not name_of(line)
        if line.strip() and not is_mailbox_line:
            break
        rest = rest[len(line) :]
        if is_mailbox_line:
            raw = rest
    return rest if name_of(first_line(rest)) else raw


def _split(raw: bytes) -> tuple[tuple[bytes, ...], bytes]:
    try:
        return split_header(raw)
    except HeaderTooLarge as error:
        raise _refused("message", msg("The message's header is larger than 1 MB.")) from error


def _refuse_hidden_bcc(fields: Sequence[bytes], rest: bytes) -> None:
    """Refuses a header that is broken off by a line that belongs to no field, where a Bcc follows it: that would be
    sent as text."""
    broken_by = line = first_line(rest)
    while fields and line.strip():
        if name_of(line) in _BCC:
            shown = without_controls(readable(broken_by)).strip()[:80]
            raise _refused("message", msg("“{line}” in the message's header is not a header field.", line=shown))
        rest = rest[len(line) :]
        line = first_line(rest)


def _recipients(fields: Sequence[bytes], envelope: RawEnvelope) -> tuple[Address, ...]:
    given = [address for typed in envelope.recipients for address in _addresses(typed, typed)]
    if envelope.from_header or not envelope.recipients:
        given += [
            address for name, value in _header_recipients(fields) for address in _addresses(value, f"{name}: {value}")
        ]
    if not given:
        raise _refused("to", msg("No recipients. Name one, or add To, Cc or Bcc to the message."))
    return unique(given)


def _header_recipients(fields: Sequence[bytes]) -> list[tuple[str, str]]:
    """Returns the names and values of the fields that say who gets it: To, Cc and Bcc, or where the message was
    redirected, those of the last time (RFC 5322 3.6.6)."""
    resent = _last_resent(fields)
    fields, names = (resent, _RESENT_RECIPIENTS) if resent else (fields, _RECIPIENTS)
    return [(name.decode().title(), readable(value)) for name in names for value in values_in(fields, name)]


def _last_resent(fields: Sequence[bytes]) -> list[bytes]:
    """Returns the recipient fields of the topmost block of Resent fields: that of an earlier time begins where a name
    comes again, or behind a trace field."""
    seen: set[bytes] = set()
    found = []
    for field in fields:
        name = name_of(field)
        if name in seen or (seen and name in _TRACE):
            break
        if name.startswith(b"resent-"):
            seen.add(name)
            found += [field] if name in _RESENT_RECIPIENTS else []
    return found


def _addresses(text: str, shown: str) -> list[Address]:
    try:
        return addresses_in(text)
    except BadAddress as error:
        wrong = str(error) or shown
        raise _refused(
            "to",
            msg(
                "“{typed}” is not an email address. The message was not sent to anyone.",
                typed=without_controls(wrong)[:80],
            ),
        ) from error


def _sender(typed: str) -> Address | None:
    typed = typed.strip()
    if typed == _NULL_SENDER:
        return NULL_SENDER
    if not typed:
        return None
    try:
        (address,) = addresses_in(typed)
    except ValueError as error:  # BadAddress, or more than one
        raise _refused(
            "sender", msg("“{typed}” is not an email address.", typed=without_controls(typed)[:80])
        ) from error
    return address


def _from_address(fields: Sequence[bytes]) -> Address | None:
    try:
        return next((a for value in values_in(fields, b"from") for a in addresses_in(readable(value))), None)
    except BadAddress:
        return None


def _text_of(fields: Sequence[bytes], name: bytes) -> str:
    value = next(iter(values_in(fields, name)), b"")
    return decoded_line(readable(value))


def _message_id(fields: Sequence[bytes]) -> str:
    text = _text_of(fields, b"message-id")
    match = _MESSAGE_ID.search(text)
    return match.group() if match else text


def _join(fields: Sequence[bytes], rest: bytes, added: Iterable[str]) -> bytes:
    first = b"".join(fields) or rest
    end = b"\r\n" if b"\r\n" in first[:2000] or b"\n" not in first[:2000] else b"\n"
    head = b"".join(line.encode("ascii") + end for line in added) + b"".join(fields)
    if head and not head.endswith((b"\r", b"\n")):
        head += end
    # A body that began without an empty line gets one, or its first line would be read as a header field.
    separator = b"" if rest[:1] in {b"\r", b"\n"} or not head else end
    return head + separator + rest


def _refused(field: str, message: MessageText) -> FieldErrors:
    return FieldErrors((FieldError(field=field, message=message),))
