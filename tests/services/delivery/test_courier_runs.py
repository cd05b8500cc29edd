"""A whole run: its leases, an outbox that fails, stopping, and watching."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from fakes.transport import passed
from services.courier_harness import LATER, MORNING, CourierHarness, Gate, always, generic, message

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.errors import StoreBusy, StoreError, StoreFull, StoreGone
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.delivery.in_flight import DeliverySummary


@pytest.fixture
def harness(tmp_path):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True))) as harness:
        yield harness


class TestALease:
    def test_that_was_lost_keeps_the_content_from_going_out(self, harness):
        (one,) = harness.add()

        def steal(stage, connection, mail, cancel):
            if stage is Stage.SENDER and not harness.connector.sent:
                harness.steal()

        harness.connector.at = steal
        assert harness.run() == DeliverySummary()
        assert harness.connector.sent == []
        assert harness.store.get(one).state is DeliveryState.SENDING

    def test_is_extended_while_mails_are_in_flight(self, harness):
        harness.add()
        gate, extended = Gate(), threading.Event()
        harness.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        extend = harness.store.extend

        def extending(*args, **kwargs):
            extend(*args, **kwargs)
            extended.set()

        harness.store.extend = extending
        with harness.watching(lease_s=60):
            assert gate.reached.wait(30)
            for _ in range(3):
                assert not extended.is_set()
                harness.pass_time(seconds=20)
                assert extended.wait(30)
                extended.clear()
            gate.open()
        assert harness.store.get(1).state is DeliveryState.SENT

    def test_of_a_dead_courier_is_reclaimed(self, harness):
        ids = harness.add(3)
        claimed = harness.store.claim("dead", now=MORNING, lease_ends_at=MORNING + timedelta(seconds=60), limit=2)
        harness.store.mark_data_started([claimed[0].id], "dead")
        assert harness.run() == DeliverySummary(sent=1)
        harness.pass_time(seconds=60)
        assert harness.run() == DeliverySummary(sent=1)
        assert harness.states(ids) == ["unknown", "sent", "sent"]
        harness.pass_time(hours=1)
        assert harness.run() == DeliverySummary(sent=1)
        assert [harness.store.get(one).may_be_twice for one in ids] == [True, False, False]

    def test_outlives_a_sleep_of_the_computer(self, harness):
        harness.add()
        gate, looked = Gate(), threading.Event()
        harness.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        reclaim_expired = harness.store.reclaim_expired

        def reclaiming(**moments):
            recovered = reclaim_expired(**moments)
            looked.set()
            return recovered

        harness.store.reclaim_expired = reclaiming
        with harness.watching(connections=1):
            assert gate.reached.wait(30)
            looked.clear()
            harness.pass_time(hours=1)
            (one,) = harness.add(message("Next"))
            assert looked.wait(30)
            gate.open()
        assert not any(harness.store.get(each).may_be_twice for each in (one - 1, one))
        assert harness.store.get(one - 1).state is DeliveryState.SENT

    def test_outlives_a_sleep_between_two_reads(self, harness):
        (one,) = harness.add()
        gate, slept, looked = Gate(), threading.Event(), threading.Event()
        harness.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        next_due_at, reclaim_expired = harness.store.next_due_at, harness.store.reclaim_expired

        def sleeping(*, now):
            if gate.reached.is_set() and not slept.is_set():
                harness.pass_time(hours=1)
                slept.set()
            return next_due_at(now=now)

        def reclaiming(**moments):
            recovered = reclaim_expired(**moments)
            if slept.is_set():
                looked.set()
            return recovered

        harness.store.next_due_at, harness.store.reclaim_expired = sleeping, reclaiming
        with harness.watching(connections=1):
            assert looked.wait(30)
            gate.open()
        assert (harness.store.get(one).may_be_twice, harness.store.get(one).state) == (False, DeliveryState.SENT)


class Locked:
    """Refuses all that writes to the store, from `begin` on until so many calls were refused, as while another program
    has the database."""

    WRITES = ("claim", "extend", "mark_data_started", "finish", "finish_and_start", "note", "release_lease", "expire")

    def __init__(self, store, *, until):
        self.refused, self._until, self._begun = 0, until, False
        for name in self.WRITES:
            setattr(store, name, self._refusing(getattr(store, name)))

    def begin(self):
        self._begun = True

    def end(self):
        self._until = 0

    def _refusing(self, write):
        def call(*args, **more):
            if self._begun and self.refused < self._until:
                self.refused += 1
                raise StoreBusy(msg("Busy."))
            return write(*args, **more)

        return call


class TestAnOutboxThatFails:
    def full(self, *args, **kwargs):
        raise StoreError(msg("The disk is full."))

    def test_before_the_content_goes_out_stops_it(self, harness):
        ids = harness.add(3)
        harness.store.mark_data_started = self.full
        with pytest.raises(StoreError, match="full"):
            harness.run(connections=1)
        assert harness.connector.sent == []
        assert harness.states(ids) == ["waiting"] * 3

    def test_for_a_while_is_tried_again(self, harness):
        (one,) = harness.add()
        finish, calls = harness.store.finish, []

        def busy_twice(*args, **more):
            calls.append(args)
            if len(calls) < 3:
                raise StoreBusy(msg("Busy."))
            return finish(*args, **more)

        harness.store.finish = busy_twice
        assert harness.run() == DeliverySummary(sent=1)
        assert harness.store.get(one).state is DeliveryState.SENT

    @pytest.mark.parametrize("together", [False, True])
    def test_that_is_locked_by_others_for_long_loses_no_result(self, harness, together):
        """Whatever a courier does meanwhile; it goes on as soon as the lock is gone."""
        ids = harness.add(20 if together else 4)
        if together:
            harness.connector.room = 8
        lock = Locked(harness.store, until=3)
        harness.connector.at = lambda stage, *_: lock.begin() if stage is Stage.CONTENT else None
        assert harness.run() == DeliverySummary(sent=len(ids))
        assert lock.refused >= 3
        assert harness.states(ids) == ["sent"] * len(ids)
        assert not any(harness.store.get(each).may_be_twice for each in ids)
        assert len(harness.connector.sent) == len(ids)

    def test_that_can_not_be_written_before_the_content_lets_the_mail_wait(self, harness):
        (one,) = harness.add()
        mark, calls = harness.store.mark_data_started, []

        def full_once(*args, **more):
            calls.append(args)
            if len(calls) == 1:
                raise StoreFull(msg("No room."))
            return mark(*args, **more)

        harness.store.mark_data_started = full_once
        assert harness.run() == DeliverySummary(sent=1)
        assert (len(harness.connector.sent), harness.store.get(one).attempts) == (1, 1)

    def test_that_stays_locked_ends_a_courier_that_does_not_watch(self, harness):
        (one,) = harness.add()
        lock = Locked(harness.store, until=10**9)
        harness.connector.at = lambda stage, *_: lock.begin() if stage is Stage.SENDER else None
        with pytest.raises(StoreBusy):
            harness.run(lease_s=0.5)
        assert harness.connector.sent == []
        lock.end()
        harness.pass_time(minutes=2)
        assert harness.run() == DeliverySummary(sent=1)
        assert not harness.store.get(one).may_be_twice

    @pytest.mark.skipif(sys.platform == "win32", reason="an open file can't be deleted there")
    def test_that_is_deleted_ends_a_courier(self, harness, tmp_path):
        def delete():
            for each in tmp_path.glob("db*"):
                each.unlink()

        harness.add(2)
        harness.connector.at = lambda stage, *_: delete() if stage is Stage.SENDER else None
        with pytest.raises(StoreGone):
            harness.run()
        assert harness.connector.sent == []
        with pytest.raises(StoreGone):
            harness.courier().run(watch=True, cancel=Cancel())

    def test_after_the_content_went_out_marks_the_mail(self, harness):
        (one,) = harness.add()
        finish = harness.store.finish
        harness.store.finish = self.full
        with pytest.raises(StoreError, match="full"):
            harness.run()
        assert harness.store.get(one).state is DeliveryState.SENDING
        harness.store.finish = finish
        harness.pass_time(minutes=1)
        harness.run()
        assert (harness.store.get(one).state, harness.store.get(one).may_be_twice) == (DeliveryState.UNKNOWN, True)


class TestStopping:
    def test_finishes_what_is_being_sent_and_releases_the_rest(self, harness):
        ids = harness.add(30)
        gate, released = Gate(), threading.Event()
        harness.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        release_lease = harness.store.release_lease

        def releasing(*args):
            release_lease(*args)
            released.set()

        harness.store.release_lease = releasing
        with harness.watching(connections=1) as cancel:
            assert gate.reached.wait(30)
            cancel.request()
            assert released.wait(30)
            assert harness.states(ids).count("waiting") == 29
            gate.open()
        assert harness.states(ids).count("sent") == 1
        assert harness.states(ids).count("waiting") == 29
        assert [connection.closed for connection in harness.connector.opened] == [1]

    def test_cancels_what_does_not_end(self, harness):
        ids = harness.add(2)
        reached = threading.Event()

        def endless(stage, connection, mail, cancel):
            if stage is Stage.CONTENT:
                cancelled = threading.Event()
                cancel.set_waker(cancelled.set)
                reached.set()
                assert cancelled.wait(30)

        harness.connector.at = endless
        with harness.watching(connections=2, sends_timeout_s=0.0) as cancel:
            assert reached.wait(30)
            cancel.request()
        assert harness.connector.sent == []
        assert harness.states(ids) == ["waiting"] * 2
        harness.connector.at = lambda *_: None
        assert harness.run() == DeliverySummary(sent=2)

    def test_before_the_start_sends_nothing(self, harness):
        harness.add()
        cancel = Cancel()
        cancel.request()
        assert harness.courier().run(watch=True, cancel=cancel) == DeliverySummary()
        assert harness.connector.opened == []


class TestWatching:
    def test_sends_mails_that_are_added_later(self, harness):
        sent = threading.Event()
        harness.on_attempt = lambda *_: sent.set()
        with harness.watching():
            harness.add()
            assert sent.wait(30)
        assert harness.connector.subjects == ["Report"]

    def test_a_slow_smtp_delays_no_other(self, harness):
        """A hundred mails for a server that never answers are older than the one for another."""
        harness.save(generic("fast", port=2525))
        harness.add(100)
        gate, sent = Gate(), threading.Event()

        def slow(stage, connection, mail, cancel):
            if stage is Stage.CONTENT:
                gate.wait() if connection.server.smtp_port == 587 else sent.set()

        harness.connector.at = slow
        with harness.watching():
            assert gate.reached.wait(30)
            harness.add(message("Fast"), smtp="fast")
            assert sent.wait(30)
            gate.open()


@pytest.mark.long
class TestEndingWhenIdle:
    def run_until_idle(self, harness):
        """Runs a courier that ends as soon as it has nothing to do."""
        return harness.courier().run(watch=True, cancel=Cancel(), on_attempt=harness.on_attempt, idle_s=0.0)

    def looks_on(self, harness):
        """Returns a function that waits until the courier has looked several times more."""
        looks = threading.Semaphore(0)
        next_due_at = harness.store.next_due_at

        def looking(*, now):
            looks.release()
            return next_due_at(now=now)

        harness.store.next_due_at = looking
        return lambda: [looks.acquire(timeout=30) for _ in range(5)] == [True] * 5

    def test_ends_when_there_was_nothing_to_do(self, harness):
        assert self.run_until_idle(harness) == DeliverySummary()

    def test_comes_after_all_that_is_due(self, harness):
        ids = harness.add(30)
        assert self.run_until_idle(harness) == DeliverySummary(sent=30)
        assert harness.states(ids) == ["sent"] * 30

    def test_does_not_wait_for_what_is_due_later(self, harness):
        harness.connector.answer = always(Stage.RECIPIENT, reply=LATER)
        harness.add()
        assert self.run_until_idle(harness) == DeliverySummary(later=1)

    def test_waits_for_so_long(self, harness):
        with ThreadPoolExecutor(1) as pool:
            goes_on, cancel = self.looks_on(harness), Cancel()
            future = pool.submit(harness.courier().run, watch=True, cancel=cancel, idle_s=3600.0)
            try:
                assert goes_on()
                assert not future.done()
            finally:
                cancel.request()
            assert future.result(30) == DeliverySummary()

    def test_waits_for_mails_in_flight(self, harness):
        harness.add()
        gate = Gate()
        harness.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(self.run_until_idle, harness)
            assert gate.reached.wait(30)
            assert self.looks_on(harness)()
            gate.open()
            assert future.result(30) == DeliverySummary(sent=1)

    def test_waits_for_the_check_of_a_held_smtp(self, harness):
        harness.store.hold(
            SmtpHold(
                profile_id="main",
                since=MORNING,
                stage=Stage.SIGN_IN,
                kind=FailureKind.REPLY,
                reply="535",
                until=MORNING,
            )
        )
        harness.transport.timeline = passed(generic("main").server, None)
        gate, cancelled = Gate(), []

        def check():
            gate.wait()
            # Noted while it runs: a courier that stops cancels every check, also those that have just ended.
            cancelled.append(harness.transport.conversations[0].cancel.requested)

        harness.transport.during = check
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(self.run_until_idle, harness)
            assert gate.reached.wait(30)
            assert self.looks_on(harness)()
            gate.open()
            assert future.result(30) == DeliverySummary()
        assert cancelled == [False]
        assert [*harness.store.holds()] == []
