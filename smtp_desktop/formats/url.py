"""URLs of mail servers, one a line: smtp://user:password@host:587."""

from collections.abc import Sequence

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Source, Unreadable
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.values import SmtpParts, smtp_of

_SCHEMES = ("smtp://", "smtps://", "submission://", "submissions://")


class UrlReader:
    """Reads lines that are URLs; blank lines and lines that begin with # are left out."""

    format = ImportFormat.URL

    def recognizes(self, file: TextFile) -> bool:
        """Whether the first line that says something is a URL."""
        return next((_is_url(line) for line in file.lines if _says_something(line)), False)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        results = [
            smtp_of(SmtpParts(host=line.strip()), source_format=self.format, file=file.path, line=number)
            for number, line in enumerate(file.lines, 1)
            if _says_something(line)
        ]
        return Source(
            format=self.format,
            files=(file.path,),
            found=[one for one in results if isinstance(one, FoundSmtp)],
            unreadable=[one for one in results if isinstance(one, Unreadable)],
        )


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _is_url(line: str) -> bool:
    return line.strip().lower().startswith(_SCHEMES)
