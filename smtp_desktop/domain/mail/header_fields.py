"""Header fields of finished messages, as bytes: nothing of them is decoded or changed."""

import re
from collections.abc import Iterable

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")  # RFC 5322 2.2; blanks before the colon are its obsolete syntax (4.5)
_FOLD = re.compile(rb"(?:\r\n|\n|\r)(?=[ \t]|\Z)")
HEADER_LIMIT_BYTES = 1_000_000


class HeaderTooLarge(ValueError):
    """The header is larger than HEADER_LIMIT_BYTES."""


def split_header(raw: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Returns the fields at the beginning of `raw`, each with its folded lines and line ends, and the rest from the
    first line on that belongs to none: the empty one, if all is well. Raises HeaderTooLarge."""
    fields: list[list[bytes]] = []
    position = 0
    for match in _LINE.finditer(raw):
        line = match.group()
        if position > HEADER_LIMIT_BYTES:
            raise HeaderTooLarge
        if fields and line[:1] in {b" ", b"\t"}:
            fields[-1].append(line)
        elif _FIELD.match(line):
            fields.append([line])
        else:
            break
        position = match.end()
    return tuple(b"".join(lines) for lines in fields), raw[position:]


def first_line(raw: bytes) -> bytes:
    """Returns the first line with its line end."""
    match = _LINE.match(raw)
    return match.group() if match else b""


def name_of(field: bytes) -> bytes:
    """Returns the name of a field in small letters; empty where it is none."""
    match = _FIELD.match(field)
    return match[1].lower() if match else b""


def value_of(field: bytes) -> bytes:
    """Returns the value of a field, unfolded (RFC 5322 2.2.3) and without blanks around it."""
    return _FOLD.sub(b"", field.partition(b":")[2]).strip()


def without_blank(field: bytes) -> bytes:
    """Returns a field without blanks ahead of its colon, behind which many readers see no field any more."""
    return _FIELD.sub(rb"\1:", field, count=1)


def values_in(fields: Iterable[bytes], *names: bytes) -> list[bytes]:
    """Returns the values of the fields with these names, in the order of the fields."""
    return [value_of(field) for field in fields if name_of(field) in names]


def without(fields: Iterable[bytes], *names: bytes) -> tuple[bytes, ...]:
    """Returns the fields but for those with these names."""
    return tuple(field for field in fields if name_of(field) not in names)
