"""The standard streams of a command. In whatever state they are (closed, full, without a reader), they stop nothing
that the command does."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import click

from smtp_desktop.domain.errors import NoInput
from smtp_desktop.domain.message_text import msg


class LenientWriter(io.BufferedIOBase):
    """Writes to `below` and never raises. `problem` says why something could not be written; it stays None where that
    is only because nobody reads any more, as after `… | head`."""

    def __init__(self, below: BinaryIO | None, *, at_terminal: bool) -> None:
        """A `below` of None is a stream that was closed before the program began."""
        super().__init__()
        self._at_terminal = at_terminal
        self.name = getattr(below, "name", "")
        self.problem: str | None = None
        self._below = below

    def write(self, data: Any) -> int:
        """Writes `data` if that is possible. Returns its length in any case."""
        if self._below is None:
            self.problem = "it is closed"
        else:
            # What could not be written stays in the buffer of `below`: room on a disk may come back.
            with self._errors_noted():
                self._below.write(data)
        return len(data)

    def flush(self) -> None:
        if self._below is not None and not self.closed:
            with self._errors_noted():
                self._below.flush()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._at_terminal

    def fileno(self) -> int:
        """Returns the descriptor. Raises OSError where there is none."""
        if self._below is None:
            raise io.UnsupportedOperation("the stream is closed")
        return self._below.fileno()

    @contextmanager
    def _errors_noted(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            pass  # whoever read it has seen enough
        except OSError as error:
            self.problem = error.strerror or type(error).__name__


@contextmanager
def lenient_output() -> Iterator[LenientWriter]:
    """Puts writers that never raise in the place of standard output and standard error, and yields that of standard
    output. Characters that the terminal's encoding lacks are escaped, as they would end the program otherwise."""
    with _lenient("stdout") as out, _lenient("stderr"):
        yield out


@contextmanager
def _lenient(name: str) -> Iterator[LenientWriter]:
    stream = getattr(sys, name)
    if stream is not None:
        with suppress(OSError):
            stream.flush()
    at_terminal = stream is not None and stream.isatty()
    writer = LenientWriter(getattr(stream, "buffer", None), at_terminal=at_terminal)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    text = io.TextIOWrapper(writer, encoding=encoding, errors="backslashreplace", write_through=True)
    setattr(sys, name, text)
    try:
        yield writer
    finally:
        text.flush()
        setattr(sys, name, stream)
        text.detach()  # or it would close the writer


def standard_input() -> BinaryIO:
    """Returns standard input. Raises NoInput where it was closed before the program began."""
    if sys.stdin is None:
        raise NoInput(msg("Standard input is closed: there is nothing to read. Nothing was done."))
    return sys.stdin.buffer


def read_standard_input(take: Callable[[BinaryIO], bytes] = lambda stream: stream.read()) -> bytes:
    """Returns what `take` reads of standard input: all of it unless it says otherwise. Raises NoInput."""
    try:
        return take(standard_input())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoInput(msg("Standard input can't be read: {reason}. Nothing was done.", reason=reason)) from error


def announce_standard_input(stream: BinaryIO | None, what: str) -> None:
    """Says on a terminal that standard input is read for `what`, so that nobody waits for the program; None and
    `stream` are standard input, any other stream is a file."""
    if sys.stdin is None or not sys.stdin.isatty() or stream not in {None, sys.stdin.buffer}:
        return
    end = "Ctrl+Z and Enter" if sys.platform == "win32" else "Ctrl+D"
    click.echo(f"Reading {what} from standard input. End with {end}.", err=True)


class InputFile(click.File):
    """A file to read as bytes; "-" is standard input."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the open file. Raises NoInput where it can't be opened, or standard input was closed before the
        program began."""
        if value == "-":
            standard_input()
        elif not os.access(value, os.R_OK):
            raise NoInput(msg("{path} is not there, or can't be read. Nothing was done.", path=value))
        return super().convert(value, param, ctx)
