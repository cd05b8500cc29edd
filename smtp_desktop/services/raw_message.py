"""Messages that were finished elsewhere, as a program hands them to sendmail."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import HeaderParser
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

from smtp_desktop.domain.errors import BadAttachment, FieldError, FieldErrors
from smtp_desktop.domain.mail.address import Address, BadAddress, parse_address
from smtp_desktop.domain.mail.message import Attachment, RawMessage, unique
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.services.delivery.ports import Files

_HEADER_LIMIT_BYTES = 1_000_000
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")  # RFC 5322 2.2; blanks before the colon are its obsolete syntax (4.5)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
# What the standard library's header parser is known to raise for strange headers.
_PARSER_FAILURES = (
    MessageError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """A message as its header's fields (each with its line ends) and the rest, which begins with the empty line."""

    fields: tuple[bytes, ...]
    rest: bytes

    def without(self, name: bytes) -> "_Split":
        return _Split(fields=tuple(field for field in self.fields if _name_of(field) != name), rest=self.rest)


def raw_message(
    raw: bytes,
    *,
    recipients: Sequence[str],
    sender: str,
    now: datetime,
    limit_bytes: int,
    new_message_id: Callable[[Address | None], str],
) -> RawMessage:
    """Returns `raw` as it is to be sent: without Bcc, with a Message-ID and a Date; all else is as it was.

    Without `recipients` they are those of To, Cc and Bcc. `new_message_id` gets the address in From, if there is one.
    Raises FieldErrors on `message`, `to` and `sender`.
    """
    _refuse_size(raw, limit_bytes)
    split = _split(raw)
    if any(b"\0" in field for field in split.fields):
        raise _refused("message", msg("The message's header holds NUL bytes."))
    header = _parsed(split.fields)
    found = _given(recipients) if recipients else _written(header, ("to", "cc", "bcc"))
    if not found:
        raise _refused("to", msg("Nobody would get it: name a recipient, or write one in To, Cc or Bcc."))
    message_id = _message_id(header)
    split = split.without(b"bcc")
    added = []
    if not message_id:
        split = split.without(b"message-id")
        message_id = new_message_id(_from(header))
        added.append(f"Message-ID: {message_id}")
    if not _words(header, "date"):
        split = split.without(b"date")
        added.append(f"Date: {format_datetime(now)}")
    return RawMessage(
        raw=_joined(split, added),
        recipients=found,
        message_id=message_id,
        subject=_words(header, "subject"),
        sender=_sender(sender),
    )


def _refuse_size(raw: bytes, limit_bytes: int) -> None:
    if not raw.strip():
        raise _refused("message", msg("The message is empty."))
    if len(raw) > limit_bytes:
        raise _refused("message", msg("The message is larger than {limit} MB.", limit=limit_bytes // 1_000_000))


def _split(raw: bytes) -> _Split:
    fields: list[bytes] = []
    # The line that mailbox files put before each message (RFC 4155) is not part of it.
    position = _LINE.match(raw).end() if raw.startswith(b"From ") else 0  # type: ignore[union-attr] # matches anything
    for match in _LINE.finditer(raw, position):
        line = match.group()
        if position > _HEADER_LIMIT_BYTES:
            raise _refused("message", msg("The message's header is larger than 1 MB."))
        if fields and line[:1] in {b" ", b"\t"}:
            fields[-1] += line
        elif _FIELD.match(line):
            fields.append(line)
        else:
            break
        position = match.end()
    return _Split(fields=tuple(fields), rest=raw[position:])


def _name_of(field: bytes) -> bytes:
    match = _FIELD.match(field)
    return match[1].lower() if match else b""


def _joined(split: _Split, added: Iterable[str]) -> bytes:
    first = b"".join(split.fields) or split.rest
    end = b"\r\n" if b"\r\n" in first[:2000] or b"\n" not in first[:2000] else b"\n"
    head = b"".join(line.encode("ascii") + end for line in added) + b"".join(split.fields)
    if head and not head.endswith((b"\r", b"\n")):
        head += end
    # A body that began without an empty line gets one, or its first line would be taken for a header's.
    between = b"" if split.rest[:1] in {b"\r", b"\n"} or not head else end
    return head + between + split.rest


def _parsed(fields: Iterable[bytes]) -> EmailMessage:
    # The parser knows no blanks before the colon.
    written = b"".join(_FIELD.sub(rb"\1:", field, count=1) for field in fields).decode("utf-8", "replace")
    return HeaderParser(policy=SMTP).parsestr(written)


def _given(recipients: Iterable[str]) -> tuple[Address, ...]:
    return unique(_address(typed, "to") for typed in recipients)


def _written(header: EmailMessage, names: Iterable[str]) -> tuple[Address, ...]:
    found: list[Address] = []
    for name in names:
        for specs in _specs(header, name):
            found += [_address(spec, "to") for spec in specs]
    return unique(found)


def _specs(header: EmailMessage, name: str) -> list[list[str]]:
    try:
        values = cast(Iterable[AddressHeader], header.get_all(name, []))
        return [[address.addr_spec for address in value.addresses] for value in values]
    except _PARSER_FAILURES as error:
        raise _refused("to", msg("The message's {name} can't be read.", name=name.capitalize())) from error


def _from(header: EmailMessage) -> Address | None:
    try:
        return next((parse_address(spec) for specs in _specs(header, "from") for spec in specs), None)
    except (BadAddress, FieldErrors):
        return None


def _words(header: EmailMessage, name: str) -> str:
    try:
        return _CONTROL.sub(" ", str(header.get(name, ""))).strip()
    except _PARSER_FAILURES:
        return ""


def _message_id(header: EmailMessage) -> str:
    written = _words(header, "message-id")
    match = _MESSAGE_ID.search(written)
    return match.group() if match else written


def _address(typed: str, field: str) -> Address:
    try:
        return parse_address(typed)
    except BadAddress as error:
        raise _refused(field, msg("“{typed}” is not an email address.", typed=_CONTROL.sub(" ", typed)[:80])) from error


def _sender(typed: str) -> Address | None:
    return _address(typed, "sender") if typed.strip() else None


def _refused(field: str, message: MessageText) -> FieldErrors:
    return FieldErrors((FieldError(field=field, message=message),))


# No header can carry these: bytes of a name that is not UTF-8 among them, and the start of an encoded word (RFC 2047),
# which can hide line ends.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")


class AttachmentReader:
    """Reads the files of one mail or of a batch, each path once."""

    def __init__(self, files: Files, *, limit_bytes: int) -> None:
        self._files = files
        self._limit_bytes = limit_bytes
        self._known: dict[str, Attachment] = {}

    def read(self, paths: Iterable[str]) -> tuple[Attachment, ...]:
        """Returns one mail's files. Raises BadAttachment: one can't be read, or all together are too large."""
        left = self._limit_bytes
        found = []
        for path in paths:
            attachment = self._one(path, left)
            left -= len(attachment.content)
            found.append(attachment)
        return tuple(found)

    def _one(self, path: str, left: int) -> Attachment:
        attachment = self._known.get(path)
        if attachment is None:
            read = self._files.read(path, limit_bytes=left)
            attachment = self._known[path] = replace(read, name=_UNSAFE.sub("_", read.name))
        if len(attachment.content) > left:
            raise BadAttachment(
                msg(
                    "With the file {path} the attachments are larger than {limit} MB in all.",
                    path=path,
                    limit=self._limit_bytes // 1_000_000,
                )
            )
        return attachment
