"""The content of a file that the user chose for its certificates."""

from collections.abc import Callable
from pathlib import Path

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg

_LARGEST_BYTES = 1_000_000


def content_of(path: Path, *, refused: Callable[[MessageText], FieldErrors], too_large: MessageText) -> bytes:
    """Returns what the file holds. Raises what `refused` makes of why it can't be read, or of `too_large`."""
    try:
        if not path.is_file():  # reading a pipe would block until somebody writes into it
            raise refused(msg("{path} is not a file or does not exist.", path=str(path)))
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise refused(msg("{path} can't be read: {reason}.", path=str(path), reason=reason)) from error
    if len(content) > _LARGEST_BYTES:
        raise refused(too_large)
    return content
