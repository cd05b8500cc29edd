"""A reader of mails that anyone may have written, broken ones too."""

import re
from binascii import Error as BinasciiError
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from smtp_desktop.domain.mail.received import Header

# What the standard library's parser raises on broken input: a received mail must not be lost for any of it.
_UNREADABLE = (
    MessageError,
    BinasciiError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)

_FOLD = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """The parts of a mail that a user sees. `text` and `html` have LF line ends."""

    subject: str = ""
    from_: str = ""
    text: str = ""
    html: str = ""
    headers: tuple[Header, ...] = ()
    attachment_names: tuple[str, ...] = ()


def read(raw: bytes) -> MailContent:
    """Returns what can be read of `raw`; never raises. A mail that can't be parsed is all text."""
    try:
        # compat32: the modern policy parses headers on access, and raises then.
        message = BytesParser(policy=compat32).parsebytes(raw)
    except _UNREADABLE:
        return MailContent(text=_decoded(raw, "utf-8"))
    headers = tuple(Header(name=name, value=_readable(str(value))) for name, value in message.raw_items())
    text, html, names = _content(message)
    return MailContent(
        subject=_first(headers, "subject"),
        from_=_first(headers, "from"),
        text=text,
        html=html,
        headers=headers,
        attachment_names=names,
    )


def _first(headers: tuple[Header, ...], name: str) -> str:
    return next((header.value for header in headers if header.name.lower() == name), "")


def _readable(value: str) -> str:
    """Returns a header's value unfolded and decoded. Non-ASCII bytes in `value` are surrogates."""
    value = _FOLD.sub("", value).strip()
    if not value.isascii():  # RFC 6532 3.2: UTF-8 stands in the header as it is
        return without_surrogates(value)
    try:
        return without_surrogates(str(make_header(decode_header(value))))
    except _UNREADABLE:
        return value


def without_surrogates(value: str) -> str:
    """Returns `value` with bytes that are not UTF-8 replaced, so that it can be shown and stored."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _content(message: Message) -> tuple[str, str, tuple[str, ...]]:
    """Returns the first plain text, the first HTML, and the names of all other parts."""
    bodies: dict[str, str] = {}
    names: list[str] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        name = _file_name(part)
        if not name and not _is_attachment(part) and kind in {"text/plain", "text/html"} - bodies.keys():
            bodies[kind] = _body(part)
        elif name or _is_attachment(part) or not kind.startswith(("text/", "multipart/")):
            names.append(name or kind)
    return bodies.get("text/plain", ""), bodies.get("text/html", ""), tuple(names)


def _leaves(message: Message) -> Iterator[Message]:
    """Yields the leaf parts in order; a mail inside the mail is one. Not recursive, since the sender chooses the
    depth."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(child for child in reversed(inner) if isinstance(child, Message))
        else:
            yield part


def _is_attachment(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except _UNREADABLE:
        return False


def _file_name(part: Message) -> str:
    try:
        return _readable(part.get_filename() or "")
    except _UNREADABLE:
        return ""


def _body(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except _UNREADABLE:
        return ""
    content = payload if isinstance(payload, bytes) else b""
    return _FOLD.sub("\n", _decoded(content, _charset(part)))


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or "utf-8"
    except _UNREADABLE:
        return "utf-8"


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except _UNREADABLE:  # no such charset, or no text encoding, such as `base64`
        return content.decode("utf-8", "replace")
