import csv
import io
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from services.outbox_house import EVERYTHING, NIGHTLY, NOW, OutboxHouse

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState
from smtp_desktop.domain.errors import NoSuchDelivery
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.store.database import Database

COLUMNS = "id,created_at,activity,smtp,by_backup,subject,recipients,state,attempts,last_reply,finished_at,message_id"


@pytest.fixture
def house(tmp_path):
    with closing(Database(tmp_path / "smtp-desktop.db")) as database:
        house = OutboxHouse(database)
        house.has_smtp()
        yield house


def trigger(house, *subjects):
    activity = next(iter(house.activities.all()), None) or house.has_activity()
    rows = [{"who": "ann@x.example", "what": subject} for subject in subjects]
    deliveries = house.outbox.trigger_many(activity.id, rows)
    house.events.published.clear()
    return deliveries


def exported(house, wanted=EVERYTHING, cancel=None):
    parts = []
    count = house.outbox.export_csv(wanted, parts.append, cancel or Cancel())
    return count, "".join(parts)


class TestExport:
    def test_every_column_is_there(self, house):
        (delivery,) = trigger(house, 'Said "done",\nall')
        count, written = exported(house)
        assert count == 1
        assert written == (
            f"{COLUMNS}\r\n{delivery.id},2026-11-23T12:00:00+00:00,Nightly,,no,"
            '"Said ""done"", all","ann@x.example, ops@x.example, log@x.example",waiting,0,,,'
            f"{delivery.message_id}\r\n"
        )

    @pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@SUM(A1)"])
    def test_no_cell_is_computed(self, house, begin):
        trigger(house, begin)
        rows = list(csv.DictReader(io.StringIO(exported(house)[1])))
        assert [row["subject"] for row in rows] == [f"'{begin}"]

    def test_pages_follow_each_other_newest_first(self, house):
        subjects = [str(number) for number in range(2500)]
        trigger(house, *subjects)
        parts = []
        assert house.outbox.export_csv(EVERYTHING, parts.append, Cancel()) == 2500
        rows = list(csv.DictReader(io.StringIO("".join(parts))))
        assert [row["subject"] for row in rows] == subjects[::-1]
        assert len(parts) == 4

    def test_a_full_last_page_ends_it(self, house):
        trigger(house, *map(str, range(1000)))
        assert exported(house)[0] == 1000

    def test_only_what_is_wanted(self, house):
        trigger(house, "one", "two")
        count, written = exported(house, DeliveryFilter(search="ONE"))
        assert (count, "two" in written) == (1, False)

    def test_it_ends_when_cancelled(self, house):
        trigger(house, *map(str, range(1500)))
        cancel = Cancel()
        parts = []

        def write(part):
            parts.append(part)
            if len(parts) == 2:
                cancel.request()

        assert house.outbox.export_csv(EVERYTHING, write, cancel) == 1000
        assert len(parts) == 2


class TestOrders:
    def test_cancelled_ones_can_be_sent_again(self, house):
        deliveries = trigger(house, "one", "two")
        ids = [delivery.id for delivery in deliveries]
        assert house.outbox.cancel(ids) == 2
        assert house.outbox.get(ids[0]).state is DeliveryState.CANCELLED
        assert house.outbox.cancel(ids) == 0
        house.clock.moment = NOW + timedelta(hours=1)
        assert house.outbox.resend(ids[:1]) == 1
        again = house.outbox.get(ids[0])
        assert (again.state, again.next_try_at) == (DeliveryState.WAITING, house.clock.moment)
        assert house.events.published == [OutboxChanged()] * 2

    def test_waiting_ones_can_be_hurried(self, house):
        (delivery,) = trigger(house, "one")
        assert house.outbox.send_now([delivery.id]) == 1
        assert house.events.published == [OutboxChanged()]

    def test_nothing_changed_tells_nobody(self, house):
        (delivery,) = trigger(house, "one")
        assert house.outbox.resend([delivery.id]) == 0
        assert house.outbox.send_now([]) == 0
        assert house.events.published == []


class TestLooking:
    def test_pages_counts_and_the_latest(self, house):
        deliveries = trigger(house, "one", "two", "three")
        assert [delivery.subject for delivery in house.outbox.page(EVERYTHING, limit=2)] == ["three", "two"]
        before = deliveries[1].id
        assert [delivery.subject for delivery in house.outbox.page(EVERYTHING, before=before)] == ["one"]
        assert house.outbox.count(DeliveryFilter(search="t")) == 3
        assert house.outbox.count(DeliveryFilter(search="three")) == 1
        assert list(house.outbox.latest_by_activity().values()) == [deliveries[2]]
        assert list(house.outbox.attempts(before)) == []
        with pytest.raises(NoSuchDelivery):
            house.outbox.get(deliveries[2].id + 1)

    def test_holds(self, house):
        assert list(house.outbox.holds()) == []
        house.is_held(house.profiles.all()[0])
        assert [hold.profile_id for hold in house.outbox.holds()] == ["main"]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can't be set here")
@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("UTC", NOW, datetime(2026, 11, 23, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 11, 23, 20, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)),
        # Summer time began at 1:00 UTC: the day before it had another offset.
        ("Europe/Berlin", datetime(2026, 3, 29, 10, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),
    ],
)
def test_today_begins_at_local_midnight(house, monkeypatch, zone, now, midnight):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        house.clock.moment = midnight - timedelta(seconds=1)
        trigger(house, "yesterday")
        house.clock.moment = midnight
        trigger(house, "today")
        house.clock.moment = now
        assert (house.outbox.counts().today, house.outbox.counts().total) == (1, 2)
    finally:
        monkeypatch.undo()
        time.tzset()


class TestPrune:
    def test_old_finished_ones_go_in_small_transactions(self, house):
        old = [delivery.id for delivery in trigger(house, *map(str, range(1100)))]
        house.outbox.cancel(old)
        house.clock.moment = NOW + timedelta(days=30)
        young, waiting = [delivery.id for delivery in trigger(house, "young", "waiting")]
        house.outbox.cancel([young])
        house.events.published.clear()
        house.clock.moment = NOW + timedelta(days=90, seconds=1)
        assert house.outbox.prune(retention_days=90) == 1100
        assert {delivery.id for delivery in house.queued()} == {young, waiting}
        assert house.events.published == [OutboxChanged()]

    def test_nothing_to_do_tells_nobody(self, house):
        trigger(house, "one")
        assert house.outbox.prune(retention_days=0) == 0
        assert house.events.published == []


def test_a_renamed_activity_keeps_its_name_in_old_deliveries(house):
    trigger(house, "one")
    activity = house.activities.all()[0]
    house.activities.save(activity.id, replace(NIGHTLY, name="Daily"))
    house.activities.delete(activity.id)
    assert [delivery.activity_name for delivery in house.queued()] == ["Nightly"]
