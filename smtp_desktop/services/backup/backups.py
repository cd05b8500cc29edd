"""Backups that the program makes by itself: before whatever changes several SMTPs or activities, and once a day."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from smtp_desktop.domain.backups import Backup, BackupReason, DatabaseState, outdated
from smtp_desktop.domain.errors import SmtpDesktopError, StoreDamaged
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.backup.ports import BackupStore
from smtp_desktop.services.ports import Clock

_DAY = timedelta(days=1)


class Backups:
    """Makes, lists and drops backups. Any call may block on the disk and the keyring. Safe from every thread."""

    def __init__(
        self,
        *,
        store: BackupStore,
        clock: Clock,
        erase_unkept: Callable[[], SmtpDesktopError | None],
        state: Callable[[], DatabaseState] = lambda: DatabaseState.SOUND,
    ) -> None:
        """`erase_unkept` erases the secrets that nothing names and no backup keeps any longer; it never raises, and
        returns what prevented that. `state` reads the whole database, and raises StoreError."""
        self._store = store
        self._clock = clock
        self._erase_unkept = erase_unkept
        self._state = state
        self._sound_at: datetime | None = None
        self._lock = threading.Lock()

    def before(self, reason: BackupReason) -> str:
        """Makes a backup of SMTPs, activities and settings as they are, and returns its name; "" where there are none.
        Call it right before a change of that kind. Raises StoreError; then nothing may be changed."""
        with self._lock:
            made = self._store.make(reason, self._clock.now())
            if made is None:
                return ""
            self._drop_outdated()
            return made.name

    def daily(self) -> Backup | None:
        """Makes the daily backup, if the last backup of any kind is a day old and anything has changed since. Returns
        it. Raises StoreError, and StoreDamaged where the database is damaged, wherever that is."""
        with self._lock:
            now = self._clock.now()
            if any(now - one.made_at < _DAY for one in self._store.all() if one.is_dropped_in_time):
                return None
            self._refuse_damaged(now)
            made = self._store.make(BackupReason.DAILY, now, only_if_changed=True)
            self._drop_outdated()
            return made

    def _refuse_damaged(self, now: datetime) -> None:
        """Raises StoreDamaged where the database is damaged. Looks once a day: it reads all of it."""
        if self._sound_at is not None and now - self._sound_at < _DAY:
            return
        if self._state() is DatabaseState.DAMAGED:
            raise StoreDamaged(msg("The database is damaged."))
        self._sound_at = now

    def all(self) -> tuple[Backup, ...]:
        """Returns all backups in the data folder, the newest first, but whole ones, which are where the user put them.
        Raises StoreError."""
        return self._store.all()

    def drop_all(self) -> Sequence[str]:
        """Deletes all backups that the program made, but copies from before an upgrade. Returns their names. Raises
        StoreError, and VaultError where the secrets that only they needed can't be erased; a later call does that."""
        with self._lock:
            names = [one.name for one in self._store.all() if one.is_dropped_in_time]
            self._store.drop(names)
            problem = self._erase_unkept()
        if problem:
            raise problem
        return names

    def _drop_outdated(self) -> None:
        self._store.drop([one.name for one in outdated(self._store.all(), self._clock.now())])
        self._erase_unkept()
