"""The rotating log file, readable by its owner only, with secrets redacted. `logs` imports it for the first entry."""

import io
import logging
import re
import time
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from smtp_desktop.composition.data_folder import open_private
from smtp_desktop.domain.secret import REDACTED

_FILE_SIZE_BYTES = 1_000_000
_OLD_FILES = 4  # five in all

_MECHANISM = r"(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|SCRAM-[A-Z0-9-]+|XOAUTH2|OAUTHBEARER|NTLM|GSSAPI|EXTERNAL)"
_SENSITIVE = (
    r"(?:pass(?:word|wd|phrase|code)?|pwd|(?:client[_-]?)?secret|api[_-]?key|assertion"
    r"|(?:access|refresh|id|bearer)?[_-]?token)"
)
_SECRETS = tuple(
    (re.compile(pattern, re.IGNORECASE), rf"\g<kept>{REDACTED}")
    for pattern in (
        # What follows AUTH and its mechanism (RFC 4954 4); a list of mechanisms, as in EHLO's reply, stays.
        rf"(?P<kept>\bAUTH[ \t]+{_MECHANISM}[ \t]+)(?!{_MECHANISM}(?:\s|$))[^\s'\"\\]+",
        r"(?P<kept>\bauthorization['\"]?\s*[:=]\s*['\"]?\w+\s+)[^\s'\"]+",
        r"(?P<kept>\bbearer\s+)[\w.~+/-]{8,}=*",
        rf"(?P<kept>(?<![a-z]){_SENSITIVE}['\"]?\s*[:=]\s*)(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&)\]}}]+)",
    )
)


def redacted(line: str) -> str:
    """Returns `line` without what looks like a secret: the rest of an AUTH command, tokens, password=…"""
    for pattern, replacement in _SECRETS:
        line = pattern.sub(replacement, line)
    return line


class _RedactingFormatter(logging.Formatter):
    """Redacts the whole entry, including a traceback."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(levelname)s %(process)d %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S"
        )

    def format(self, record: logging.LogRecord) -> str:
        # Indented, so that text from outside can't forge an entry.
        return "\n    ".join(redacted(super().format(record)).splitlines())


class LogFile(RotatingFileHandler):
    """A rotating log file with mode 0600. An entry that can't be written is dropped silently."""

    def __init__(self, path: Path) -> None:
        """Opens `path` for appending. Raises OSError."""
        super().__init__(path, maxBytes=_FILE_SIZE_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
        self.setFormatter(_RedactingFormatter())

    def _open(self) -> io.TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, errors="replace", opener=open_private)

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        try:
            super().doRollover()
        except OSError:
            # Another process has the file open (Windows): go on with this file, and try again with the next entry.
            if self.stream is None:
                self.stream = self._open()

    def close(self) -> None:
        """Closes the file, also where its last entries can't be written: the disk may be full."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Does nothing: `logging` would print the unredacted entry."""
