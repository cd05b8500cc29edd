"""Standard streams in every state that a script may give them to a command."""

import errno
import io
import os
from typing import Any


class FailingFile(io.RawIOBase):
    """A file that can be opened and no more: every write, or every read, fails with this error number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def write(self, _data: Any) -> int:
        raise OSError(self._number, os.strerror(self._number))

    def readinto(self, _buffer: Any) -> int:
        raise OSError(self._number, os.strerror(self._number))


def output_that_fails(number: int) -> io.TextIOWrapper:
    """A standard output or standard error."""
    return io.TextIOWrapper(io.BufferedWriter(FailingFile(number)), encoding="utf-8")


def input_that_fails(number: int) -> io.TextIOWrapper:
    """A standard input."""
    return io.TextIOWrapper(io.BufferedReader(FailingFile(number)), encoding="utf-8")


def full() -> io.TextIOWrapper:
    return output_that_fails(errno.ENOSPC)


def without_reader() -> io.TextIOWrapper:
    return output_that_fails(errno.EPIPE)


def read_only() -> io.TextIOWrapper:
    return output_that_fails(errno.EBADF)


def write_only() -> io.TextIOWrapper:
    return input_that_fails(errno.EBADF)


def closed() -> None:
    return None
