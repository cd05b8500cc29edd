"""The header of a finished message as a server can take it: with a From, in ASCII, and in lines of a length that it
takes. What needs none of that stays as it is, byte for byte."""

import re
from collections.abc import Sequence
from urllib.parse import quote_from_bytes

from smtp_desktop.domain.mail.address import Address, BadAddress
from smtp_desktop.domain.mail.address_list import addresses_in, names_in
from smtp_desktop.domain.mail.encoded_words import decoded, decoded_line, encoded_words, readable
from smtp_desktop.domain.mail.header_fields import name_of, value_of, values_in, without
from smtp_desktop.transports.mime.header_values import BadHeader, address_line, text_line
from smtp_desktop.transports.mime.wire_format import MAX_LINE, has_long_lines

_ADDRESSES = re.compile(
    rb"(?:resent-)?(?:from|sender|to|cc|bcc|reply-to)|disposition-notification-to|return-receipt-to|errors-to"
    rb"|mail-followup-to|mail-reply-to|x-original-to|delivered-to"
)
_WITH_PARAMETERS = (b"content-type", b"content-disposition")
_SIGNATURES = (b"dkim-signature", b"domainkey-signature")
# Fields in which blanks or encoded words would be read as something else.
_NOT_TEXT = (b"references", b"in-reply-to", b"message-id", *_SIGNATURES)
_ODD_WORD = re.compile(r'[^\s,;:<>()@"\[\]]*[^\x00-\x7f][^\s,;:<>()@"\[\]]*')
_ODD_PARAMETER = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.DOTALL)
_FOLD_AT = 78


def is_signed(fields: Sequence[bytes]) -> bool:
    """Whether a signature may cover header and body, so that it breaks when one of them is changed (RFC 6376)."""
    return any(name_of(field) in _SIGNATURES for field in fields)


def with_from(fields: tuple[bytes, ...], author: Address | None) -> tuple[bytes, ...]:
    """Returns `fields` with a From: that of `author` where there is none, or only the name of a user of the computer
    that it comes from, as in cron's "root (Cron Daemon)"."""
    found = values_in(fields, b"from")
    if author is None or any(b"@" in value for value in found):
        return fields
    try:
        name = next((name for value in found for name in names_in(readable(value))), "")
    except BadAddress:
        name = ""
    name = decoded_line(name) or author.display_name
    author = Address(local=author.local, domain=author.domain, display_name=name)
    new = address_line("From", (author,), smtputf8=author.needs_smtputf8)
    return (new, *without(fields, b"from"))


def in_utf8(field: bytes) -> bytes:
    """Returns a field in UTF-8, in whatever it is written (RFC 6532 3.2)."""
    return field if field.isascii() else readable(field).encode()


def in_ascii(field: bytes) -> bytes:
    """Returns a field in ASCII, but for addresses that can't be written so. Raises BadHeader."""
    if field.isascii():
        return field
    name = name_of(field)
    shown = field.partition(b":")[0].strip().decode("ascii")
    text = readable(value_of(field))
    if name in _WITH_PARAMETERS:
        return _with_encoded_parameters(shown, text)
    if _ADDRESSES.fullmatch(name):
        return _with_encoded_names(shown, text)
    return text_line(shown, decoded_line(text), smtputf8=False)


def with_commas(field: bytes) -> bytes:
    """Returns a field of addresses with commas between them, where they stand apart in another way: readers, and
    Microsoft 365, which goes by it, would see but one of them."""
    value = value_of(field)
    if b":" in value or not (b";" in value or b" " in value or b"\t" in value):
        return field  # a group, or nothing that could stand between two
    if not _ADDRESSES.fullmatch(name_of(field)) or (b"," in value and b";" not in value):
        return field
    text = readable(value)
    try:
        several = len(addresses_in(text)) > 1
    except BadAddress:
        return field
    return _with_encoded_names(field.partition(b":")[0].strip().decode("ascii"), text) if several else field


def _with_encoded_names(name: str, text: str) -> bytes:
    try:
        # Encoded words in names are written anew with the rest.
        addresses = tuple(
            Address(local=each.local, domain=each.domain, display_name=decoded_line(each.display_name))
            for each in addresses_in(text)
        )
    except BadAddress:
        addresses = ()
    if not addresses:  # as in `Kolleg(inn)en:;` or in what is no list of addresses
        words = _ODD_WORD.sub(lambda odd: " ".join(encoded_words(odd.group())), text)
        return f"{name}: {words}\r\n".encode("ascii", "replace")
    return address_line(name, addresses, smtputf8=any(each.needs_smtputf8 for each in addresses))


def _with_encoded_parameters(name: str, text: str) -> bytes:
    """Returns Content-Type or Content-Disposition, with its file name as RFC 2231 has it."""

    def encoded(match: re.Match[str]) -> str:
        if match.group().isascii():
            return match.group()
        value = re.sub(r"\\(.)", r"\1", match[2], flags=re.DOTALL) if match[3] is None else match[3]
        return f"{match[1]}*=utf-8''{quote_from_bytes(decoded(value).encode(), safe='')}"

    value = _ODD_PARAMETER.sub(encoded, text)
    return f"{name}: {value}\r\n".encode("ascii", "replace")


def with_short_lines(field: bytes) -> bytes:
    """Returns a field in lines that are short enough, folded where it has blanks (RFC 5322 2.2.3); a text also
    elsewhere, in encoded words. Raises BadHeader."""
    if not has_long_lines(field):
        return field
    shorter = b"\r\n".join(short for line in field.split(b"\r\n") for short in _short_lines(line))
    name = name_of(field)
    if has_long_lines(shorter) and not (_ADDRESSES.fullmatch(name) or name in {*_WITH_PARAMETERS, *_NOT_TEXT}):
        shown = field.partition(b":")[0].strip().decode("ascii")
        shorter = text_line(shown, decoded_line(readable(value_of(field))), smtputf8=False)
    if has_long_lines(shorter):
        raise BadHeader(f"a line of more than {MAX_LINE} bytes in {name.decode()} that can't be made shorter")
    return shorter


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
