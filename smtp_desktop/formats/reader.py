"""Readers of formats, and the text that they read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Protocol

from smtp_desktop.domain.imports.found import ImportFormat, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """The text of a file, with line feeds alone as line ends."""

    path: str
    text: str = field(repr=False)

    @property
    def name(self) -> str:
        """Its name without folders, in lower case."""
        return PurePath(self.path.replace("\\", "/")).name.lower()

    @property
    def lines(self) -> list[str]:
        """Its lines; the first has number 1. Not by `splitlines`, which also splits at form feeds and the like."""
        return self.text.split("\n")


class FormatReader(Protocol):
    """Reads one format. Neither call raises for what is in a file, nor takes more than linear time."""

    @property
    def format(self) -> ImportFormat: ...

    def recognizes(self, file: TextFile) -> bool:
        """Whether the file is of this format, by its name or by what only this format says."""
        ...

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns what the files say, which are all that it recognizes. Files that belong together are one source."""
        ...
