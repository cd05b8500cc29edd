"""The header fields that an activity adds to its messages: one a line, `Name: value`."""

import re
from collections.abc import Iterator

from smtp_desktop.domain.errors import FieldError
from smtp_desktop.domain.message_text import MessageText, msg

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,70}")
# The program writes these itself, or servers do on the way.
_TAKEN = frozenset(
    {
        *("from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version"),
        *("auto-submitted", "return-path", "received", "dkim-signature", "authentication-results"),
    }
)
_TAKEN_BEGINNINGS = ("content-", "resent-", "arc-")
_LIMIT = 998  # a line of a mail (RFC 5322 2.1.1)


class BadHeaderLine(Exception):
    """The line is not a header field that an activity may add."""

    def __init__(self, message: MessageText) -> None:
        super().__init__(str(message))
        self.message = message


def header_lines(typed: str) -> list[str]:
    """Returns the lines that are not empty."""
    return [line for each in typed.split("\n") if (line := each.strip())]


def header_errors(typed: str) -> list[FieldError]:
    """Returns what is wrong with the header fields of a draft; the values may have placeholders, the names none."""
    try:
        list(headers_in(typed))
    except BadHeaderLine as bad:
        return [FieldError(field="headers", message=bad.message)]
    return []


def headers_in(typed: str) -> Iterator[tuple[str, str]]:
    """Yields name and value of each field. Raises BadHeaderLine for the first one that can't be added."""
    for line in header_lines(typed):
        name, colon, value = line.partition(":")
        name = name.rstrip()
        if not colon or not _NAME.fullmatch(name):
            raise BadHeaderLine(msg("“{line}” is not a header. Write Name: value, one a line.", line=line[:80]))
        if name.lower() in _TAKEN or name.lower().startswith(_TAKEN_BEGINNINGS):
            raise BadHeaderLine(msg("{name} can't be added: the program or the servers write it.", name=name))
        if len(line) > _LIMIT:
            raise BadHeaderLine(msg("{name} is longer than {limit} characters.", name=name, limit=_LIMIT))
        yield name, value.strip()
