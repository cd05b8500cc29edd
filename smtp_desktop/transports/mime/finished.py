"""Finished messages as one server can take them.

Such a message stays as it is, byte for byte, but for its line ends and for what no server may get, or not this one: a
missing From, bytes in the header that are not ASCII, text whose character set is not given, lines that are too long,
and bodies that are not ASCII where the server lacks 8BITMIME (RFC 6152). What is signed is never changed: it is refused
where it would have to be.
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from quopri import decodestring

from smtp_desktop.domain.mail.encoded_words import charset_of
from smtp_desktop.domain.mail.header_fields import split_header, without_blank
from smtp_desktop.domain.mail.message import MessageBytes
from smtp_desktop.transports.mime.entity import Entity, entity_of, is_closing, parts_of, with_parameter
from smtp_desktop.transports.mime.finished_header import (
    in_ascii,
    in_utf8,
    is_signed,
    with_commas,
    with_from,
    with_short_lines,
)
from smtp_desktop.transports.mime.header_values import BadMail
from smtp_desktop.transports.mime.wire_format import MAX_LINE, has_long_lines

_LINE_END = re.compile(rb"\r\n|\r|\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
_SIGNED = (b"multipart/signed", b"multipart/encrypted")
_MESSAGES = (b"message/rfc822", b"message/global", b"message/news")
_IDENTITIES = (b"7bit", b"8bit", b"binary")  # encodings that encode nothing (RFC 2045 6.2)
_NO_CHARSET = (b"", b"us-ascii", b"ascii", b"ansi_x3.4-1968")
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What the server takes, and whether nothing may be changed."""

    seven_bit: bool
    signed: bool

    def breaks(self, content: bytes) -> bool:
        """Whether `content` can't go out as it is."""
        return (self.seven_bit and not content.isascii()) or has_long_lines(content)

    def refusal(self, content: bytes, what: str) -> BadMail:
        """Returns the error for `content` that would have to be changed, and may not be."""
        if has_long_lines(content):
            return BadMail(f"a line of more than {MAX_LINE} bytes in {what}, which must not be changed")
        return BadMail(f"non-ASCII characters in {what}, which must not be changed; this server accepts only ASCII")


def header_needs_smtputf8(message: MessageBytes) -> bool:
    """Whether its header has an address that nothing but SMTPUTF8 can carry, or is signed and not ASCII."""
    fields, _ = split_header(message.raw)
    fields = with_from(fields, message.header_from)
    if all(field.isascii() for field in fields):
        return False
    return is_signed(fields) or not all(in_ascii(field).isascii() for field in fields)


def finished_content(message: MessageBytes, *, seven_bit: bool, smtputf8: bool) -> bytes:
    """Returns the message with CRLF line ends: ASCII only with `seven_bit`, its header in ASCII without `smtputf8`.
    Raises BadMail."""
    content = _LINE_END.sub(b"\r\n", message.raw)
    given = entity_of(content)
    whole = given.with_fields(with_from(given.fields, message.header_from))
    rules = _Rules(seven_bit=seven_bit, signed=is_signed(given.fields))
    changed = _body_changed(whole, rules, depth=0)
    written = in_utf8 if smtputf8 else in_ascii
    tidy = changed.fields if rules.signed else [without_blank(with_commas(field)) for field in changed.fields]
    header = [with_short_lines(written(field)) for field in tidy]
    if rules.signed and tuple(header) != whole.fields:
        raise rules.refusal(b"".join(given.fields), "a signed header")
    if tuple(header) == given.fields and changed.body == given.body:
        return content  # also where it has no empty line behind its header
    return changed.with_fields(header).as_bytes()


def _body_changed(entity: Entity, rules: _Rules, *, depth: int, kind: bytes = b"text/plain") -> Entity:
    """Returns `entity` with a body that may go out; `kind` is what it is by default."""
    body = entity.body
    if body.isascii() and not has_long_lines(body):
        return entity
    if rules.signed:
        if rules.breaks(body):
            raise rules.refusal(body, "a signed message (DKIM)")
        return entity
    if depth > _MAX_DEPTH:
        raise BadMail("parts within parts that are nested too deeply")
    kind = entity.content_type or kind
    if kind.startswith(b"multipart/"):
        return _multipart_changed(entity, rules, kind=kind, depth=depth)
    if kind in _MESSAGES and entity.encoding in _IDENTITIES:
        inner = _part_changed(body, rules, depth=depth + 1)
        return _with_encoding_of_parts(entity.with_body(inner))
    return _leaf_changed(entity, rules, kind=kind)


def _part_changed(content: bytes, rules: _Rules, *, depth: int, kind: bytes = b"text/plain") -> bytes:
    """Returns a part of a multipart, or a message within a message. Its header is part of the body of the whole."""
    if content.isascii() and not has_long_lines(content):
        return content
    entity = entity_of(content)
    changed = _body_changed(entity, rules, depth=depth, kind=kind)
    fields = tuple(
        with_short_lines(in_ascii(field) if rules.seven_bit else field) if rules.breaks(field) else field
        for field in changed.fields
    )
    if fields == entity.fields and changed.body == entity.body:
        return content
    return changed.with_fields(fields).as_bytes()


def _multipart_changed(entity: Entity, rules: _Rules, *, kind: bytes, depth: int) -> Entity:
    if kind in _SIGNED:
        if rules.breaks(entity.body):
            raise rules.refusal(entity.body, "a signed part" if kind == _SIGNED[0] else "an encrypted part")
        return entity
    boundary = entity.parameters.get(b"boundary", b"")
    pieces = parts_of(entity.body, boundary) if boundary else None
    if pieces is None:
        if not rules.breaks(entity.body):
            return entity
        # It has no parts, and readers show it as text.
        return _leaf_changed(entity.with_field(b"Content-Type", b"text/plain"), rules, kind=b"text/plain")
    default = b"message/rfc822" if kind == b"multipart/digest" else b"text/plain"
    changed = [_between_parts(pieces[0], rules)]
    is_over = False
    for delimiter, content in zip(pieces[1::2], pieces[2::2], strict=True):
        is_over = is_over or is_closing(delimiter, boundary)
        changed.append(delimiter)
        if is_over:
            changed.append(_between_parts(content, rules))
        else:
            changed.append(_part_changed(content, rules, depth=depth + 1, kind=default))
    return _with_encoding_of_parts(entity.with_body(b"".join(changed)))


def _between_parts(content: bytes, rules: _Rules) -> bytes:
    """Returns what stands ahead of the first part or behind the last one, which means nothing."""
    if has_long_lines(content):
        return b""
    return _NOT_ASCII.sub(b"?", content) if rules.seven_bit else content


def _with_encoding_of_parts(entity: Entity) -> Entity:
    """Returns an entity that is made of others, with the encoding that its content now has (RFC 2045 6.4)."""
    encoding = b"7bit" if entity.body.isascii() else b"8bit"
    fits = entity.encoding == encoding or (encoding == b"7bit" and not entity.has(b"content-transfer-encoding"))
    return entity if fits else entity.with_field(b"Content-Transfer-Encoding", encoding)


def _leaf_changed(entity: Entity, rules: _Rules, *, kind: bytes) -> Entity:
    is_text = kind.startswith(b"text/") or b"/" not in kind  # RFC 2045 5.2
    labelled = _labelled(entity) if is_text else entity
    body, encoding = entity.body, entity.encoding
    if not rules.breaks(body):
        if encoding not in _IDENTITIES or body.isascii():
            return labelled
        return labelled if encoding == b"8bit" else _with_encoding(labelled, b"8bit")
    if encoding == b"base64":
        # Readers skip what is not Base64.
        return labelled.with_body(_in_lines(_NOT_BASE64.sub(b"", body)))
    if encoding == b"quoted-printable":
        return labelled.with_body(_quoted(decodestring(body)))
    if encoding not in _IDENTITIES:
        raise BadMail("a part in an unknown encoding that can't be sent as it is")
    quoted = _quoted(body) if is_text else b""
    if not is_text or len(quoted) > len(body) * 2.5:
        return _with_encoding(labelled, b"base64").with_body(encodebytes(body).replace(b"\n", b"\r\n"))
    return _with_encoding(labelled, b"quoted-printable").with_body(quoted)


def _labelled(entity: Entity) -> Entity:
    """Returns a text with its character set, if that is not given and matters (RFC 2045 5.2)."""
    if entity.body.isascii() or entity.parameters.get(b"charset", b"").lower() not in _NO_CHARSET:
        return entity
    charset = charset_of(entity.body).encode()
    value = with_parameter(entity.value_of(b"content-type") or b"text/plain", b"charset", charset)
    return _as_mime(entity).with_field(b"Content-Type", value)


def _with_encoding(entity: Entity, encoding: bytes) -> Entity:
    return _as_mime(entity).with_field(b"Content-Transfer-Encoding", encoding)


def _as_mime(entity: Entity) -> Entity:
    return entity if entity.has(b"mime-version") else entity.with_field(b"MIME-Version", b"1.0")


def _in_lines(base64: bytes) -> bytes:
    return b"".join(base64[start : start + 76] + b"\r\n" for start in range(0, len(base64), 76))


def _quoted(body: bytes) -> bytes:
    """Returns `body` as quoted-printable (RFC 2045 6.7), in which only CRLF is a line end."""
    return b"\r\n".join(b2a_qp(line, istext=False).replace(b"\n", b"\r\n") for line in body.split(b"\r\n"))
