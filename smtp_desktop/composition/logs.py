"""The log file: rotating, for its owner's eyes only, with secrets masked."""

import io
import logging
import os
import re
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from smtp_desktop.domain.secret import MASK

_FILE_SIZE_BYTES = 1_000_000
_OLD_FILES = 4  # five in all

_MECHANISM = r"(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|SCRAM-[A-Z0-9-]+|XOAUTH2|OAUTHBEARER|NTLM|GSSAPI|EXTERNAL)"
_SENSITIVE = (
    r"(?:pass(?:word|wd|phrase|code)?|pwd|(?:client[_-]?)?secret|api[_-]?key|assertion"
    r"|(?:access|refresh|id|bearer)?[_-]?token)"
)
_MASKED = tuple(
    (re.compile(pattern, re.IGNORECASE), rf"\g<kept>{MASK}")
    for pattern in (
        # What follows AUTH and its mechanism (RFC 4954 4); a list of mechanisms, as in EHLO's reply, stays.
        rf"(?P<kept>\bAUTH[ \t]+{_MECHANISM}[ \t]+)(?!{_MECHANISM}(?:\s|$))[^\s'\"\\]+",
        r"(?P<kept>\bauthorization['\"]?\s*[:=]\s*['\"]?\w+\s+)[^\s'\"]+",
        r"(?P<kept>\bbearer\s+)[\w.~+/-]{8,}=*",
        rf"(?P<kept>(?<![a-z]){_SENSITIVE}['\"]?\s*[:=]\s*)(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&)\]}}]+)",
    )
)


def masked(line: str) -> str:
    """Returns `line` without what looks like a secret: the rest of an AUTH command, tokens, password=…"""
    for pattern, replacement in _MASKED:
        line = pattern.sub(replacement, line)
    return line


class _Masking(logging.Formatter):
    """Masks the whole entry, a traceback's text too."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(levelname)s %(process)d %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S"
        )

    def format(self, record: logging.LogRecord) -> str:
        # Indented, so that no text from outside can pass for an entry of its own.
        return "\n    ".join(masked(super().format(record)).splitlines())


class LogFile(RotatingFileHandler):
    """A file with mode 0600. Trouble with it stops nothing and prints nothing: the entry is lost."""

    def __init__(self, path: Path) -> None:
        """Entries are added to `path`. Raises OSError."""
        super().__init__(path, maxBytes=_FILE_SIZE_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
        self.setFormatter(_Masking())

    def _open(self) -> io.TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, errors="replace", opener=_private)

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        try:
            super().doRollover()
        except OSError:
            # Another process has the file open (Windows): write on, and try again with the next entry.
            if self.stream is None:
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Keeps silent: logging would print the entry unmasked."""


def _private(path: str, flags: int) -> int:
    """Opens `path`, made for its owner only where it is made."""
    return os.open(path, flags, 0o600)


_OURS = "smtp_desktop"
# Without a handler of their own these would write their warnings to the terminal, unmasked.
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
