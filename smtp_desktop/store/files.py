"""Attachments on the disk."""

import errno
import mimetypes
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smtp_desktop.domain.errors import BadAttachment
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.domain.message_text import msg

_UNKNOWN = "application/octet-stream"
_MEGABYTE = 1_000_000
# A named pipe must not block until somebody writes into it. Neither flag exists on every system.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
# Types that Python's table lacks in some version.
_MORE_TYPES = {
    ".7z": "application/x-7z-compressed",
    ".avif": "image/avif",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gz": "application/gzip",
    ".heic": "image/heic",
    ".ics": "text/calendar",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".rtf": "application/rtf",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}


class DiskFiles:
    """Reads attachments. Content types come from tables that are the same on every computer."""

    def __init__(self) -> None:
        # Without file names, MimeTypes has Python's own table and reads nothing from this system's files or registry.
        self._types = mimetypes.MimeTypes(filenames=())
        for ending, content_type in _MORE_TYPES.items():
            self._types.add_type(content_type, ending)

    def read(self, path: str, *, limit_bytes: int) -> Attachment:
        """Returns the file with its name and type. Raises BadAttachment: it is missing, unreadable or larger."""
        with _os_errors_as_ours(path):
            content = _content(path, limit_bytes)
        name = Path(path).name
        return Attachment(name=name, content=content, content_type=self._type_of(name))

    def _type_of(self, name: str) -> str:
        content_type, encoding = self._types.guess_type(name)
        if encoding:
            return "application/gzip" if encoding == "gzip" else _UNKNOWN
        # RFC 2046 5.2.1: a message/rfc822 part can't be encoded, and a file has to arrive byte for byte.
        return _UNKNOWN if content_type is None or content_type.startswith(("message/", "multipart/")) else content_type


def _content(path: str, limit_bytes: int) -> bytes:
    if Path(path).is_dir():  # checked first: Windows can't open a folder
        raise _folder(path)
    descriptor = os.open(path, _OPEN_FLAGS)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - by its descriptor: what was checked is what is read
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise BadAttachment(msg("{path} is a pipe or a device. Only files can be attached.", path=path))
        if found.st_size > limit_bytes:
            raise _too_large(path, limit_bytes)
        # It may have grown since: one byte more than the limit is enough to notice.
        content = file.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise _too_large(path, limit_bytes)
    return content


@contextmanager
def _os_errors_as_ours(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _bad_attachment(error, path) from error
    except ValueError as error:  # the path holds a NUL
        raise _missing(path) from error


def _bad_attachment(error: OSError, path: str) -> BadAttachment:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return _missing(path)
        case IsADirectoryError():
            return _folder(path)
        case PermissionError():
            return BadAttachment(msg("You don't have permission to read {path}. Check its permissions.", path=path))
        case OSError(errno=errno.ENXIO):  # a socket
            return BadAttachment(msg("{path} is a pipe or a device. Only files can be attached.", path=path))
        case _:
            reason = error.strerror or type(error).__name__
            return BadAttachment(msg("The file {path} can't be read: {reason}.", path=path, reason=reason))


def _missing(path: str) -> BadAttachment:
    return BadAttachment(msg("{path} does not exist. Check its name and folder.", path=path))


def _folder(path: str) -> BadAttachment:
    return BadAttachment(msg("{path} is a folder. Only files can be attached.", path=path))


def _too_large(path: str, limit_bytes: int) -> BadAttachment:
    return BadAttachment(
        msg(
            "{path} is larger than the {limit} MB left for attachments.",
            path=path,
            limit=f"{limit_bytes / _MEGABYTE:.1f}".removesuffix(".0"),
        )
    )
