"""Ports of exports: sealing files with a passphrase, and writing files for other programs."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFormat
from smtp_desktop.domain.secret import Secret


class Sealer(Protocol):
    """Encrypts files with a passphrase, and opens them. Slow on purpose: not for the GUI thread. Safe from every
    thread."""

    def seal(self, document: Mapping[str, object], passphrase: Secret) -> bytes:
        """Returns a file that holds the document as JSON, with each Secret in it as its text. Raises FieldErrors for
        a `passphrase` that is too easy to guess, and VaultError where this system can't encrypt."""
        ...

    def is_sealed(self, content: bytes) -> bool:
        """Whether the content begins as a sealed file does. Quick."""
        ...

    def unseal(self, content: bytes, passphrase: Secret) -> str:
        """Returns the JSON in a file. Raises WrongPassphrase, SealedFileDamaged, SealedFileTooNew, VaultError."""
        ...

    def proposed_passphrase(self) -> str:
        """Returns a new random passphrase, to be shown and written down."""
        ...


class ProgramWriters(Protocol):
    """Writes files for other programs, as text. Opens the secrets that it is given."""

    def write(self, smtps: Sequence[ExportedSmtp], program_format: ProgramFormat) -> ProgramExport:
        """Returns the files that describe these SMTPs, and what the format has no words for."""
        ...
