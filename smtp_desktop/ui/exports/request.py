"""The choices of an export."""

from dataclasses import dataclass
from enum import StrEnum

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


FILE_ENDINGS = {ExportFormat.JSON: "json", ExportFormat.YAML: "yaml", ExportFormat.SEALED: "smtps"}
"""The usual endings of files, without a dot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """Write this. `passphrase` seals the file; it is None where nothing is sealed."""

    scope: Scope
    format: ExportFormat
    passphrase: Secret | None = None
