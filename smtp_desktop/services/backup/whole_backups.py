"""Whole backups: everything in the data folder's database, with all secrets but tokens, sealed in one file."""

from collections.abc import Iterator
from pathlib import Path

from smtp_desktop.domain.backups import BackupCopy, WholeBackup
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import WEBHOOK_REF_KEY
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import SecretField
from smtp_desktop.services.backup.ports import BackupSealer, HomeStore, Progress
from smtp_desktop.services.ports import Vault
from smtp_desktop.services.private_file import private, whole_file

_PIECE_BYTES = 1024 * 1024
_HALF = 0.5


def _unnoticed(_done: float) -> None:
    pass


class WholeBackups:
    """Makes whole backups. Blocks on the disk and the keyring, and takes a while."""

    def __init__(self, *, home: HomeStore, vault: Vault, sealer: BackupSealer) -> None:
        self._home = home
        self._vault = vault
        self._sealer = sealer

    def refuse_weak(self, passphrase: Secret) -> None:
        """Raises FieldErrors for a passphrase that is too easy to guess."""
        self._sealer.refuse_weak(passphrase)

    def write(
        self, path: Path, passphrase: Secret, *, cancel: Cancel | None = None, on_progress: Progress = _unnoticed
    ) -> WholeBackup:
        """Writes a backup into the file, in place of any other, sealed with the passphrase and readable for its owner
        alone. Whatever goes wrong leaves an earlier file as it was. Raises FieldErrors for a weak `passphrase`,
        CantWrite, StoreError, VaultError, Cancelled."""
        self._sealer.refuse_weak(passphrase)
        stop = cancel or Cancel()
        with self._home.copied(cancel=stop, on_progress=lambda done: on_progress(done * _HALF)) as copy:
            secrets, lost = self._secrets_of(copy, stop)
            with whole_file(path) as part, open(part, "wb", opener=private) as target:
                self._sealer.write(target, secrets, _pieces(copy.path, stop, on_progress), passphrase)
            return WholeBackup(
                smtps=len(copy.setup.profiles),
                activities=len(copy.setup.activities),
                messages=copy.messages,
                size_bytes=path.stat().st_size,
                without_secret=lost,
            )

    def _secrets_of(self, copy: BackupCopy, cancel: Cancel) -> tuple[dict[SecretRef, Secret], tuple[str, ...]]:
        """Returns the secrets by their places, and the names of SMTPs of which one is not in the vault."""
        secrets: dict[SecretRef, Secret] = {}
        lost: list[str] = []
        for profile in copy.setup.profiles:
            refuse_canceled(cancel)
            refs = [ref for field, ref in profile.secret_refs.items() if field is not SecretField.TOKENS]
            found = {ref: self._vault.get(ref) for ref in refs}
            secrets |= {ref: secret for ref, secret in found.items() if secret is not None}
            if None in found.values():
                lost.append(profile.name)
        webhook = copy.setup.preferences.get(WEBHOOK_REF_KEY)
        url = self._vault.get(SecretRef(webhook)) if webhook else None
        return secrets | ({SecretRef(webhook): url} if webhook and url else {}), tuple(lost)


def refuse_canceled(cancel: Cancel) -> None:
    """Raises Cancelled where that was asked for."""
    if cancel.requested:
        raise Cancelled(msg("Stopped. Nothing was changed."))


def _pieces(path: Path, cancel: Cancel, on_progress: Progress) -> Iterator[bytes]:
    total, done = max(path.stat().st_size, 1), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            refuse_canceled(cancel)
            yield piece
            done += len(piece)
            on_progress(_HALF + _HALF * done / total)
