import csv
import io
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.databases import opened_database
from services.outbox_harness import EVERYTHING, NIGHTLY, NOW, OutboxHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity_edit import edit_of
from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.errors import NoSuchDelivery
from smtp_desktop.domain.events import OutboxChanged

COLUMNS = (
    '"id","created_at","activity","smtp","by_backup","subject","recipients","state","attempts","last_reply",'
    '"finished_at","message_id"'
)


@pytest.fixture
def harness(tmp_path):
    with closing(opened_database(tmp_path / "smtp-desktop.db")) as database:
        harness = OutboxHarness(database)
        harness.has_smtp()
        yield harness


def trigger(harness, *subjects):
    activity = next(iter(harness.activities.all()), None) or harness.has_activity()
    rows = [{"who": "ann@x.example", "what": subject} for subject in subjects]
    deliveries = harness.outbox.trigger_many(activity.id, rows)
    harness.events.published.clear()
    return deliveries


def exported(harness, wanted=EVERYTHING, cancel=None):
    parts = []
    count = harness.outbox.export_csv(wanted, parts.append, cancel or Cancel())
    return count, "".join(parts)


class TestExport:
    def test_every_column_is_there(self, harness):
        (delivery,) = trigger(harness, 'Said "done",\nall')
        count, written = exported(harness)
        assert count == 1
        assert written == (
            f"{COLUMNS}\r\n"
            f'"{delivery.id}","2026-11-23T12:00:00Z","Nightly","","no","Said ""done"", all",'
            f'"ann@x.example, ops@x.example, log@x.example","waiting","0","","","{delivery.message_id}"\r\n'
        )

    @pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@SUM(A1)"])
    def test_no_cell_is_a_formula(self, harness, begin):
        trigger(harness, begin)
        rows = list(csv.DictReader(io.StringIO(exported(harness)[1])))
        assert [row["subject"] for row in rows] == [f"'{begin}"]

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("sign", "=+-@＝＋－＠")
    def test_no_part_of_a_cell_is_a_formula_wherever_a_spreadsheet_splits(self, harness, separator, sign):
        bombs = [
            f"{before}{sign}cmd|' /C calc'!A0" for before in ("", "x;", 'x;"', "x,", "x\t", "x| ", '"x";""', 'x;""')
        ]
        trigger(harness, *bombs)
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            rows = csv.reader(exported(harness)[1].split("\r\n"), delimiter=separator, quoting=quoting)
            cells = [cell.strip(' "\t') for row in rows for cell in row]
            assert not [cell for cell in cells if cell.startswith(sign)]

    def test_pages_follow_each_other_newest_first(self, harness):
        subjects = [str(number) for number in range(2500)]
        trigger(harness, *subjects)
        parts = []
        assert harness.outbox.export_csv(EVERYTHING, parts.append, Cancel()) == 2500
        rows = list(csv.DictReader(io.StringIO("".join(parts))))
        assert [row["subject"] for row in rows] == subjects[::-1]
        assert len(parts) == 4

    def test_a_full_last_page_ends_it(self, harness):
        trigger(harness, *map(str, range(1000)))
        assert exported(harness)[0] == 1000

    def test_only_matching_deliveries(self, harness):
        trigger(harness, "one", "two")
        count, written = exported(harness, DeliveryFilter(search="ONE"))
        assert (count, "two" in written) == (1, False)

    def test_it_ends_when_cancelled(self, harness):
        trigger(harness, *map(str, range(1500)))
        cancel = Cancel()
        parts = []

        def write(part):
            parts.append(part)
            if len(parts) == 2:
                cancel.request()

        assert harness.outbox.export_csv(EVERYTHING, write, cancel) == 1000
        assert len(parts) == 2


class TestCommands:
    def test_cancelled_mails_can_be_sent_again(self, harness):
        deliveries = trigger(harness, "one", "two")
        ids = [delivery.id for delivery in deliveries]
        assert harness.outbox.cancel(ids) == 2
        assert harness.outbox.get(ids[0]).state is DeliveryState.CANCELLED
        assert harness.outbox.cancel(ids) == 0
        harness.clock.moment = NOW + timedelta(hours=1)
        assert harness.outbox.resend(ids[:1]) == 1
        again = harness.outbox.get(ids[0])
        assert (again.state, again.next_try_at) == (DeliveryState.WAITING, harness.clock.moment)
        assert harness.events.published == [OutboxChanged()] * 2

    def test_waiting_mails_can_be_sent_now(self, harness):
        (delivery,) = trigger(harness, "one")
        assert harness.outbox.send_now([delivery.id]) == 1
        assert harness.events.published == [OutboxChanged()]

    def test_no_change_publishes_nothing(self, harness):
        (delivery,) = trigger(harness, "one")
        assert harness.outbox.resend([delivery.id]) == 0
        assert harness.outbox.send_now([]) == 0
        assert harness.events.published == []


class TestQueries:
    def test_pages_counts_and_the_latest(self, harness):
        deliveries = trigger(harness, "one", "two", "three")
        assert [delivery.subject for delivery in harness.outbox.page(EVERYTHING, limit=2)] == ["three", "two"]
        before = deliveries[1].id
        assert [delivery.subject for delivery in harness.outbox.page(EVERYTHING, before=before)] == ["one"]
        assert harness.outbox.count(DeliveryFilter(search="t")) == 3
        assert harness.outbox.count(DeliveryFilter(search="three")) == 1
        assert list(harness.outbox.latest_by_activity().values()) == [deliveries[2]]
        assert list(harness.outbox.attempts(before)) == []
        with pytest.raises(NoSuchDelivery):
            harness.outbox.get(deliveries[2].id + 1)

    def test_holds(self, harness):
        assert list(harness.store.holds()) == []
        harness.is_held(harness.profiles.all()[0])
        assert [hold.profile_id for hold in harness.store.holds()] == ["main"]

    def test_a_mail_that_expired_is_sent_anyway(self, harness):
        activity = harness.has_activity(replace(NIGHTLY, expire_after_s=3600))
        queued = harness.outbox.trigger(activity.id, {"who": "ann@x.example", "what": "one"})
        assert (queued.expire_after_s, harness.outbox.get(queued.id).expire_after_s) == (3600, 3600)
        assert harness.store.expire(now=NOW + timedelta(hours=1), after=timedelta(days=5)) == 1
        assert harness.outbox.get(queued.id).state is DeliveryState.EXPIRED
        assert harness.outbox.counts().expired == 1
        assert harness.outbox.resend([queued.id]) == 1
        assert harness.outbox.get(queued.id).state is DeliveryState.WAITING

    def test_pausing_and_resuming_an_smtp(self, harness):
        (profile,) = harness.profiles.all()
        harness.outbox.pause(profile.id)
        (hold,) = harness.store.holds()
        assert (hold.state, hold.by_hand, hold.since, hold.until) == (HoldState.PAUSED, True, NOW, None)
        assert harness.outbox.resume(profile.id)
        assert list(harness.store.holds()) == []
        assert harness.events.published[-2:] == [OutboxChanged(), OutboxChanged()]
        assert not harness.outbox.resume(profile.id)

    def test_an_smtp_that_is_only_slowed_is_among_the_holds_and_not_stopped(self, harness):
        (profile,) = harness.profiles.all()
        harness.store.hold(SmtpHold(profile_id=profile.id, state=HoldState.SLOWED, since=NOW, connections=1))
        (hold,) = harness.store.holds()
        assert (hold.state, hold.stops) == (HoldState.SLOWED, False)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can't be set here")
@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("UTC", NOW, datetime(2026, 11, 23, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 11, 23, 20, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)),
        # Summer time began at 1:00 UTC: the offset at midnight was another one.
        ("Europe/Berlin", datetime(2026, 3, 29, 10, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),
    ],
)
def test_today_begins_at_local_midnight(harness, monkeypatch, zone, now, midnight):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        harness.clock.moment = midnight - timedelta(seconds=1)
        trigger(harness, "yesterday")
        harness.clock.moment = midnight
        trigger(harness, "today")
        harness.clock.moment = now
        assert (harness.outbox.counts().today, harness.outbox.counts().total) == (1, 2)
    finally:
        monkeypatch.undo()
        time.tzset()


class TestPrune:
    def test_old_finished_mails_go_in_small_transactions(self, harness):
        old = [delivery.id for delivery in trigger(harness, *map(str, range(1100)))]
        harness.outbox.cancel(old)
        harness.clock.moment = NOW + timedelta(days=30)
        young, waiting = [delivery.id for delivery in trigger(harness, "young", "waiting")]
        harness.outbox.cancel([young])
        harness.events.published.clear()
        harness.clock.moment = NOW + timedelta(days=90, seconds=1)
        assert harness.outbox.prune(retention_days=90) == 1100
        assert {delivery.id for delivery in harness.queued()} == {young, waiting}
        assert harness.events.published == [OutboxChanged()]

    def test_a_little_is_pruned_where_time_is_short(self, harness):
        harness.outbox.cancel([delivery.id for delivery in trigger(harness, *map(str, range(1100)))])
        harness.clock.moment = NOW + timedelta(days=91)
        assert [harness.outbox.prune(retention_days=90, batches=1) for _ in range(4)] == [500, 500, 100, 0]

    def test_nothing_to_prune_publishes_nothing(self, harness):
        trigger(harness, "one")
        assert harness.outbox.prune(retention_days=0) == 0
        assert harness.events.published == []


def test_a_renamed_activity_keeps_its_name_in_old_deliveries(harness):
    trigger(harness, "one")
    activity = harness.activities.all()[0]
    harness.activities.save(activity.id, edit_of(activity, replace(NIGHTLY, name="Daily")))
    harness.activities.delete(activity.id)
    assert [delivery.activity_name for delivery in harness.queued()] == ["Nightly"]
