"""Ports of the import, and the seam to the files of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from smtp_desktop.domain.imports.found import Source
from smtp_desktop.domain.imports.preview import ImportAction, ImportRow
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField


class FormatReaders(Protocol):
    """Reads other programs' files. Never raises for what is in a file: what can't be read is named in the sources.
    Takes time with large files: not for the GUI thread."""

    def read(self, files: Sequence[SourceFile]) -> Sequence[Source]:
        """Returns what the files say, those that belong together as one source, in the order of the files."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFinding:
    """What a file of ours says: its source, and its rows, numbered from 0. `uncompared` is whether a stored secret
    could not be compared, since the vault is locked."""

    source: Source
    rows: tuple[ImportRow, ...]
    uncompared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRow:
    """A row that is imported, but not skipped. `profile_id` is that of its SMTP, which `refs` are the places of new
    secrets of: they are in the vault by then."""

    row: ImportRow
    action: ImportAction
    profile_id: ProfileId
    refs: Mapping[SecretField, SecretRef]


class OwnFiles(Protocol):
    """The files of ours, sealed or not."""

    def recognizes(self, file: SourceFile) -> bool:
        """Whether it is a file of ours, by its content."""
        ...

    def look(self, file: SourceFile, setup: Setup, passphrase: Secret | None) -> OwnFinding:
        """Returns what the file says, compared with what is stored. Raises an SmtpDesktopError where a passphrase is
        needed or wrong."""
        ...

    def merge(self, chosen: Sequence[ChosenRow], setup: Setup, tags: Sequence[str]) -> Setup:
        """Returns the setup with these rows, which all are of files of ours; the SMTPs get `tags` as well. Raises
        FieldErrors, ChangedMeanwhile."""
        ...
