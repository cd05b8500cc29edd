"""The ports of backups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from smtp_desktop.domain.backups import BackupReason

if TYPE_CHECKING:
    from datetime import datetime

    from smtp_desktop.domain.backups import Backup, BackupCopy, DatabaseState
    from smtp_desktop.domain.cancel import Cancel
    from smtp_desktop.domain.secret import Secret, SecretRef
    from smtp_desktop.domain.setup import Setup

BackUp = Callable[[BackupReason], str]
"""Makes a backup before a change of that kind, and returns its name (`Backups.before`). Raises StoreError; then nothing
is to be changed."""

Progress = Callable[[float], None]
"""Is called with how much of the work is done, from 0 to 1, on the thread that works."""


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


class BackupSealer(Protocol):
    """Encrypts whole backups with a passphrase, and opens them. Slow on purpose. Safe from every thread."""

    def refuse_weak(self, passphrase: Secret) -> None:
        """Raises FieldErrors for a passphrase that is too easy to guess for a new file."""
        ...

    def write(
        self, target: BinaryIO, secrets: Mapping[SecretRef, Secret], content: Iterable[bytes], passphrase: Secret
    ) -> None:
        """Writes a file with these secrets and the content, which comes in pieces. Raises VaultError, and what `target`
        and `content` raise."""
        ...

    def is_sealed(self, source: BinaryIO) -> bool:
        """Whether the file begins as a sealed backup does. Goes back to its start."""
        ...

    def read(self, source: BinaryIO, passphrase: Secret) -> tuple[Mapping[SecretRef, Secret], Iterator[bytes]]:
        """Returns the secrets and the content, in pieces. Raises WrongPassphrase, SealedFileDamaged, SealedFileTooNew,
        VaultError; the pieces may raise SealedFileDamaged, too."""
        ...


class HomeStore(Protocol):
    """The database of the data folder, whatever state it is in. All may raise StoreError. Safe from every thread."""

    def backups(self) -> tuple[Backup, ...]:
        """Returns the backups in the data folder, the newest first."""
        ...

    def file_of(self, name: str) -> Path | None:
        """Returns the file of the backup of that name in the data folder; None where there is none."""
        ...

    def state(self) -> DatabaseState:
        """Returns what is there. Reads the whole file. Raises StoreTooNew, StoreBusy."""
        ...

    def copied(self, *, cancel: Cancel, on_progress: Progress) -> AbstractContextManager[BackupCopy]:
        """Gives a copy of the whole database for a `with` block, whose secrets are not erased meanwhile. Raises
        Cancelled."""
        ...

    def unpacked(
        self, content: Path | Iterable[bytes], *, cancel: Cancel, on_progress: Progress
    ) -> AbstractContextManager[BackupCopy]:
        """Gives a backup for a `with` block, which is a database file or the pieces of one: checked, and of the newest
        version. Raises BadBackup, StoreTooNew, Cancelled, and what the pieces raise."""
        ...

    def change_setup(
        self, change: Callable[[Setup, frozenset[SecretRef]], Setup], at: datetime
    ) -> tuple[Setup, Backup | None]:
        """Makes a backup, then makes SMTPs, activities and settings what `change` returns of what is stored and of the
        secrets that are sure to be there, in one transaction. Returns the setup, and the backup. Raises
        ChangedMeanwhile."""
        ...

    def announce_secret(self, ref: SecretRef) -> None:
        """Records in the database that is there that a secret is about to be written to `ref`."""
        ...

    def restore_all(
        self,
        copy: BackupCopy,
        change: Callable[[Setup], Setup] | None,
        new_secrets: Sequence[SecretRef],
        at: datetime,
    ) -> tuple[Setup, int, str]:
        """Puts the whole backup in the place of what is there, which is kept where it is damaged. `change` gives its
        SMTPs the places of their secrets, `new_secrets`; None where they are the same. Messages that waited end as
        unknown. Returns the setup, how many messages these were, and where the damaged database is."""
        ...
