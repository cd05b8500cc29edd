"""Lock files, which one process holds at a time."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _acquire(descriptor: int) -> None:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except PermissionError:
                # LK_LOCK gives up after ten tries, a second apart.
                continue
            return

    def _try(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _release(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _acquire(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Holds the lock file at `path` during the block, waiting for it without limit. No other process holds it
    meanwhile; a process that dies releases it.

    Raises OSError, also where `path` is a link, which would have a file made elsewhere.
    """
    with _opened(path) as descriptor:
        _acquire(descriptor)
        try:
            yield
        finally:
            _release(descriptor)


@contextmanager
def exclusive_at_once(path: Path) -> Iterator[bool]:
    """Yields whether nobody else holds the lock file, which is held during the block then. Raises OSError as
    `exclusive`."""
    with _opened(path) as descriptor:
        try:
            _try(descriptor)
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            _release(descriptor)


@contextmanager
def exclusive_while(path: Path, waits: Callable[[], bool]) -> Iterator[bool]:
    """Holds the lock file during the block, and removes it in the end. Waits for it as long as `waits` says, which is
    asked after each try in vain and takes its time. Yields whether it is held. Raises OSError as `exclusive`."""
    while True:
        with _opened(path) as descriptor:
            if _taken(descriptor):
                if _is_at(descriptor, path):
                    try:
                        yield True
                    finally:
                        _remove(path)
                        _release(descriptor)
                    return
            elif not waits():
                yield False
                return


def _taken(descriptor: int) -> bool:
    try:
        _try(descriptor)
    except (BlockingIOError, PermissionError):  # POSIX, Windows
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether that file is still the one at `path`: whoever held it before may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    with suppress(OSError):  # Windows removes no file that is open, and needs not
        path.unlink()


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    # The file stays, but for `exclusive_while`: if it were removed, two could hold it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
