"""The ports of backups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from smtp_desktop.domain.backups import BackupReason

if TYPE_CHECKING:
    from datetime import datetime

    from smtp_desktop.domain.backups import Backup

BackUp = Callable[[BackupReason], None]
"""Makes a backup before a change of that kind (`Backups.before`). Raises StoreError; then nothing is to be changed."""


class BackupStore(Protocol):
    """Keeps small backups: of SMTPs, activities and settings, in the data folder. All may raise StoreError. Safe from
    every thread."""

    def make(self, reason: BackupReason, at: datetime, *, only_if_changed: bool = False) -> Backup | None:
        """Makes a backup of what is stored now, and keeps the secrets that it names from being erased; None where there
        are neither SMTPs nor activities, or with `only_if_changed` none that changed since the last backup."""
        ...

    def all(self) -> tuple[Backup, ...]:
        """Returns all backups, the newest first."""
        ...

    def drop(self, names: Sequence[str]) -> None:
        """Deletes these backups and lets go of their secrets; of those as well whose files somebody else deleted."""
        ...
