"""Ports of the import."""

from collections.abc import Sequence
from typing import Protocol

from smtp_desktop.domain.imports.found import Source
from smtp_desktop.domain.imports.source_file import SourceFile


class FormatReaders(Protocol):
    """Reads other programs' files. Never raises for what is in a file: what can't be read is named in the sources.
    Takes time with large files: not for the GUI thread."""

    def read(self, files: Sequence[SourceFile]) -> Sequence[Source]:
        """Returns what the files say, those that belong together as one source, in the order of the files."""
        ...
