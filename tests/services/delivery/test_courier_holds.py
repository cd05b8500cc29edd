"""A held SMTP, and the backup that takes over."""

import threading
from contextlib import closing
from datetime import timedelta

import pytest
from fakes.transport import failed, passed
from services.courier_harness import MORNING, NOBODY, WRONG_PASSWORD, CourierHarness, always, generic, message

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.services.delivery.in_flight import DeliverySummary


@pytest.fixture
def harness(tmp_path):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True))) as harness:
        yield harness


def refuse_password_at_587(connection, mail):
    if connection.server.smtp_port == 587:
        return failed(connection.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD)
    return None


class TestAHeldSmtp:
    @pytest.mark.parametrize("connections", [1, 2, 5])
    def test_costs_one_sign_in_whatever_waits(self, harness, connections):
        another = threading.Event()

        def give_others_time(stage, connection, mail, cancel):
            if stage is Stage.SIGN_IN:
                another.wait(0.2) if len(harness.connector.opened) == 1 else another.set()

        harness.connector.at = give_others_time
        harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = harness.add(60)
        assert harness.run(connections=connections) == DeliverySummary(later=1)
        assert len(harness.connector.sign_ins) == 1
        assert harness.states(ids) == ["waiting"] * 60
        (hold,) = harness.store.holds()
        assert (hold.profile_id, hold.stage, hold.reply) == ("main", Stage.SIGN_IN, "535 5.7.8 no")
        assert hold.until == MORNING + timedelta(minutes=15)
        assert harness.run() == DeliverySummary()
        assert len(harness.connector.sign_ins) == 1

    def test_sends_again_once_it_is_released(self, harness):
        harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        harness.add(5)
        harness.run()
        harness.store.release("main")
        harness.connector.answer = lambda connection, mail: None
        assert harness.run() == DeliverySummary(sent=5)

    def test_costs_one_sign_in_where_open_connections_have_to_reconnect(self, harness):
        """Both have sent before; then the password changes and the server hangs up."""
        both, wrong = threading.Barrier(2), threading.Event()

        def at(stage, connection, mail, cancel):
            if stage is Stage.CONTENT and not wrong.is_set():
                both.wait(30)

        def answer(connection, mail):
            return failed(connection.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD) if wrong.is_set() else None

        def change(delivery, attempt):
            with lock:
                harness.attempts.append((delivery, attempt))
                if len(harness.attempts) == 2:
                    wrong.set()
                    harness.connector.hang_up()
            both.wait(30)

        lock = threading.Lock()
        harness.connector.at, harness.connector.answer = at, answer
        # Only for sent mails: those that fail later would wait for a partner that never comes.
        harness.on_attempt = lambda delivery, attempt: change(delivery, attempt) if attempt.timeline.ok else None
        ids = harness.add(12)
        courier = harness.courier(connections=2)
        assert harness.run(courier).sent == 2
        assert len(harness.connector.sign_ins) == 3
        assert harness.states(ids).count("waiting") == 10

    def test_delays_no_other(self, harness):
        harness.save(generic("other", port=2525))
        harness.connector.answer = lambda connection, mail: (
            failed(connection.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD)
            if connection.server.smtp_port == 587
            else None
        )
        harness.add(30)
        other = harness.add(message("Other"), smtp="other")
        assert harness.run() == DeliverySummary(sent=1, later=1)
        assert harness.states(other) == ["sent"]

    def test_that_was_changed_meanwhile_is_not_held(self, harness):
        def change_it(stage, connection, mail, cancel):
            if stage is Stage.SIGN_IN and connection.server.smtp_port == 587:
                harness.save(generic("main", default=True, port=2527))

        harness.connector.at = change_it
        harness.connector.answer = lambda connection, mail: (
            failed(connection.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD)
            if connection.server.smtp_port == 587
            else None
        )
        harness.add(3)
        assert harness.run().sent == 3
        assert [*harness.store.holds()] == []

    def test_is_held_for_the_mails_of_other_processes_too(self, harness):
        """Another process holds the SMTP while this one's first mail is about to connect."""
        harness.add(10)
        hold = SmtpHold(
            profile_id="main",
            since=MORNING,
            stage=Stage.SIGN_IN,
            kind=FailureKind.REPLY,
            reply="535",
            until=MORNING + timedelta(hours=1),
        )
        claim = harness.store.claim

        def claim_then_hold(*args, **kwargs):
            claimed = claim(*args, **kwargs)
            harness.store.hold(hold)
            return claimed

        harness.store.claim = claim_then_hold
        assert harness.run() == DeliverySummary()
        assert harness.connector.sign_ins == []

    def test_is_checked_when_that_is_due(self, harness):
        harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = harness.add(3)
        harness.run()
        harness.connector.answer = lambda connection, mail: None
        harness.pass_time(minutes=16)
        harness.transport.timeline = passed(generic("main").server, None)
        done = threading.Event()
        note = harness.on_attempt

        def noting(delivery, attempt):
            note(delivery, attempt)
            if len([a for _, a in harness.attempts if a.state is DeliveryState.SENT]) == 3:
                done.set()

        harness.on_attempt = noting
        with harness.watching():
            assert done.wait(30)
        assert len(harness.transport.conversations) == 1
        assert harness.states(ids) == ["sent"] * 3

    def test_that_fails_its_check_is_checked_less_often(self, harness):
        harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        harness.add(3)
        harness.run()
        harness.transport.timeline = failed(generic("main").server, None, Stage.SIGN_IN, reply=WRONG_PASSWORD)
        probed = threading.Event()
        harness.transport.during = probed.set
        for wait, following in ((15, 30), (30, 60), (60, 120), (120, 240), (240, 240)):
            harness.pass_time(minutes=wait)
            probed.clear()
            with harness.watching():
                assert probed.wait(30)
            (hold,) = harness.store.holds()
            assert hold.until == harness.clock.now() + timedelta(minutes=following)
        assert len(harness.connector.sign_ins) == 1


class TestABackup:
    @pytest.fixture
    def harness(self, tmp_path):
        first, second = generic("first", default=True), generic("second", port=2525)
        with closing(CourierHarness(tmp_path / "db", first, second)) as harness:
            yield harness

    def answer_first(self, harness, stage, **more):
        harness.connector.answer = lambda connection, mail: (
            failed(connection.server, mail, stage, **more) if connection.server.smtp_port == 587 else None
        )

    def test_takes_over_at_once(self, harness):
        self.answer_first(harness, Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = harness.add(message(), backup="second")
        assert harness.run() == DeliverySummary(sent=1)
        delivery = harness.store.get(one)
        assert (delivery.smtp_name, delivery.by_backup, delivery.attempts) == ("second", True, 2)
        assert [(a.number, a.smtp_name, a.by_backup, a.state) for a in harness.store.attempts(one)] == [
            (1, "first", False, "waiting"),
            (2, "second", True, "sent"),
        ]
        assert harness.connector.sent[0].message.header_from.spec == "second@company.example"

    def test_does_not_take_over_what_the_server_refused(self, harness):
        self.answer_first(harness, Stage.RECIPIENT, reply=NOBODY)
        harness.add(message(), backup="second")
        assert harness.run() == DeliverySummary(refused=1)

    def test_takes_over_from_a_held_one(self, harness):
        self.answer_first(harness, Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = harness.add(10, backup="second")
        assert harness.run() == DeliverySummary(sent=10)
        assert len([connection for connection in harness.connector.sign_ins if connection.server.smtp_port == 587]) == 1
        assert {harness.store.get(one).smtp_name for one in ids} == {"second"}

    def test_that_fails_as_well_is_one_try_of_both(self, harness):
        harness.connector.answer = always(Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = harness.add(message(), backup="second")
        assert harness.run() == DeliverySummary(later=1)
        assert {hold.until for hold in harness.store.holds()} == {MORNING + timedelta(seconds=30)}
        harness.pass_time(minutes=1)
        assert harness.run() == DeliverySummary(later=1)
        assert {hold.until for hold in harness.store.holds()} == {MORNING + timedelta(minutes=2)}
        assert [a.smtp_name for a in harness.store.attempts(one)] == ["first", "second", "first", "second"]

    def test_of_two_held_smtps_the_mail_waits_until_it_expires(self, harness):
        harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = harness.add(10, backup="second")
        assert harness.run().refused == 0
        harness.pass_time(days=4)
        assert harness.run() == DeliverySummary()
        assert harness.states(ids) == ["waiting"] * 10
        assert len(harness.connector.sign_ins) == 2
        harness.pass_time(days=1)
        assert harness.run() == DeliverySummary()
        assert harness.states(ids) == ["expired"] * 10
        harness.store.resume("first")
        harness.connector.answer = lambda connection, mail: None
        assert harness.run() == DeliverySummary()
        assert harness.store.resend(ids[:1], now=harness.clock.now()) == 1
        assert harness.run() == DeliverySummary(sent=1)

    def test_that_gets_held_leaves_the_mail_to_the_first(self, harness):
        def answer(connection, mail):
            if connection.server.smtp_port == 587:
                return failed(connection.server, mail, Stage.CONNECT, kind=FailureKind.REFUSED)
            return failed(connection.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD)

        harness.connector.answer = answer
        (one,) = harness.add(message(), backup="second")
        assert harness.run() == DeliverySummary(later=1)
        assert harness.store.get(one).attempts == 2
        harness.connector.answer = lambda connection, mail: None
        assert harness.run() == DeliverySummary()
        harness.pass_time(seconds=30)
        assert harness.run() == DeliverySummary(sent=1)
        assert harness.store.get(one).smtp_name == "first"

    def test_that_is_the_same_smtp_is_none(self, harness):
        self.answer_first(harness, Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = harness.add(message(), backup="first")
        assert harness.run() == DeliverySummary(later=1)
        assert len(harness.store.attempts(one)) == 1
