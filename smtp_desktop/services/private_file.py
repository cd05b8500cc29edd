"""Files that only their owner can read, whatever the umask."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from smtp_desktop.domain.errors import OutputLost
from smtp_desktop.domain.message_text import msg


class CantWrite(OutputLost):
    """The file could not be written. Nothing of it remains."""


def private(path: str, flags: int) -> int:
    """Opens `path` for `open`, as its `opener`; a new file gets mode 0600."""
    return os.open(path, flags, 0o600)


@contextmanager
def os_errors_as_lost(path: Path | str) -> Iterator[None]:
    """Turns what the disk refuses about the file into OutputLost."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputLost(msg("{path} can't be written: {reason}.", path=str(path), reason=reason)) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives the path of a file beside `path`, which takes its place at the end if it is there: whatever goes wrong
    before leaves what was at `path` as it was. What is no file, as a pipe, is given itself. Raises OSError."""
    if path.exists() and not path.is_file():
        yield path
        return
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        if part.exists():
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Does as `replacing`, but raises CantWrite for what the disk refuses."""
    try:
        with replacing(path) as part:
            yield part
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CantWrite(
            msg("{path} couldn't be written: {reason}. Choose another location.", path=str(path), reason=reason)
        ) from error
