"""The choices of an export."""

from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.declared.other_programs import ProgramFormat
from smtp_desktop.domain.secret import Secret


class Scope(StrEnum):
    """What is exported."""

    ALL = "all"
    """All SMTPs, activities and settings."""
    SMTPS = "smtps"
    """All SMTPs alone."""
    SELECTED = "selected"
    """The selected SMTPs."""


class ExportFormat(StrEnum):
    """What is written. Those of this program come first."""

    JSON = "json"
    YAML = "yaml"
    SEALED = "sealed"
    MSMTP = "msmtp"
    POSTFIX = "postfix"
    ENV = "env"
    URL = "url"

    @property
    def program(self) -> ProgramFormat | None:
        """The format of another program; None where it is of this one."""
        return ProgramFormat(self.value) if self.value in set(ProgramFormat) else None


FILE_NAMES = {
    ExportFormat.JSON: "smtps.json",
    ExportFormat.YAML: "smtps.yaml",
    ExportFormat.SEALED: "smtps.sealed",
    ExportFormat.MSMTP: "msmtprc",
    ExportFormat.POSTFIX: "postfix-export",
    ExportFormat.ENV: "smtp.env",
    ExportFormat.URL: "smtp-urls.txt",
}
"""The proposed names; that of Postfix is of a new folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """Write this. `passphrase` seals the file; it is None where nothing is sealed. `with_passwords` is about files of
    other programs, in which they are readable."""

    scope: Scope
    format: ExportFormat
    passphrase: Secret | None = None
    with_passwords: bool = False
