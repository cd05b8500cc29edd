"""A change of fields of several SMTPs, each as a versioned edit of its own."""

from collections.abc import Callable, Sequence

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.smtp.selection import FieldChange
from smtp_desktop.services.backup.ports import BackUp
from smtp_desktop.services.profiles import Profiles


class BulkEdit:
    """Changes SMTPs one after the other. Blocks on the disk and the keyring."""

    def __init__(self, profiles: Profiles, *, back_up: BackUp = lambda _reason: "") -> None:
        self._profiles = profiles
        self._back_up = back_up

    def run(
        self,
        seen: Sequence[SmtpProfile],
        change: FieldChange,
        *,
        stop: Cancel,
        on_end: Callable[[ProfileId, SmtpDesktopError | None], None],
    ) -> None:
        """Makes the change of each SMTP, whatever else others have changed since it was `seen`, and calls `on_end` with
        the error where that was refused: a field that does not hold, or that others changed as well. The others are
        changed all the same. A backup is made before several are changed. `stop` ends it after the present one. Raises
        VaultLocked, and StoreError where no backup can be made; then nothing was changed."""
        if len(seen) > 1 and not stop.requested:
            self._back_up(BackupReason.EDIT)
        for profile in seen:
            if stop.requested:
                return
            try:
                self._profiles.save(profile.id, change.edit(profile))
            except VaultLocked:
                raise
            except SmtpDesktopError as error:
                on_end(profile.id, error)
            else:
                on_end(profile.id, None)
