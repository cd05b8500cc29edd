"""The contract of a BackupStore. The fixture `backups` gives one on a data folder with something in it."""

from datetime import UTC, datetime, timedelta

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.services.backup.ports import BackupStore

AT = datetime(2026, 11, 30, 22, 17, tzinfo=UTC)


class BackupStoreContract:
    def test_what_is_made_is_listed_the_newest_first(self, backups: BackupStore):
        first = backups.make(BackupReason.IMPORT, AT)
        second = backups.make(BackupReason.DAILY, AT + timedelta(seconds=1))
        assert [one.name for one in backups.all()] == [second and second.name, first and first.name]
        assert first is not None
        assert (first.made_at, first.reason, first.problem) == (AT, BackupReason.IMPORT, None)

    def test_two_of_one_moment_have_names_of_their_own(self, backups: BackupStore):
        backups.make(BackupReason.EDIT, AT)
        backups.make(BackupReason.EDIT, AT)
        assert len({one.name for one in backups.all()}) == 2

    def test_what_is_dropped_is_gone(self, backups: BackupStore):
        first, _ = (backups.make(reason, AT) for reason in (BackupReason.EDIT, BackupReason.APPLY))
        assert first is not None
        backups.drop([first.name])
        assert [one.reason for one in backups.all()] == [BackupReason.APPLY]
        backups.drop([first.name])
