"""Documents about backups."""

from typing import Annotated, TypedDict

from smtp_desktop.cli.contract.common import Time
from smtp_desktop.domain.backups import BackupReason


class WrittenBackup(TypedDict):
    """A backup of everything."""

    file: Annotated[str, "Its path"]
    smtps: Annotated[int, "How many"]
    activities: Annotated[int, "How many"]
    messages: Annotated[int, "How many"]
    size_bytes: Annotated[int, "Of the file"]
    without_secret: Annotated[list[str], "SMTPs of which a secret was not in the vault"]


class ListedBackup(TypedDict):
    """A backup in the data folder."""

    name: Annotated[str, "What `restore` takes"]
    made_at: Annotated[Time, "When it was made"]
    reason: Annotated[BackupReason | None, "Why the program made it; null for a file that somebody put there"]
    smtps: Annotated[int, "How many"]
    activities: Annotated[int, "How many"]
    size_bytes: Annotated[int, "Of the file"]
    problem: Annotated[str | None, "Why it can't be restored; null where it can"]


class DeletedBackups(TypedDict):
    """Backups that were deleted."""

    deleted: Annotated[list[str], "Their names"]


class RestoredBackup(TypedDict):
    """What was restored."""

    restored: Annotated[str, "The backup, as it was named"]
    whole: Annotated[
        bool, "Whether everything came back; else SMTPs, activities and settings, and messages are as they were"
    ]
    smtps: Annotated[int, "How many there are now"]
    activities: Annotated[int, "How many there are now"]
    messages: Annotated[int, "How many had been waiting, and may have been sent since: they are `unknown` now"]
    needs_secret: Annotated[list[str], "SMTPs of which a secret has to be entered again"]
    needs_sign_in: Annotated[list[str], "SMTPs for which somebody has to sign in"]
    damaged: Annotated[str | None, "Where the damaged database is kept; null where there was none"]
    backup: Annotated[str | None, "The backup of what there was before; null where there was nothing"]
