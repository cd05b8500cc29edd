"""An SMTP that is held up for all its mails, and the backup that takes over."""

import threading
from contextlib import closing
from datetime import timedelta

import pytest
from fakes.transport import failed, passed
from services.courier_house import MORNING, NOBODY, WRONG_PASSWORD, CourierHouse, always, generic, message

from smtp_desktop.domain.delivery.delivery import DeliveryState, SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.services.delivery.in_flight import DeliverySummary


@pytest.fixture
def house(tmp_path):
    with closing(CourierHouse(tmp_path / "db", generic("main", default=True))) as it:
        yield it


class TestAHeldSmtp:
    @pytest.mark.parametrize("connections", [1, 2, 5])
    def test_costs_one_sign_in_whatever_waits(self, house, connections):
        another = threading.Event()

        def give_others_time(stage, line, mail, cancel):
            if stage is Stage.SIGN_IN:
                another.wait(0.2) if len(house.connector.opened) == 1 else another.set()

        house.connector.at = give_others_time
        house.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(60)
        assert house.run(connections=connections) == DeliverySummary(later=1)
        assert len(house.connector.sign_ins) == 1
        assert house.states(ids) == ["waiting"] * 60
        (hold,) = house.store.holds()
        assert (hold.profile_id, hold.stage, hold.reply) == ("main", Stage.SIGN_IN, "535 5.7.8 no")
        assert hold.probe_at == MORNING + timedelta(minutes=15)
        assert house.run() == DeliverySummary()
        assert len(house.connector.sign_ins) == 1

    def test_sends_again_once_it_is_released(self, house):
        house.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        house.add(5)
        house.run()
        house.store.release("main")
        house.connector.answer = lambda line, mail: None
        assert house.run() == DeliverySummary(sent=5)

    def test_costs_one_sign_in_where_open_lines_have_to_connect_anew(self, house):
        """Both have sent before; then the password changes and the server hangs up."""
        both, wrong = threading.Barrier(2), threading.Event()

        def at(stage, line, mail, cancel):
            if stage is Stage.CONTENT and not wrong.is_set():
                both.wait(30)

        def answer(line, mail):
            return failed(line.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD) if wrong.is_set() else None

        def change(delivery, attempt):
            with lock:
                house.attempts.append((delivery, attempt))
                if len(house.attempts) == 2:
                    wrong.set()
                    house.connector.hang_up()
            both.wait(30)

        lock = threading.Lock()
        house.connector.at, house.connector.answer = at, answer
        # What fails later has nobody to meet.
        house.note = lambda delivery, attempt: change(delivery, attempt) if attempt.timeline.ok else None
        ids = house.add(12)
        courier = house.courier(connections=2)
        assert house.run(courier).sent == 2
        assert len(house.connector.sign_ins) == 3
        assert house.states(ids).count("waiting") == 10

    def test_holds_up_no_other(self, house):
        house.save(generic("other", port=2525))
        house.connector.answer = lambda line, mail: (
            failed(line.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD) if line.server.smtp_port == 587 else None
        )
        house.add(30)
        other = house.add(message("Other"), smtp="other")
        assert house.run() == DeliverySummary(sent=1, later=1)
        assert house.states(other) == ["sent"]

    def test_that_was_mended_meanwhile_is_not_held(self, house):
        def mend(stage, line, mail, cancel):
            if stage is Stage.SIGN_IN and line.server.smtp_port == 587:
                house.save(generic("main", default=True, port=2527))

        house.connector.at = mend
        house.connector.answer = lambda line, mail: (
            failed(line.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD) if line.server.smtp_port == 587 else None
        )
        house.add(3)
        assert house.run().sent == 3
        assert [*house.store.holds()] == []

    def test_is_held_for_the_mails_that_another_process_has_in_hand(self, house):
        """The other one finds out while this one's first mail is about to connect."""
        house.add(10)
        hold = SmtpHold(
            profile_id="main",
            since=MORNING,
            stage=Stage.SIGN_IN,
            kind=FailureKind.REPLY,
            reply="535",
            probe_at=MORNING + timedelta(hours=1),
        )
        claim = house.store.claim

        def claim_then_hold(*args, **kwargs):
            claimed = claim(*args, **kwargs)
            house.store.hold(hold)
            return claimed

        house.store.claim = claim_then_hold
        assert house.run() == DeliverySummary()
        assert house.connector.sign_ins == []

    def test_is_checked_when_its_time_has_come(self, house):
        house.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(3)
        house.run()
        house.connector.answer = lambda line, mail: None
        house.clock.pass_(minutes=16)
        house.transport.timeline = passed(generic("main").server, None)
        done = threading.Event()
        note = house.note

        def noting(delivery, attempt):
            note(delivery, attempt)
            if len([a for _, a in house.attempts if a.state is DeliveryState.SENT]) == 3:
                done.set()

        house.note = noting
        with house.watching():
            assert done.wait(30)
        assert len(house.transport.conversations) == 1
        assert house.states(ids) == ["sent"] * 3

    def test_that_fails_its_check_is_checked_more_rarely(self, house):
        house.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        house.add(3)
        house.run()
        house.transport.timeline = failed(generic("main").server, None, Stage.SIGN_IN, reply=WRONG_PASSWORD)
        probed = threading.Event()
        house.transport.during = probed.set
        for wait, following in ((15, 30), (30, 60), (60, 120), (120, 240), (240, 240)):
            house.clock.pass_(minutes=wait)
            probed.clear()
            with house.watching():
                assert probed.wait(30)
            (hold,) = house.store.holds()
            assert hold.probe_at == house.clock.now() + timedelta(minutes=following)
        assert len(house.connector.sign_ins) == 1


class TestABackup:
    @pytest.fixture
    def house(self, tmp_path):
        first, second = generic("first", default=True), generic("second", port=2525)
        with closing(CourierHouse(tmp_path / "db", first, second)) as it:
            yield it

    def answer_first(self, house, stage, **more):
        house.connector.answer = lambda line, mail: (
            failed(line.server, mail, stage, **more) if line.server.smtp_port == 587 else None
        )

    def test_takes_over_at_once(self, house):
        self.answer_first(house, Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = house.add(message(), backup="second")
        assert house.run() == DeliverySummary(sent=1)
        kept = house.store.get(one)
        assert (kept.smtp_name, kept.by_backup, kept.attempts) == ("second", True, 2)
        assert [(a.number, a.smtp_name, a.by_backup, a.state) for a in house.store.attempts(one)] == [
            (1, "first", False, "waiting"),
            (2, "second", True, "sent"),
        ]
        assert house.connector.sent[0].message.header_from.spec == "second@company.example"

    def test_does_not_take_over_what_the_server_refused(self, house):
        self.answer_first(house, Stage.RECIPIENT, reply=NOBODY)
        house.add(message(), backup="second")
        assert house.run() == DeliverySummary(refused=1)

    def test_takes_over_from_a_held_one(self, house):
        self.answer_first(house, Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(10, backup="second")
        assert house.run() == DeliverySummary(sent=10)
        assert len([line for line in house.connector.sign_ins if line.server.smtp_port == 587]) == 1
        assert {house.store.get(one).smtp_name for one in ids} == {"second"}

    def test_that_fails_as_well_is_one_try_of_both(self, house):
        house.connector.answer = always(Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = house.add(message(), backup="second")
        assert house.run() == DeliverySummary(later=1)
        assert house.store.get(one).next_try_at == MORNING + timedelta(minutes=1)
        house.clock.pass_(minutes=1)
        house.run()
        assert house.store.get(one).next_try_at == house.clock.now() + timedelta(minutes=5)
        assert [a.smtp_name for a in house.store.attempts(one)] == ["first", "second", "first", "second"]

    def test_both_held_is_waiting_without_end(self, house):
        house.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(10, backup="second")
        house.clock.pass_(days=9)
        assert house.run().refused == 0
        assert house.states(ids) == ["waiting"] * 10
        assert len(house.connector.sign_ins) == 2
        assert house.run() == DeliverySummary()

    def test_that_is_held_then_leaves_the_mail_to_the_first(self, house):
        def answer(line, mail):
            if line.server.smtp_port == 587:
                return failed(line.server, mail, Stage.CONNECT, kind=FailureKind.REFUSED)
            return failed(line.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD)

        house.connector.answer = answer
        (one,) = house.add(message(), backup="second")
        assert house.run() == DeliverySummary(later=1)
        kept = house.store.get(one)
        assert (kept.attempts, kept.next_try_at) == (2, MORNING + timedelta(minutes=1))

    def test_that_is_the_same_smtp_is_none(self, house):
        self.answer_first(house, Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = house.add(message(), backup="first")
        assert house.run() == DeliverySummary(later=1)
        assert len(house.store.attempts(one)) == 1
