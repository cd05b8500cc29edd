"""The program's log file: rotating, for its owner's eyes only, with secrets masked."""

import io
import logging
import os
import re
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from smtp_desktop.domain.secret import MASK

_FILE_NAME = "smtp-desktop.log"
_FILE_SIZE_BYTES = 1_000_000
_OLD_FILES = 4  # five in all
_OURS = "smtp_desktop"
# Without a handler of their own these would write their warnings to the terminal, unmasked.
_QUIET = ("keyring", "mail", "msal", "requests", "urllib3")

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


def start_logging(folder: Path, level: int) -> Path:
    """This program's log goes to a file in `folder`, from `level` on; returns its path. Raises OSError.

    A second call closes the first one's file. Nothing is set for the whole process but this program's own logger.
    """
    stop_logging()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _FILE_NAME
    handler = _PrivateFile(path, maxBytes=_FILE_SIZE_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
    handler.setFormatter(_Masking())
    logger = logging.getLogger(_OURS)
    logger.setLevel(level)
    logger.addHandler(handler)
    for name in _QUIET:
        library = logging.getLogger(name)
        if not library.handlers:
            library.addHandler(logging.NullHandler())
    return path


def stop_logging() -> None:
    """The log file is closed; what is logged later goes nowhere."""
    logger = logging.getLogger(_OURS)
    for handler in [handler for handler in logger.handlers if isinstance(handler, _PrivateFile)]:
        logger.removeHandler(handler)
        handler.close()


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


class _PrivateFile(RotatingFileHandler):
    """A file with mode 0600. Trouble with it stops nothing and prints nothing: the entry is lost."""

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
    return os.open(path, flags, 0o600)
