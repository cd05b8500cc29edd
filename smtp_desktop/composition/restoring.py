"""The restore of a data folder, also of one whose database can't be opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smtp_desktop.composition.data_folder import DATABASE_FILE, RESTORE_LOCK_FILE, unusable_home
from smtp_desktop.domain.errors import StoreBusy
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.backup.restore import Restore
from smtp_desktop.services.ports import Clock, Events, Vault
from smtp_desktop.store.backup.exchange import finish_exchange, is_unfinished
from smtp_desktop.store.backup.home import SqliteHome
from smtp_desktop.vault.lock_file import exclusive_while
from smtp_desktop.vault.sealed_backup import SealedBackups


def restore_of(home: Path, *, vault: Vault, clock: Clock, events: Events) -> Restore:
    """Returns what restores backups in the data folder `home`, which must exist."""
    return Restore(
        home=SqliteHome(home / DATABASE_FILE),
        vault=vault,
        sealer=SealedBackups(),
        clock=clock,
        events=events,
        lock=lambda: restore_lock(home),
    )


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
