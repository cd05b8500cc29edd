"""Files and folders on the disk that are to be imported, read as they are."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.imports.found import Unreadable
from smtp_desktop.domain.imports.source_file import LARGEST_BYTES, SourceFile
from smtp_desktop.domain.message_text import MessageText, msg

MOST_FILES = 2_000
"""Of one folder, with those below it."""
MOST_BYTES = 256 * 1024 * 1024
_DEEPEST = 8
# A named pipe must not block until somebody writes into it. Neither flag exists on every system.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_SETTINGS = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv"})
"""Folders below a folder that hold no settings, and very many files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFiles:
    """What was read. `besides` are the paths of those that lay in a folder: nobody named them. `unread` are those that
    can't be read."""

    files: tuple[SourceFile, ...] = ()
    besides: frozenset[str] = frozenset()
    unread: tuple[Unreadable, ...] = ()


def read_source_files(paths: Sequence[Path], cancel: Cancel) -> SourceFiles:
    """Reads files, and folders with what is below them, in the order of their names. Links out of a folder are not
    followed, and what is no file is not opened. Blocks on the disk. Raises Cancelled."""
    files: dict[str, SourceFile] = {}
    besides: set[str] = set()
    unread: list[Unreadable] = []
    left = MOST_BYTES
    for path, named in _all(paths):
        if cancel.requested:
            raise Cancelled(msg("Nothing was imported."))
        content = _content(path, min(LARGEST_BYTES, left))
        if isinstance(content, bytes):
            left -= len(content)
            files[str(path)] = SourceFile(path=str(path), content=content)
            if not named:
                besides.add(str(path))
        elif named:
            unread.append(Unreadable(format=None, file=str(path), line=None, reason=content))
    return SourceFiles(files=tuple(files.values()), besides=frozenset(besides), unread=tuple(unread))


def _all(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yields each file, and whether it was named itself."""
    for path in paths:
        if path.is_dir():
            yield from ((found, False) for found in _below(path))
        else:
            yield path, True


def _below(folder: Path) -> Iterator[Path]:
    count = 0
    for parent, folders, names in os.walk(folder):
        depth = len(Path(parent).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if name not in _NO_SETTINGS) if depth < _DEEPEST else []
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                continue
            count += 1
            if count > MOST_FILES:
                return
            yield path


def _content(path: Path, most: int) -> bytes | MessageText:
    """Returns the content of the file, or why it can't be read."""
    try:
        with open(path, "rb", opener=_opened) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return msg("This is not a file.")
            if status.st_size > most:
                return msg("The file is too large: files of up to {size} MB are read.", size=LARGEST_BYTES // 2**20)
            return file.read(most)
    except OSError as error:
        return msg("The file can't be read: {why}", why=error.strerror or type(error).__name__)


def _opened(path: str, _: int) -> int:
    return os.open(path, _FLAGS)
