"""Backups that the program makes by itself: before whatever changes several SMTPs or activities, and once a day."""

import threading
from collections.abc import Callable
from datetime import timedelta

from smtp_desktop.domain.backups import Backup, BackupReason, outdated
from smtp_desktop.services.backup.ports import BackupStore
from smtp_desktop.services.ports import Clock

_DAY = timedelta(days=1)


class Backups:
    """Makes, lists and drops backups. Any call may block on the disk and the keyring. Safe from every thread."""

    def __init__(self, *, store: BackupStore, clock: Clock, erase_unkept: Callable[[], object]) -> None:
        """`erase_unkept` erases the secrets that nothing names and no backup keeps any longer; it never raises."""
        self._store = store
        self._clock = clock
        self._erase_unkept = erase_unkept
        self._lock = threading.Lock()

    def before(self, reason: BackupReason) -> None:
        """Makes a backup of SMTPs, activities and settings as they are, unless there are none; call it right before a
        change of that kind. Raises StoreError; then nothing may be changed."""
        with self._lock:
            if self._store.make(reason, self._clock.now()):
                self._drop_outdated()

    def daily(self) -> Backup | None:
        """Makes the daily backup, if the last backup of any kind is a day old and anything has changed since. Returns
        it. Raises StoreError."""
        with self._lock:
            now = self._clock.now()
            if any(now - one.made_at < _DAY for one in self._store.all() if one.is_dropped_in_time):
                return None
            made = self._store.make(BackupReason.DAILY, now, only_if_changed=True)
            self._drop_outdated()
            return made

    def all(self) -> tuple[Backup, ...]:
        """Returns all backups in the data folder, the newest first, but whole ones, which are where the user put them.
        Raises StoreError."""
        return self._store.all()

    def _drop_outdated(self) -> None:
        self._store.drop([one.name for one in outdated(self._store.all(), self._clock.now())])
        self._erase_unkept()
