"""Deliveries as a CSV file."""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.output import Output, counted, printable
from smtp_desktop.cli.program import Program
from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import text

_LINE_END = "\r\n"  # RFC 4180 2


def export_csv(output: Output, program: Program, wanted: DeliveryFilter, path: str) -> None:
    """`path`, or standard output for `-`, holds all deliveries that fit. Raises SmtpDesktopError where it can't be
    written, StoreError."""
    if path == "-":
        stream = sys.stdout.buffer  # line ends stay as they are, on Windows too
        _export(program, wanted, lambda piece: stream.write(_encoded(_printable(piece))))
        stream.flush()
        return
    try:
        with Path(path).open("wb") as file:
            file.write(BOM_UTF8)  # spreadsheets know UTF-8 by it
            number = _export(program, wanted, lambda piece: file.write(_encoded(piece)))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SmtpDesktopError(text("{path} can't be written: {reason}.", path=path, reason=reason)) from error
    output.result({"exported": number, "file": path}, f"Wrote {counted(number, 'mail')} to {path}.")


def _export(program: Program, wanted: DeliveryFilter, write: Callable[[str], object]) -> int:
    return interruptible(lambda cancel: program.outbox.export_csv(wanted, write, cancel))


def _encoded(piece: str) -> bytes:
    return piece.encode(errors="backslashreplace")


def _printable(piece: str) -> str:
    return _LINE_END.join(printable(line) for line in piece.split(_LINE_END))
