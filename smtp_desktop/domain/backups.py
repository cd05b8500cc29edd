"""Backups of SMTPs, activities and settings, and of the whole data folder: why there is one, and what it holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.setup import Setup


class BackupReason(StrEnum):
    """Why a backup was made without being asked for: right before one of these, or once a day."""

    IMPORT = "import"
    APPLY = "apply"
    EDIT = "edit"  # of several SMTPs or activities
    PASSWORD = "password"  # noqa: S105 - of several SMTPs, replaced
    DELETE = "delete"  # of several SMTPs or activities
    RESTORE = "restore"
    DAILY = "daily"
    UPGRADE = "upgrade"  # of the database, to a newer version


class DatabaseState(StrEnum):
    """What is there to be restored: only into a sound database are SMTPs, activities and settings restored alone."""

    SOUND = "sound"
    EMPTY = "empty"  # sound, but without SMTPs, activities and messages
    DAMAGED = "damaged"
    MISSING = "missing"


_WORDS = {
    BackupReason.IMPORT: msg("Before an import"),
    BackupReason.APPLY: msg("Before a file was applied"),
    BackupReason.EDIT: msg("Before several were changed"),
    BackupReason.PASSWORD: msg("Before passwords were replaced"),
    BackupReason.DELETE: msg("Before several were deleted"),
    BackupReason.RESTORE: msg("Before a restore"),
    BackupReason.DAILY: msg("Daily"),
    BackupReason.UPGRADE: msg("Before an upgrade of the database"),
}

MOST_OTHERS, MOST_DAILY = 20, 7
LONGEST_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup in the data folder. `name` is that of its file, and what the user names it by. `reason` is None for a
    file that somebody else put there; `problem` says why it can't be restored, where that is so."""

    name: str
    made_at: datetime
    reason: BackupReason | None
    smtps: int
    activities: int
    size_bytes: int
    problem: MessageText | None = None

    @property
    def words(self) -> MessageText:
        """Why it was made, in a few words."""
        return _WORDS[self.reason] if self.reason else msg("A file of yours")

    @property
    def is_dropped_in_time(self) -> bool:
        """Whether the program drops it automatically, once there are enough newer ones, or it is old."""
        return self.reason not in {None, BackupReason.UPGRADE}


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeBackup:
    """A whole backup that was written. `without_secret` names the SMTPs of which a secret was not in the vault."""

    smtps: int
    activities: int
    messages: int
    size_bytes: int
    without_secret: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCopy:
    """A backup that is unpacked to be restored: a database of the newest version at `path`, with `setup` in it."""

    path: Path
    setup: Setup
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The outcome of a restore: of SMTPs, activities and settings, or of the `whole` database. `messages` waited when
    the backup was made, and may have been sent since. `needs_secret` and `needs_sign_in` name SMTPs. `damaged` is where
    the damaged database was kept; "" where there was none. `backup` is the name of the one that was made before."""

    whole: bool
    smtps: int
    activities: int
    messages: int = 0
    needs_secret: tuple[str, ...] = ()
    needs_sign_in: tuple[str, ...] = ()
    damaged: str = ""
    backup: str = ""


def outdated(backups: tuple[Backup, ...], now: datetime) -> tuple[Backup, ...]:
    """Returns those that are to be dropped: all but the last 20, and the last 7 daily ones, and what is older than 90
    days."""
    ours = sorted((one for one in backups if one.is_dropped_in_time), key=lambda one: one.made_at, reverse=True)
    daily = [one for one in ours if one.reason is BackupReason.DAILY]
    others = [one for one in ours if one.reason is not BackupReason.DAILY]
    kept = {one.name for one in (*daily[:MOST_DAILY], *others[:MOST_OTHERS]) if now - one.made_at <= LONGEST_KEPT}
    return tuple(one for one in ours if one.name not in kept)
