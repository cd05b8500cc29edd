"""Writers of formats."""

from collections.abc import Sequence
from typing import Protocol

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFormat


class FormatWriter(Protocol):
    """Writes one format. Opens the secrets that it is given: its files are what they were asked for."""

    @property
    def format(self) -> ProgramFormat: ...

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the files that describe these SMTPs, in their order. Never raises for what an SMTP holds: what the
        format has no words for is left out, and named."""
        ...
