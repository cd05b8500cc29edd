"""Lines of finished messages that are longer than mail allows (RFC 5322 2.1.1): they are written anew, in shorter ones.

Servers cut such lines, or refuse the mail; a cut changes the content, and breaks a signature just as well.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64, b2a_qp
from quopri import decodestring

from smtp_desktop.transports.mime.header_values import BadHeader

MAX_LINE = 998  # octets without CRLF (RFC 5322 2.1.1, RFC 5321 4.5.3.1.6)
_TOO_LONG = re.compile(rb"[^\r\n]{%d}" % (MAX_LINE + 1))
_FIELD_START = re.compile(rb"(?<=\r\n)(?![ \t]|\Z)")
_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]+)\"|([^\s;\"]+))", re.IGNORECASE)
_FOLD_AT = 78
_BASE64_BYTES = 57  # give lines of 76 characters
_SIGNED = (b"multipart/signed", b"multipart/encrypted")


def has_long_lines(content: bytes) -> bool:
    """Returns whether a line of `content`, whose line ends are CRLF, is too long."""
    return _TOO_LONG.search(content) is not None


def with_short_lines(content: bytes) -> bytes:
    """Returns the message `content`, whose line ends are CRLF, with no line too long: header fields are folded, and
    the bodies that need it are encoded (RFC 2045 6). Raises BadHeader where that would break a signature, or can't be
    done."""
    return _entity(content)


def _entity(content: bytes) -> bytes:
    """Returns a message, or a part of one."""
    if not has_long_lines(content):
        return content
    head, end, body = _parted(content)
    fields = _FIELD_START.split(head)
    if has_long_lines(body):
        fields, body = _with_short_body(fields, body)
    whole = b"".join(map(_folded, fields)) + end + body
    if has_long_lines(whole):
        raise BadHeader(f"a line of more than {MAX_LINE} bytes that can't be made shorter")
    return whole


def _parted(content: bytes) -> tuple[bytes, bytes, bytes]:
    if content.startswith(b"\r\n"):
        return b"", b"\r\n", content[2:]
    head, end, body = content.partition(b"\r\n\r\n")
    return (head + b"\r\n", b"\r\n", body) if end else (content, b"", b"")


def _folded(field: bytes) -> bytes:
    """Returns a field in lines that are short where it has blanks (RFC 5322 2.2.3)."""
    if not has_long_lines(field):
        return field
    return b"\r\n".join(short for line in field.split(b"\r\n") for short in _short_lines(line))


def _short_lines(line: bytes) -> list[bytes]:
    lines: list[bytes] = []
    first = line.find(b":") + 2  # a fold before the value would leave a line with nothing but the name
    while len(line) > MAX_LINE:
        at = line.rfind(b" ", first, _FOLD_AT)
        at = at if at > 0 else line.find(b" ", max(_FOLD_AT, first))
        if at < 0 or not line[at:].strip():
            break
        lines.append(line[:at])
        line, first = line[at:], 1
    return [*lines, line]


def _with_short_body(fields: list[bytes], body: bytes) -> tuple[list[bytes], bytes]:
    content_type = _value(fields, b"content-type", b"text/plain")
    kind = content_type.lower()
    if kind.startswith(_SIGNED):
        raise BadHeader(f"a line of more than {MAX_LINE} bytes in a signed part, which may not be changed")
    if kind.startswith(b"multipart/"):
        return fields, _with_short_parts(body, content_type)
    if kind.startswith(b"message/rfc822"):
        return fields, _entity(body)
    try:
        plain = _decoded(body, _value(fields, b"content-transfer-encoding", b"7bit").lower())
    except Base64Error as error:
        raise BadHeader("a part whose encoding can't be read") from error
    if kind.startswith(b"text/"):
        return _with_encoding(fields, b"quoted-printable"), _quoted(plain)
    return _with_encoding(fields, b"base64"), _in_base64(plain)


def _value(fields: list[bytes], name: bytes, default: bytes) -> bytes:
    values = (value for found, _, value in (field.partition(b":") for field in fields) if found.strip().lower() == name)
    return next(values, default).strip()


def _decoded(body: bytes, encoding: bytes) -> bytes:
    if encoding == b"base64":
        return a2b_base64(body)
    return decodestring(body) if encoding == b"quoted-printable" else body


def _quoted(body: bytes) -> bytes:
    # The library writes LF where the text has one, and soft line ends as LF.
    return b2a_qp(body.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")


def _in_base64(body: bytes) -> bytes:
    pieces = (body[start : start + _BASE64_BYTES] for start in range(0, len(body), _BASE64_BYTES))
    return b"".join(b2a_base64(piece, newline=False) + b"\r\n" for piece in pieces)


def _with_encoding(fields: list[bytes], encoding: bytes) -> list[bytes]:
    named = [(field.partition(b":")[0].strip().lower(), field) for field in fields]
    kept = [field for name, field in named if name != b"content-transfer-encoding"]
    version = [] if any(name == b"mime-version" for name, _ in named) else [b"MIME-Version: 1.0\r\n"]
    return [*kept, *version, b"Content-Transfer-Encoding: " + encoding + b"\r\n"]


def _with_short_parts(body: bytes, content_type: bytes) -> bytes:
    """Returns the body of a multipart: the parts between its boundaries (RFC 2046 5.1.1) one by one."""
    match = _BOUNDARY.search(content_type)
    if not match:
        return body
    boundary = re.escape(match[1] or match[2])
    # A part ends before the line end ahead of the boundary, which belongs to that.
    pieces = re.split(rb"(\A--%b[ \t]*\r\n|\r\n--%b(?:--)?[ \t]*(?:\r\n|\Z))" % (boundary, boundary), body)
    last = len(pieces) - 1
    # Ahead of the first boundary and behind the last one there is no part.
    return b"".join(
        piece if number % 2 or number in {0, last} else _entity(piece) for number, piece in enumerate(pieces)
    )
