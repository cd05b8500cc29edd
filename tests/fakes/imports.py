"""An import that finds what a test says, and notes what it is asked for."""

from collections.abc import Callable, Mapping, Sequence

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.imports.preview import ImportChoice, ImportPreview
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.imports.found import Imported


class FakeImports:
    """`find` is called with the files and the passphrase; `ran` are the choices of each run."""

    def __init__(self, find: Callable[[Sequence[SourceFile], Secret | None], ImportPreview]) -> None:
        self.find = find
        self.ran: list[Mapping[int, ImportChoice]] = []
        self.outcome: Callable[[], Imported] = Imported

    def look(self, files: Sequence[SourceFile], passphrase: Secret | None = None) -> ImportPreview:
        return self.find(files, passphrase)

    def run(self, preview: ImportPreview, choices: Mapping[int, ImportChoice], cancel: Cancel) -> Imported:
        self.ran.append(choices)
        return self.outcome()
