"""A whole run: its leases, an outbox that fails under it, stopping, and watching."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from fakes.transport import passed
from services.courier_house import LATER, MORNING, CourierHouse, Gate, always, generic, message

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import DeliveryState, SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.errors import StoreBusy, StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.delivery.in_flight import DeliverySummary


@pytest.fixture
def house(tmp_path):
    with closing(CourierHouse(tmp_path / "db", generic("main", default=True))) as it:
        yield it


class TestALease:
    def test_that_was_lost_keeps_the_content_at_home(self, house):
        (one,) = house.add()

        def steal(stage, line, mail, cancel):
            if stage is Stage.SENDER and not house.connector.sent:
                house.steal()

        house.connector.at = steal
        assert house.run() == DeliverySummary()
        assert house.connector.sent == []
        assert house.store.get(one).state is DeliveryState.SENDING

    def test_is_extended_while_mails_are_in_hand(self, house):
        house.add()
        gate, extended = Gate(), threading.Event()
        house.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        extend = house.store.extend

        def extending(*args, **kwargs):
            extend(*args, **kwargs)
            extended.set()

        house.store.extend = extending
        with house.watching(lease_s=60):
            assert gate.reached.wait(30)
            for _ in range(3):
                assert not extended.is_set()
                house.clock.pass_(seconds=20)
                assert extended.wait(30)
                extended.clear()
            gate.open()
        assert house.store.get(1).state is DeliveryState.SENT

    def test_of_a_dead_courier_is_taken_over(self, house):
        ids = house.add(3)
        claimed = house.store.claim("dead", now=MORNING, lease_ends_at=MORNING + timedelta(seconds=60), limit=2)
        house.store.mark_data_started([claimed[0].id], "dead")
        assert house.run() == DeliverySummary(sent=1)
        house.clock.pass_(seconds=60)
        assert house.run() == DeliverySummary(sent=1)
        assert house.states(ids) == ["unknown", "sent", "sent"]
        house.clock.pass_(minutes=1)
        assert house.run() == DeliverySummary(sent=1)
        assert [house.store.get(one).may_be_twice for one in ids] == [True, False, False]

    def test_outlives_a_sleep_of_the_computer(self, house):
        house.add()
        gate, looked = Gate(), threading.Event()
        house.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        reclaim_expired = house.store.reclaim_expired

        def recovering(**moments):
            recovered = reclaim_expired(**moments)
            looked.set()
            return recovered

        house.store.reclaim_expired = recovering
        with house.watching(connections=1):
            assert gate.reached.wait(30)
            looked.clear()
            house.clock.pass_(hours=1)
            (one,) = house.add(message("Next"))
            assert looked.wait(30)
            gate.open()
        assert not any(house.store.get(each).may_be_twice for each in (one - 1, one))
        assert house.store.get(one - 1).state is DeliveryState.SENT

    def test_outlives_a_sleep_in_the_middle_of_a_look(self, house):
        (one,) = house.add()
        gate, slept, looked = Gate(), threading.Event(), threading.Event()
        house.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        next_due_at, reclaim_expired = house.store.next_due_at, house.store.reclaim_expired

        def sleeping():
            if gate.reached.is_set() and not slept.is_set():
                house.clock.pass_(hours=1)
                slept.set()
            return next_due_at()

        def recovering(**moments):
            recovered = reclaim_expired(**moments)
            if slept.is_set():
                looked.set()
            return recovered

        house.store.next_due_at, house.store.reclaim_expired = sleeping, recovering
        with house.watching(connections=1):
            assert looked.wait(30)
            gate.open()
        assert (house.store.get(one).may_be_twice, house.store.get(one).state) == (False, DeliveryState.SENT)


class TestAnOutboxThatFails:
    def full(self, *args, **kwargs):
        raise StoreError(msg("The disk is full."))

    def test_before_the_content_goes_out_keeps_it_at_home(self, house):
        ids = house.add(3)
        house.store.mark_data_started = self.full
        with pytest.raises(StoreError, match="full"):
            house.run(connections=1)
        assert house.connector.sent == []
        assert house.states(ids) == ["waiting"] * 3

    def test_for_a_while_is_asked_again(self, house):
        (one,) = house.add()
        finish, calls = house.store.finish, []

        def busy_twice(*args):
            calls.append(args)
            if len(calls) < 3:
                raise StoreBusy(msg("Busy."))
            return finish(*args)

        house.store.finish = busy_twice
        assert house.run() == DeliverySummary(sent=1)
        assert house.store.get(one).state is DeliveryState.SENT

    def test_after_the_content_went_out_leaves_a_mark(self, house):
        (one,) = house.add()
        finish = house.store.finish
        house.store.finish = self.full
        with pytest.raises(StoreError, match="full"):
            house.run()
        assert house.store.get(one).state is DeliveryState.SENDING
        house.store.finish = finish
        house.clock.pass_(minutes=1)
        house.run()
        assert (house.store.get(one).state, house.store.get(one).may_be_twice) == (DeliveryState.UNKNOWN, True)


class TestStopping:
    def test_finishes_what_is_being_sent_and_gives_back_the_rest(self, house):
        ids = house.add(30)
        gate, given_back = Gate(), threading.Event()
        house.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        release_lease = house.store.release_lease

        def giving_back(*args):
            release_lease(*args)
            given_back.set()

        house.store.release_lease = giving_back
        with house.watching(connections=1) as cancel:
            assert gate.reached.wait(30)
            cancel.request()
            assert given_back.wait(30)
            assert house.states(ids).count("waiting") == 29
            gate.open()
        assert house.states(ids).count("sent") == 1
        assert house.states(ids).count("waiting") == 29
        assert [line.closed for line in house.connector.opened] == [1]

    def test_cancels_what_does_not_end(self, house):
        ids = house.add(2)
        reached = threading.Event()

        def endless(stage, line, mail, cancel):
            if stage is Stage.CONTENT:
                cancelled = threading.Event()
                cancel.wakes(cancelled.set)
                reached.set()
                assert cancelled.wait(30)

        house.connector.at = endless
        with house.watching(connections=2, patience_s=0.0) as cancel:
            assert reached.wait(30)
            cancel.request()
        assert house.connector.sent == []
        assert house.states(ids) == ["waiting"] * 2
        house.connector.at = lambda *_: None
        assert house.run() == DeliverySummary(sent=2)

    def test_before_the_start_sends_nothing(self, house):
        house.add()
        cancel = Cancel()
        cancel.request()
        assert house.courier().run(watch=True, cancel=cancel) == DeliverySummary()
        assert house.connector.opened == []


class TestWatching:
    def test_sends_what_comes_later(self, house):
        sent = threading.Event()
        house.note = lambda *_: sent.set()
        with house.watching():
            house.add()
            assert sent.wait(30)
        assert house.connector.subjects == ["Report"]

    def test_a_slow_smtp_holds_up_no_other(self, house):
        """A hundred mails for a server that never answers are older than the one for another."""
        house.save(generic("fast", port=2525))
        house.add(100)
        gate, sent = Gate(), threading.Event()

        def slow(stage, line, mail, cancel):
            if stage is Stage.CONTENT:
                gate.wait() if line.server.smtp_port == 587 else sent.set()

        house.connector.at = slow
        with house.watching():
            assert gate.reached.wait(30)
            house.add(message("Fast"), smtp="fast")
            assert sent.wait(30)
            gate.open()


class TestResting:
    def resting(self, house):
        """Runs a courier that may rest whenever it has nothing to do."""
        return house.courier().run(watch=True, cancel=Cancel(), on_attempt=house.note, idle_s=0.0)

    def looks_on(self, house):
        """Returns what waits until a courier has gone on to look several times."""
        looks = threading.Semaphore(0)
        next_due_at = house.store.next_due_at

        def looking():
            looks.release()
            return next_due_at()

        house.store.next_due_at = looking
        return lambda: [looks.acquire(timeout=30) for _ in range(5)] == [True] * 5

    def test_ends_when_there_was_nothing_to_do(self, house):
        assert self.resting(house) == DeliverySummary()

    def test_comes_after_all_that_is_due(self, house):
        ids = house.add(30)
        assert self.resting(house) == DeliverySummary(sent=30)
        assert house.states(ids) == ["sent"] * 30

    def test_does_not_wait_for_what_is_due_later(self, house):
        house.connector.answer = always(Stage.RECIPIENT, reply=LATER)
        house.add()
        assert self.resting(house) == DeliverySummary(later=1)

    def test_takes_its_time(self, house):
        with ThreadPoolExecutor(1) as pool:
            goes_on, cancel = self.looks_on(house), Cancel()
            future = pool.submit(house.courier().run, watch=True, cancel=cancel, idle_s=3600.0)
            try:
                assert goes_on()
                assert not future.done()
            finally:
                cancel.request()
            assert future.result(30) == DeliverySummary()

    def test_waits_for_mails_in_hand(self, house):
        house.add()
        gate = Gate()
        house.connector.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(self.resting, house)
            assert gate.reached.wait(30)
            assert self.looks_on(house)()
            gate.open()
            assert future.result(30) == DeliverySummary(sent=1)

    def test_waits_for_the_check_of_a_held_smtp(self, house):
        house.store.hold(
            SmtpHold(
                profile_id="main",
                since=MORNING,
                stage=Stage.SIGN_IN,
                kind=FailureKind.REPLY,
                reply="535",
                probe_at=MORNING,
            )
        )
        house.transport.timeline = passed(generic("main").server, None)
        gate, cancelled = Gate(), []

        def check():
            gate.wait()
            # Now, while it runs: a courier that stops asks every check to end, those too that have just ended.
            cancelled.append(house.transport.conversations[0].cancel.requested)

        house.transport.during = check
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(self.resting, house)
            assert gate.reached.wait(30)
            assert self.looks_on(house)()
            gate.open()
            assert future.result(30) == DeliverySummary()
        assert cancelled == [False]
        assert [*house.store.holds()] == []
