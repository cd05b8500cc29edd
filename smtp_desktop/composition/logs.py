"""The program's log: started and stopped as a whole."""

import logging
from pathlib import Path

_OURS = "smtp_desktop"
# Without a handler of their own these would write their warnings to the terminal, unredacted.
_QUIET = ("keyring", "mail", "msal", "requests", "urllib3")


def start_logging(path: Path, level: int) -> None:
    """Writes this program's log into the file `path`, from `level` on.

    A second call closes the first one's file. Nothing is set for the whole process but this program's own logger.
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
    """Closes the log file; what is logged later goes nowhere."""
    logger = logging.getLogger(_OURS)
    for handler in [handler for handler in logger.handlers if isinstance(handler, _Log)]:
        logger.removeHandler(handler)
        handler.close()


class _Log(logging.Handler):
    """Opens the file with the first entry: what rotates it loads sockets and pickle, 10 ms that a start can do without.
    Trouble with it stops nothing and prints nothing: the entry is lost."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """The entry is in the file. One thread at a time comes here: `logging` sees to that."""
        if self._file is None:
            from smtp_desktop.composition.log_file import LogFile  # noqa: PLC0415 - see above

            try:
                self._file = LogFile(self._path)
            except OSError:
                return
        self._file.handle(record)

    def close(self) -> None:
        """The file is closed."""
        if self._file:
            self._file.close()
        super().close()
