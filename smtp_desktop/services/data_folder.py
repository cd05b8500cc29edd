"""The data folder, as it is shown to the user."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class VaultKind(StrEnum):
    """Where new secrets are kept."""

    KEYRING = "keyring"  # of the system
    FILE = "file"  # encrypted, in the data folder
    MEMORY = "memory"  # gone when the program ends


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFolder:
    """The files in the data folder `home`. `schema` is the version of the database."""

    home: Path
    database: Path
    schema: int
    log: Path
    vault: VaultKind
