"""The start and stop of the program's log."""

import logging
from pathlib import Path

_OURS = "smtp_desktop"
# Libraries that would write their warnings to the terminal, unredacted, if they had no handler.
_QUIET = ("keyring", "mail", "msal", "requests", "urllib3")


def start_logging(path: Path, level: int) -> None:
    """Writes this program's log of `level` and above to the file `path`.

    A second call closes the former file. Configures this program's logger only, not the root logger.
    """
    stop_logging()
    logger = logging.getLogger(_OURS)
    logger.setLevel(level)
    logger.addHandler(_Log(path))
    for name in _QUIET:
        library = logging.getLogger(name)
        if not library.handlers:
            library.addHandler(logging.NullHandler())


def stop_logging() -> None:
    """Closes the log file; later entries are dropped."""
    logger = logging.getLogger(_OURS)
    for handler in [handler for handler in logger.handlers if isinstance(handler, _Log)]:
        logger.removeHandler(handler)
        handler.close()


class _Log(logging.Handler):
    """Opens the log file with the first entry, since `logging.handlers` takes 10 ms to import (sockets and pickle). If
    the file can't be opened, or there is no memory for it, the entry is dropped silently."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the entry. `logging` calls this on one thread at a time."""
        if self._file is None:
            from smtp_desktop.composition.log_file import LogFile  # noqa: PLC0415 - see above

            try:
                self._file = LogFile(self._path)
            except (OSError, ImportError, MemoryError):
                return
        self._file.handle(record)

    def close(self) -> None:
        """Closes the file."""
        if self._file:
            self._file.close()
        super().close()
