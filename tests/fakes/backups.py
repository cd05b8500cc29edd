"""Small backups in memory."""

from collections.abc import Sequence
from datetime import datetime

from smtp_desktop.domain.backups import Backup, BackupReason
from smtp_desktop.domain.errors import StoreError


class MemoryBackups:
    """Set `failure` to make every call raise it, `is_empty` where there is nothing to back up, and `is_changed` to
    False where nothing changed."""

    def __init__(self, *backups: Backup) -> None:
        self.failure: StoreError | None = None
        self.is_empty = False
        self.is_changed = True
        self.backups = list(backups)

    def make(self, reason: BackupReason, at: datetime, *, only_if_changed: bool = False) -> Backup | None:
        if self.failure:
            raise self.failure
        if self.is_empty or (only_if_changed and not self.is_changed):
            return None
        made = backup(reason, at, name=f"{len(self.backups)}-{reason}")
        self.backups.append(made)
        return made

    def all(self) -> tuple[Backup, ...]:
        if self.failure:
            raise self.failure
        return tuple(sorted(self.backups, key=lambda one: one.made_at, reverse=True))

    def drop(self, names: Sequence[str]) -> None:
        self.backups = [one for one in self.backups if one.name not in names]


def backup(reason: BackupReason | None, at: datetime, *, name: str = "") -> Backup:
    """Returns a backup with two SMTPs and one activity."""
    return Backup(
        name=name or f"{at:%Y%m%d-%H%M%S}-{reason}",
        made_at=at,
        reason=reason,
        smtps=2,
        activities=1,
        size_bytes=100_000,
    )
