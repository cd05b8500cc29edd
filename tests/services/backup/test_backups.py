"""Backups before changes and once a day, and which of them stay."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.backups import MemoryBackups, backup
from fakes.small import FixedClock

from smtp_desktop.domain.backups import BackupReason, DatabaseState
from smtp_desktop.domain.errors import StoreDamaged, StoreError, VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.backup.backups import Backups

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Harness:
    def __init__(self, *backups):
        self.store = MemoryBackups(*backups)
        self.clock = FixedClock(NOW)
        self.erased = self.looks = 0
        self.problem = None
        self.state = DatabaseState.SOUND
        self.backups = Backups(store=self.store, clock=self.clock, erase_unkept=self._erase, state=self._look)

    def _erase(self):
        self.erased += 1
        return self.problem

    def _look(self):
        self.looks += 1
        return self.state

    def ages(self, reason):
        return sorted((NOW - one.made_at).days for one in self.store.backups if one.reason is reason)


def test_a_backup_is_made_before_a_change():
    it = Harness()
    it.backups.before(BackupReason.IMPORT)
    assert [(one.reason, one.made_at) for one in it.backups.all()] == [(BackupReason.IMPORT, NOW)]


def test_without_anything_to_back_up_nothing_is_made():
    it = Harness()
    it.store.is_empty = True
    it.backups.before(BackupReason.IMPORT)
    assert it.backups.all() == ()


def test_a_backup_that_can_not_be_made_says_so():
    it = Harness()
    it.store.failure = StoreError(msg("No space left."))
    with pytest.raises(StoreError):
        it.backups.before(BackupReason.EDIT)


def test_the_last_twenty_stay_and_the_last_seven_daily_ones():
    old = [backup(BackupReason.IMPORT, NOW - DAY * age) for age in range(1, 25)]
    daily = [backup(BackupReason.DAILY, NOW - DAY * age) for age in range(1, 12)]
    it = Harness(*old, *daily)
    it.backups.before(BackupReason.EDIT)
    assert it.ages(BackupReason.IMPORT) == list(range(1, 20))
    assert it.ages(BackupReason.DAILY) == list(range(1, 8))
    assert it.ages(BackupReason.EDIT) == [0]
    assert it.erased == 1


def test_no_backup_of_the_program_is_kept_for_longer_than_90_days_but_those_of_others_are():
    ages = (90, 91)
    it = Harness(
        *(backup(reason, NOW - DAY * age) for reason in (BackupReason.APPLY, BackupReason.DAILY) for age in ages),
        *(backup(reason, NOW - DAY * 400) for reason in (BackupReason.UPGRADE, None)),
    )
    it.backups.before(BackupReason.EDIT)
    assert it.ages(BackupReason.APPLY) == it.ages(BackupReason.DAILY) == [90]
    assert it.ages(BackupReason.UPGRADE) == it.ages(None) == [400]


def test_a_daily_backup_is_made_once_the_last_one_is_a_day_old():
    it = Harness(backup(BackupReason.UPGRADE, NOW), backup(None, NOW))
    assert it.backups.daily()
    it.clock.moment = NOW + DAY - timedelta(seconds=1)
    assert it.backups.daily() is None
    it.clock.moment = NOW + DAY
    assert it.backups.daily()
    it.backups.before(BackupReason.EDIT)
    it.clock.moment += DAY
    it.store.is_changed = False
    assert it.backups.daily() is None


def test_a_damaged_database_is_noticed_once_a_day_and_not_backed_up():
    it = Harness(backup(BackupReason.DAILY, NOW))
    it.state = DatabaseState.DAMAGED
    assert it.backups.daily() is None
    it.clock.moment = NOW + DAY
    with pytest.raises(StoreDamaged):
        it.backups.daily()
    assert len(it.backups.all()) == 1


def test_where_nothing_changes_the_whole_database_is_read_once_a_day_all_the_same():
    it = Harness()
    it.store.is_changed = False
    for _ in range(24):
        assert it.backups.daily() is None
        it.clock.moment += timedelta(hours=1)
    assert it.looks == 1
    it.backups.daily()
    assert it.looks == 2


def test_all_that_the_program_made_are_deleted_with_the_secrets_that_only_they_needed():
    it = Harness(
        *(backup(reason, NOW) for reason in (BackupReason.EDIT, BackupReason.DAILY, BackupReason.UPGRADE, None))
    )
    assert len(it.backups.drop_all()) == 2
    assert {one.reason for one in it.backups.all()} == {BackupReason.UPGRADE, None}
    assert it.erased == 1
    it.problem = VaultLocked(msg("It is locked."))
    with pytest.raises(VaultLocked):
        it.backups.drop_all()
