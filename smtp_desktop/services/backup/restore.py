"""The restore: SMTPs, activities and settings become those of a backup; where the database is damaged, missing or
empty, everything comes back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from smtp_desktop.domain.backups import Backup, BackupCopy, DatabaseState, Restored
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import WEBHOOK_REF_KEY
from smtp_desktop.domain.errors import NoInput, SmtpDesktopError, StoreDamaged, VaultError, WrongPassphrase
from smtp_desktop.domain.events import SetupChanged
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.services.backup.ports import BackupSealer, HomeStore, Progress
from smtp_desktop.services.backup.restored_setup import Places, restored_setup, signed_out, without_secrets
from smtp_desktop.services.backup.whole_backups import refuse_canceled
from smtp_desktop.services.ports import Clock, Events, Vault

Lock = Callable[[], AbstractContextManager[None]]
"""Keeps every other process from opening the database during a block. Raises StoreBusy where one restores already."""

_NO_SECRETS: Mapping[SecretRef, Secret] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unpacked:
    """A backup that is unpacked. `secrets` are those that a sealed one holds by their places there, else None."""

    copy: BackupCopy
    secrets: Mapping[SecretRef, Secret] | None


class Restore:
    """Restores backups of the data folder, and whole ones in other places. Needs no database that can be opened. Blocks
    on the disk and the keyring, and takes a while."""

    def __init__(
        self, *, home: HomeStore, vault: Vault, sealer: BackupSealer, clock: Clock, events: Events, lock: Lock
    ) -> None:
        self._home = home
        self._vault = vault
        self._sealer = sealer
        self._clock = clock
        self._events = events
        self._lock = lock

    def all(self) -> tuple[Backup, ...]:
        """Returns the backups in the data folder, the newest first. Raises StoreError."""
        return self._home.backups()

    def state(self) -> DatabaseState:
        """Returns what a restore would meet. Reads the whole database. Raises StoreError."""
        return self._home.state()

    def needs_passphrase(self, source: str) -> bool:
        """Whether the backup, a name in the data folder or the path of a file, is sealed. Raises NoInput."""
        with _opened(self._file(source)) as file:
            return self._sealer.is_sealed(file)

    def run(
        self,
        source: str,
        passphrase: Secret | None = None,
        *,
        everything: bool = False,
        cancel: Cancel | None = None,
        on_progress: Progress = lambda _done: None,
    ) -> Restored:
        """Restores the backup `source`, a name in the data folder or the path of a file, and publishes SetupChanged.
        In a sound database SMTPs, activities and settings become those of the backup, in one transaction and after a
        backup of the present ones; messages stay as they are. Else, or where `everything` is wanted, all comes back.

        Raises NoInput, WrongPassphrase, SealedFileDamaged, SealedFileTooNew, BadBackup, StoreError, VaultError,
        ChangedMeanwhile, Cancelled; then nothing was restored.
        """
        stop = cancel or Cancel()
        file = self._file(source)
        with self._unpacked(file, passphrase, stop, on_progress) as unpacked:
            in_place = not everything and self._home.state() is DatabaseState.SOUND
            refuse_canceled(stop)
            on_progress(1.0)  # from here on it is not stopped any more
            restored = (in_place and self._restore_setup_if_sound(unpacked)) or self._restore_all(unpacked)
        self._events.publish(SetupChanged())
        return restored

    def _file(self, source: str) -> Path:
        found = self._home.file_of(source) or Path(source).expanduser()
        if found.is_file():
            return found
        raise NoInput(msg("There is no backup and no file named {name}.", name=source))

    @contextmanager
    def _unpacked(
        self, file: Path, passphrase: Secret | None, cancel: Cancel, on_progress: Progress
    ) -> Iterator[_Unpacked]:
        with _opened(file) as sealed:
            if not self._sealer.is_sealed(sealed):
                with self._home.unpacked(file, cancel=cancel, on_progress=on_progress) as copy:
                    yield _Unpacked(copy=copy, secrets=None)
                return
            if passphrase is None:
                raise WrongPassphrase(msg("The backup is sealed. Enter its passphrase."))
            secrets, pieces = self._sealer.read(sealed, passphrase)
            total = max(file.stat().st_size, 1)

            def counted() -> Iterator[bytes]:
                done = 0
                for piece in pieces:
                    yield piece
                    done += len(piece)
                    on_progress(min(done / total, 1.0))

            with self._home.unpacked(counted(), cancel=cancel, on_progress=on_progress) as copy:
                yield _Unpacked(copy=copy, secrets=secrets)

    def _restore_setup_if_sound(self, unpacked: _Unpacked) -> Restored | None:
        """Returns None where the database proves to be damaged in a place that a check of it does not see."""
        try:
            return self._restore_setup(unpacked)
        except StoreDamaged:
            return None

    def _restore_setup(self, unpacked: _Unpacked) -> Restored:
        backup = unpacked.copy.setup
        new = self._put(backup, unpacked.secrets or _NO_SECRETS, announce=self._home.announce_secret)
        after, made = self._home.change_setup(
            lambda present, usable: restored_setup(backup, present, Places(usable=usable, new=new)),
            self._clock.now(),
        )
        return Restored(
            whole=False,
            smtps=len(after.profiles),
            activities=len(after.activities),
            needs_secret=without_secrets(backup, after),
            needs_sign_in=signed_out(after),
            backup=made.name if made else "",
        )

    def _restore_all(self, unpacked: _Unpacked) -> Restored:
        backup, secrets = unpacked.copy.setup, unpacked.secrets
        new = self._put(backup, secrets or _NO_SECRETS, announce=lambda _ref: None)

        def with_new_places(present: Setup) -> Setup:
            # As if none of it was there: nobody is signed in where the tokens are not.
            return restored_setup(present, Setup(preferences=present.preferences), Places(new=new))

        change = None if secrets is None else with_new_places
        try:
            with self._lock():
                after, messages, damaged = self._home.restore_all(
                    unpacked.copy, change, tuple(new.values()), self._clock.now()
                )
        except SmtpDesktopError:
            self._take_back(new)
            raise
        return Restored(
            whole=True,
            smtps=len(after.profiles),
            activities=len(after.activities),
            messages=messages,
            needs_secret=without_secrets(backup, after),
            needs_sign_in=signed_out(after),
            damaged=damaged,
        )

    def _put(
        self, backup: Setup, secrets: Mapping[SecretRef, Secret], *, announce: Callable[[SecretRef], None]
    ) -> dict[SecretRef, SecretRef]:
        """Puts the secrets of a sealed backup into the vault, which may be another one than they came from. Returns
        their new places by those of before."""
        new: dict[SecretRef, SecretRef] = {}
        owners = [(ref, one.id, field) for one in backup.profiles for field, ref in one.secret_refs.items()]
        webhook = backup.preferences.get(WEBHOOK_REF_KEY)
        try:
            for ref, owner, field in [*owners, *([(SecretRef(webhook), "alerts", "webhook")] if webhook else [])]:
                if ref in secrets and ref not in new:
                    place = self._vault.new_ref(owner, field)
                    announce(place)
                    new[ref] = place
                    self._vault.put(place, secrets[ref])
        except VaultError:
            self._take_back(new)
            raise
        return new

    def _take_back(self, new: Mapping[SecretRef, SecretRef]) -> None:
        """Erases secrets that nothing names."""
        try:
            for ref in new.values():
                self._vault.erase(ref)
        except VaultError:
            return  # what went wrong before is what has to be said


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoInput(msg("{path} can't be read: {reason}.", path=str(path), reason=reason)) from error
    with file:
        yield file
