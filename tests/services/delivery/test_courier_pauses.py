"""SMTPs that are paused, probed, slowed, stopped by refusals that are alike, or paused by hand."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.transport import failed, passed
from services.courier_harness import LATER, MORNING, NOBODY, WRONG_PASSWORD, CourierHarness, always, generic, message

from smtp_desktop.domain.delivery.holds import HoldState, hold_by_hand
from smtp_desktop.domain.diagnosis.conversation import FailureKind, RecipientRefused, Reply, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.services.delivery.in_flight import DeliverySummary

BUSY = Reply(code=421, enhanced_code="4.3.2", text=("too busy",))
RELAY = Reply(code=554, enhanced_code="5.1.7", text=("that sender may not send",))
CROWDED = Reply(code=432, enhanced_code="4.3.2", text=("concurrent connections limit exceeded",))


@pytest.fixture
def harness(tmp_path):
    first, second = generic("first", default=True), generic("second", port=2525)
    with closing(CourierHarness(tmp_path / "db", first, second)) as harness:
        yield harness


def only_first(stage, **more):
    """Fails at the first SMTP alone."""
    fail = always(stage, **more)
    return lambda connection, mail: fail(connection, mail) if connection.server.smtp_port == 587 else None


def the_hold(harness):
    (hold,) = harness.store.holds()
    return hold


class TestAPause:
    def test_costs_one_connection_whatever_waits_and_grows(self, harness):
        harness.connector.answer = always(Stage.GREET, reply=BUSY)
        ids = harness.add(200)
        assert harness.run() == DeliverySummary(later=1)
        assert (the_hold(harness).state, the_hold(harness).cause) == (HoldState.PAUSED, Cause.SERVER_BUSY)
        for tries, seconds in enumerate((30, 60, 120, 300, 600, 1200, 1800, 1800), start=1):
            assert len(harness.connector.opened) == tries
            assert the_hold(harness).until == harness.clock.now() + timedelta(seconds=seconds)
            assert the_hold(harness).since == MORNING
            harness.pass_time(seconds=seconds - 1)
            assert harness.run() == DeliverySummary()
            harness.pass_time(seconds=1)
            harness.run()
        assert harness.states(ids) == ["waiting"] * 200

    def test_ends_with_one_mail_that_goes_first(self, harness):
        harness.connector.answer = always(Stage.CONNECT, kind=FailureKind.TIMED_OUT)
        ids = harness.add(30)
        harness.run()
        harness.pass_time(seconds=30)
        seen = []

        def at(stage, connection, mail, cancel):
            if stage is Stage.CONTENT and not harness.connector.sent:
                seen.append((the_hold(harness).state, harness.states(ids).count("sending")))

        harness.connector.answer, harness.connector.at = lambda connection, mail: None, at
        assert harness.run() == DeliverySummary(sent=30)
        assert seen == [(HoldState.PROBING, 1)]
        assert list(harness.store.holds()) == []

    def test_ends_though_the_probe_is_refused_for_its_recipient(self, harness):
        harness.connector.answer = always(Stage.CONNECT, kind=FailureKind.TIMED_OUT)
        harness.add(3)
        harness.run()
        harness.pass_time(seconds=30)
        harness.connector.answer = lambda connection, mail: (
            failed(connection.server, mail, Stage.RECIPIENT, reply=NOBODY) if mail.message.subject == "Mail 0" else None
        )
        assert harness.run() == DeliverySummary(sent=2, refused=1)

    def test_becomes_a_hold_where_the_probe_shows_a_cause_that_lasts(self, harness):
        harness.connector.answer = always(Stage.CONNECT, kind=FailureKind.TIMED_OUT)
        harness.add(3)
        harness.run()
        harness.pass_time(seconds=30)
        harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        assert harness.run() == DeliverySummary(later=1)
        assert (the_hold(harness).state, the_hold(harness).cause) == (HoldState.HELD, Cause.SIGN_IN_REFUSED)

    def test_lets_the_backup_take_over_and_probes_with_one_mail(self, harness):
        harness.connector.answer = only_first(Stage.CONNECT, kind=FailureKind.TIMED_OUT)
        harness.add(10, backup="second")
        assert harness.run() == DeliverySummary(sent=10)
        assert [c.server.smtp_port for c in harness.connector.opened].count(587) == 1
        harness.pass_time(seconds=30)
        harness.add(10, backup="second")
        assert harness.run() == DeliverySummary(sent=10)
        assert [c.server.smtp_port for c in harness.connector.opened].count(587) == 2
        assert the_hold(harness).failures == 2

    def test_of_a_dead_courier_is_probed_again_once_its_lease_has_ended(self, harness):
        harness.connector.answer = always(Stage.CONNECT, kind=FailureKind.TIMED_OUT)
        harness.add(3)
        harness.run()
        harness.pass_time(seconds=30)
        now = harness.clock.now()
        (probe,) = harness.store.claim("dead", now=now, lease_ends_at=now + timedelta(seconds=60), limit=5)
        assert (the_hold(harness).probe, the_hold(harness).courier) == (probe.id, "dead")
        harness.connector.answer = lambda connection, mail: None
        assert harness.run() == DeliverySummary()
        harness.pass_time(seconds=60)
        assert harness.run() == DeliverySummary(sent=3)

    def test_does_not_end_by_a_check_where_a_limit_was_reached(self, harness):
        harness.connector.answer = always(Stage.CONNECT, kind=FailureKind.TIMED_OUT)
        harness.add(1)
        harness.run()
        harness.store.hold(replace(the_hold(harness), cause=Cause.LIMIT))
        assert not harness.store.release("first")
        harness.store.hold(replace(the_hold(harness), cause=Cause.SERVER_BUSY))
        assert harness.store.release("first")

    def test_is_noticed_by_a_courier_that_has_mails_in_its_queue(self, harness):
        ids = harness.add(20)
        paused, released = threading.Event(), threading.Event()
        release_lease = harness.store.release_lease

        def releasing(*args):
            release_lease(*args)
            released.set()

        def at(stage, connection, mail, cancel):
            if stage is Stage.CONTENT and not paused.is_set():
                harness.store.hold(hold_by_hand("first", now=harness.clock.now()))
                paused.set()
                assert released.wait(30)

        harness.store.release_lease, harness.connector.at = releasing, at
        with harness.watching(connections=1):
            assert paused.wait(30)
            assert released.wait(30)
        assert harness.states(ids).count("waiting") == 19
        harness.store.resume("first")
        assert harness.run() == DeliverySummary(sent=19)


class TestTooManyConnections:
    def test_slow_the_smtp_while_others_go_on(self, harness):
        first_is_on, refused = threading.Event(), threading.Event()

        def answer(connection, mail):
            if connection is harness.connector.opened[0] or refused.is_set():
                return None
            refused.set()
            return failed(connection.server, mail, Stage.GREET, reply=CROWDED)

        def at(stage, connection, mail, cancel):
            if stage is Stage.CONTENT and not first_is_on.is_set():
                first_is_on.set()
                assert refused.wait(30)

        harness.connector.answer, harness.connector.at = answer, at
        ids = harness.add(20)
        assert harness.run(connections=2) == DeliverySummary(sent=20)
        assert harness.states(ids) == ["sent"] * 20
        hold = the_hold(harness)
        assert (hold.state, hold.connections, hold.until) == (HoldState.SLOWED, 1, MORNING + timedelta(hours=1))
        assert len(harness.connector.opened) == 2
        harness.add(20)
        harness.run(connections=2)
        assert len(harness.connector.opened) == 3

    def test_pause_it_where_there_is_only_one(self, harness):
        harness.connector.answer = always(Stage.GREET, reply=CROWDED)
        harness.add(5)
        assert harness.run(connections=1) == DeliverySummary(later=1)
        assert (the_hold(harness).state, the_hold(harness).connections) == (HoldState.PAUSED, 1)


class TestRefusalsThatAreAlike:
    def refuse(self, harness, reply, stage=Stage.CONTENT):
        harness.connector.answer = only_first(stage, reply=reply)

    def test_stop_the_queue_after_three(self, harness):
        self.refuse(harness, Reply(code=554, enhanced_code="5.7.0", text=("blocked, id 1",)))
        ids = harness.add(10)
        assert harness.run(connections=1) == DeliverySummary(refused=3)
        assert harness.states(ids) == ["refused"] * 3 + ["waiting"] * 7
        hold = the_hold(harness)
        assert (hold.state, hold.cause, hold.until) == (HoldState.HELD, Cause.MAIL_REFUSED, None)
        assert hold.reply == "554 5.7.0 blocked, id 1"
        # A check does not show that mails are taken again.
        assert not harness.store.release("first")
        harness.store.resume("first")
        assert harness.run(connections=1) == DeliverySummary(refused=3)

    def test_count_over_couriers(self, harness):
        self.refuse(harness, Reply(code=554, enhanced_code="5.7.0", text=("blocked",)))
        for number in range(3):
            assert list(harness.store.holds()) == []
            harness.add(message(number=number))
            harness.run(name=f"c{number}")
        assert the_hold(harness).state is HoldState.HELD

    def test_do_not_count_with_a_sent_mail_between_them(self, harness):
        refused = Reply(code=554, enhanced_code="5.7.0", text=("blocked",))
        harness.connector.answer = lambda connection, mail: (
            None if mail.message.subject == "Mail 2" else failed(connection.server, mail, Stage.CONTENT, reply=refused)
        )
        harness.add(5)
        assert harness.run(connections=1) == DeliverySummary(sent=1, refused=4)
        assert list(harness.store.holds()) == []

    def test_do_not_count_for_addresses_that_do_not_exist(self, harness):
        self.refuse(harness, NOBODY, Stage.RECIPIENT)
        harness.add(10)
        assert harness.run(connections=1) == DeliverySummary(refused=10)


class TestEachRecipient:
    def refusing(self, **replies):
        def answer(connection, mail):
            if connection.server.smtp_port != 587:
                return None
            refused = tuple(
                RecipientRefused(recipient=a.spec, reply=replies[a.local])
                for a in mail.envelope.recipients
                if a.local in replies
            )
            whole = passed(connection.server, mail)
            if len(refused) == len(mail.envelope.recipients):
                whole = failed(connection.server, mail, Stage.RECIPIENT, reply=refused[0].reply)
            return replace(whole, refused=refused)

        return answer

    def test_is_judged_by_the_reply_to_it(self, harness):
        harness.connector.answer = self.refusing(b=NOBODY, c=LATER, d=RELAY)
        (one,) = harness.add(message(to="a@x.example,b@x.example,c@x.example,d@x.example"), backup="second")
        harness.add(message("Next"), smtp="first")
        assert harness.run(connections=1) == DeliverySummary(sent=1)
        delivery = harness.store.get(one)
        # The sender is refused, which holds the SMTP: the backup gets what waits.
        assert (the_hold(harness).profile_id, the_hold(harness).cause) == ("first", Cause.SENDER_REFUSED)
        assert [r.state for r in delivery.recipients] == ["sent", "refused", "sent", "sent"]
        assert [[a.local for a in mail.envelope.recipients] for mail in harness.connector.sent] == [
            ["a", "b", "c", "d"],
            ["c", "d"],
        ]

    def test_waits_for_its_own_reason(self, harness):
        harness.connector.answer = self.refusing(b=LATER)
        (one,) = harness.add(message(to="a@x.example,b@x.example"), backup="second")
        assert harness.run() == DeliverySummary(later=1)
        delivery = harness.store.get(one)
        # Greylisting is the recipient's: the backup has no part in it, and the SMTP goes on.
        assert (delivery.last_reply, delivery.last_cause) == ("450 4.2.0 later", Cause.GREYLISTED)
        assert delivery.next_try_at == MORNING + timedelta(minutes=1)
        assert list(harness.store.holds()) == []

    def test_of_a_mail_that_nobody_gets_has_a_state_of_its_own(self, harness):
        harness.connector.answer = self.refusing(a=NOBODY, b=LATER)
        (one,) = harness.add(message(to="a@x.example,b@x.example"))
        assert harness.run() == DeliverySummary(later=1)
        delivery = harness.store.get(one)
        assert [(r.state, r.reply) for r in delivery.recipients] == [
            ("refused", "550 5.1.1 nobody"),
            ("waiting", "450 4.2.0 later"),
        ]

    def test_gets_a_mail_that_is_too_large_for_the_first_through_the_backup(self, harness):
        harness.connector.answer = only_first(Stage.SENDER, kind=FailureKind.TOO_LARGE)
        (one,) = harness.add(message(), backup="second")
        (other,) = harness.add(message("No backup"))
        assert harness.run() == DeliverySummary(sent=1, refused=1)
        assert harness.states([one, other]) == ["sent", "refused"]
        assert list(harness.store.holds()) == []
