"""Messages of the outbox as a CSV file, or as CSV on standard output."""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable

from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.output.output import Output, counted, printable
from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.services.private_file import os_errors_as_lost, private
from smtp_desktop.services.services import Services

_LINE_END = "\r\n"  # RFC 4180 2


def export_csv(output: Output, services: Services, wanted: DeliveryFilter, path: str) -> None:
    """Writes all messages that match `wanted` to `path`, or to standard output for `-`. Raises OutputLost,
    StoreError."""
    if path == "-":
        stream = sys.stdout.buffer  # line ends stay as they are, on Windows too
        # On standard output it is all that the command shows.
        _export(services, wanted, lambda text: stream.write(_encoded(_printable(text))))
        stream.flush()
        return
    with os_errors_as_lost(path), open(path, "wb", opener=private) as file:
        file.write(BOM_UTF8)  # by which spreadsheets recognize UTF-8
        number = _export(services, wanted, lambda text: file.write(_encoded(text)))
    output.result({"exported": number, "file": path}, f"Wrote {counted(number, 'message')} to {path}.")


def _export(services: Services, wanted: DeliveryFilter, write: Callable[[str], object]) -> int:
    return interruptible(lambda cancel: services.outbox.export_csv(wanted, write, cancel))


def _encoded(text: str) -> bytes:
    return text.encode(errors="backslashreplace")


def _printable(text: str) -> str:
    return _LINE_END.join(printable(line) for line in text.split(_LINE_END))
