"""MIME entities (RFC 2045 2.4) of finished messages, with CRLF line ends: a message, or a part of one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smtp_desktop.domain.mail.header_fields import name_of, split_header, value_of

_PARAMETER = re.compile(rb'([^\s;=]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_PLAIN_PARAMETER = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """The header fields of a message or part, each with its line ends, and its body."""

    fields: tuple[bytes, ...]
    body: bytes

    @property
    def content_type(self) -> bytes:
        """The media type in small letters; empty where it is not given."""
        return self.value_of(b"content-type").partition(b";")[0].strip().lower()

    @property
    def parameters(self) -> Mapping[bytes, bytes]:
        """The parameters of Content-Type by their names in small letters."""
        found = _PARAMETER.finditer(self.value_of(b"content-type").partition(b";")[2])
        return {match[1].lower(): _ESCAPED.sub(rb"\1", match[2]) if match[3] is None else match[3] for match in found}

    @property
    def encoding(self) -> bytes:
        """The Content-Transfer-Encoding in small letters, 7bit by default."""
        return (self.value_of(b"content-transfer-encoding").lower().split() or [b"7bit"])[0]

    def has(self, name: bytes) -> bool:
        """Whether there is a field of that name."""
        return any(name_of(field) == name for field in self.fields)

    def value_of(self, name: bytes) -> bytes:
        """Returns the value of the first field of that name, empty where there is none."""
        return next((value_of(field) for field in self.fields if name_of(field) == name), b"")

    def with_field(self, name: bytes, value: bytes) -> "Entity":
        """Returns it with one field of that name, in the place of those that there are, or else at the end."""
        new = b"%b: %b\r\n" % (name, value)
        fields, placed = [], False
        for field in _ended(self.fields):
            if name_of(field) != name.lower():
                fields.append(field)
            elif not placed:
                fields.append(new)
                placed = True
        return Entity(fields=tuple(fields if placed else [*fields, new]), body=self.body)

    def with_body(self, body: bytes) -> "Entity":
        return Entity(fields=self.fields, body=body)

    def with_fields(self, fields: Sequence[bytes]) -> "Entity":
        return Entity(fields=tuple(fields), body=self.body)

    def as_bytes(self) -> bytes:
        """Returns header, empty line and body."""
        return b"".join(_ended(self.fields)) + b"\r\n" + self.body


def _ended(fields: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Returns the fields, all of which end with a line end: the last one may lack it."""
    if not fields or fields[-1].endswith(b"\r\n"):
        return fields
    return (*fields[:-1], fields[-1] + b"\r\n")


def entity_of(content: bytes) -> Entity:
    """Returns the entity in `content`. What follows a line that belongs to no field is its body."""
    fields, rest = split_header(content)
    return Entity(fields=fields, body=rest.removeprefix(b"\r\n"))


def parts_of(body: bytes, boundary: bytes) -> list[bytes] | None:
    """Returns the body of a multipart in pieces (RFC 2046 5.1.1): what is ahead of the first delimiter, each delimiter
    and the part behind it, the last of which is the epilogue. None where no delimiter is found."""
    line = rb"--%b(?:--)?[ \t]*(?:\r\n|\Z)" % re.escape(boundary)
    # A part ends before the line end ahead of the delimiter, which belongs to that.
    pieces = re.split(rb"(\A%b|\r\n%b)" % (line, line), body)
    return pieces if len(pieces) > 1 else None


def is_closing(delimiter: bytes, boundary: bytes) -> bool:
    """Whether no part follows the delimiter."""
    return delimiter.lstrip(b"\r\n").startswith(b"--%b--" % boundary)


def with_parameter(value: bytes, name: bytes, text: bytes) -> bytes:
    """Returns a Content-Type with one such parameter, in the place of the one that it has."""
    kind, _, rest = value.partition(b";")
    kept = [match.group() for match in _PARAMETER.finditer(rest) if match[1].lower() != name]
    new = b"%b=%b" % (name, text if _PLAIN_PARAMETER.fullmatch(text) else b'"%b"' % text)
    return b"; ".join([kind.strip(), *kept, new])
