"""The restore of a data folder, also of one whose database can't be opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from smtp_desktop.composition.data_folder import DATABASE_FILE, RESTORE_LOCK_FILE, unusable_home
from smtp_desktop.composition.system_vault import system_vault
from smtp_desktop.domain.errors import StoreBusy
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.backup.restore import Restore
from smtp_desktop.services.ports import Events
from smtp_desktop.store.backup.exchange import finish_exchange, is_unfinished
from smtp_desktop.store.backup.home import SqliteHome
from smtp_desktop.vault.lock_file import exclusive_while
from smtp_desktop.vault.sealed_backup import SealedBackups


class _SystemClock:
    """This computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class HomeWithoutDatabase:
    """A data folder whose database need not be one that can be opened: what restores it, and its vault."""

    def __init__(self, home: Path, events: Events) -> None:
        """`home` must exist; `events` receives what happens."""
        self._vault = system_vault(home, events)
        self.restore = Restore(
            home=SqliteHome(home / DATABASE_FILE),
            vault=self._vault,
            sealer=SealedBackups(),
            clock=_SystemClock(),
            events=events,
            lock=lambda: restore_lock(home),
        )

    def unlock(self, master: Secret) -> None:
        """Opens the vault with its master password. Raises VaultError."""
        self._vault.unlock(master)


@contextmanager
def restore_lock(home: Path) -> Iterator[None]:
    """Keeps every other process from opening the database, and finishes what a killed one had begun. Raises StoreBusy
    where another one restores."""
    try:
        with exclusive_while(home / RESTORE_LOCK_FILE, lambda: False) as is_held:
            if not is_held:
                raise StoreBusy(msg("A backup is being restored in this data folder. Try again in a moment."))
            database = home / DATABASE_FILE
            if is_unfinished(database):
                finish_exchange(database)
            yield
    except OSError as error:
        raise unusable_home(home, error) from error


def finish_restore(home: Path) -> None:
    """Finishes the restore that a killed process had begun. Raises StoreBusy where one is going on."""
    with restore_lock(home):
        pass
