"""A file that is to be imported, and its text."""

import codecs
from dataclasses import dataclass

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg

LARGEST_BYTES = 16 * 1024 * 1024
"""Of one file. The largest that hold settings are dumps of a database."""

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What other programs write into such files where they are not UTF-8. It takes every byte but five, which stay visible.
_LEGACY_ENCODING = "cp1252"
_BINARY = frozenset("\x00\x01\x02\x03\x04\x05\x06\x07\x0e\x0f")


class NotText(SmtpDesktopError):
    """A file is no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file as it is on the disk. `path` is as the user named it, or below the folder that the user named."""

    path: str
    content: bytes


def decoded(file: SourceFile) -> str:
    """Returns the text of the file without its byte order mark, with line feeds alone as line ends. Raises NotText."""
    text = _text_of(file.content)
    if not _BINARY.isdisjoint(text):
        raise NotText(msg("This is not a text file."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text_of(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(_LEGACY_ENCODING, "replace")
