import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.transport import failed, passed
from services.courier_house import MORNING, CourierHouse, Gate, generic, graph, letter

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.conversation import (
    FailureKind,
    HttpReply,
    RecipientRefused,
    Reply,
    Stage,
    TlsMode,
)
from smtp_desktop.domain.delivery import DeliveryState, SmtpHold
from smtp_desktop.domain.errors import StoreBusy, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.events import OutboxChanged, ServerLearned
from smtp_desktop.domain.letter import FinishedLetter
from smtp_desktop.domain.text import text
from smtp_desktop.services.hand import Tally

WRONG_PASSWORD = Reply(code=535, enhanced_code="5.7.8", text=("no",))
LATER = Reply(code=450, enhanced_code="4.2.0", text=("later",))
NOBODY = Reply(code=550, enhanced_code="5.1.1", text=("nobody",))


@pytest.fixture
def house(tmp_path):
    with closing(CourierHouse(tmp_path / "db", generic("main", default=True))) as it:
        yield it


def always(stage, **more):
    return lambda line, mail: failed(line.server, mail, stage, **more)


class TestAMailThatGoesWell:
    def test_is_sent_by_the_default_smtp_and_signed(self, house):
        house.save(generic("main", default=True, signature="The boss"))
        (one,) = house.add(letter(to="a@x.example,b@x.example"))
        assert house.run() == Tally(sent=1)
        (mail,) = house.lines.sent
        assert [address.spec for address in mail.envelope.recipients] == ["a@x.example", "b@x.example"]
        assert mail.message.header_from.spec == "main@company.example"
        assert mail.message.text == "Hello\n\n-- \nThe boss\n"
        assert mail.message.message_id == "<Report.1@company.example>"
        kept = house.store.get(one)
        assert (kept.state, kept.smtp_name, kept.finished_at) == (DeliveryState.SENT, "main", MORNING)
        assert [recipient.state for recipient in kept.recipients] == [DeliveryState.SENT] * 2

    def test_is_told_with_its_attempt(self, house):
        (one,) = house.add()
        house.run()
        ((delivery, attempt),) = house.attempts
        assert (delivery.id, delivery.state, delivery.attempts) == (one, DeliveryState.SENT, 1)
        assert [*house.store.attempts(one)] == [attempt]
        assert attempt.timeline.accepted.code == 250
        assert OutboxChanged() in house.events.published

    def test_goes_as_it_is_when_it_was_finished_elsewhere(self, house):
        raw = b"Subject: hi\r\n\r\nbody\r\n"
        house.add(FinishedLetter(raw=raw, recipients=letter().to, message_id="<x@y>"))
        house.run()
        assert house.lines.sent[0].message.raw == raw

    def test_goes_through_its_own_smtp(self, house):
        house.save(generic("other", port=2525))
        house.add(smtp="other")
        house.run()
        assert [line.server.smtp_port for line in house.lines.opened] == [2525]

    def test_shares_a_connection_with_others(self, house):
        house.add(50)
        assert house.run(connections=2) == Tally(sent=50)
        assert sorted(house.lines.subjects) == sorted(f"Mail {number}" for number in range(50))
        assert len(house.lines.opened) <= 2
        assert all(line.closed == 1 and len(line.users) == 1 for line in house.lines.opened)
        assert not [t for t in threading.enumerate() if t.name.startswith("lane")]

    def test_is_sent_through_the_smtp_as_it_is_by_then(self, house):
        """The first line is to the old server; the second mail needs one to the new."""

        def change(stage, line, mail, cancel):
            if stage is Stage.CONTENT and mail.message.subject == "First":
                house.save(generic("main", default=True, port=2526))
                house.add(letter("Second"))

        house.lines.at = change
        house.add(letter("First"))
        assert house.run(connections=1) == Tally(sent=2)
        assert [line.server.smtp_port for line in house.lines.opened] == [587, 2526]
        assert [line.closed for line in house.lines.opened] == [1, 1]

    def test_nothing_due_needs_no_connection(self, house):
        assert house.run() == Tally()
        assert house.lines.opened == []


class TestAMailThatTheServerRefuses:
    def test_waits_a_minute_then_five(self, house):
        house.lines.answer = always(Stage.RECIPIENT, reply=LATER)
        (one,) = house.add()
        assert house.run() == Tally(later=1)
        kept = house.store.get(one)
        assert (kept.state, kept.next_try_at) == (DeliveryState.WAITING, MORNING + timedelta(minutes=1))
        assert kept.last_reply == "450 4.2.0 later"
        assert house.run() == Tally()
        house.clock.pass_(minutes=1)
        house.run()
        assert house.store.get(one).next_try_at == house.clock.now() + timedelta(minutes=5)
        house.lines.answer = lambda line, mail: None
        house.clock.pass_(minutes=5)
        assert house.run() == Tally(sent=1)
        assert {mail.message.message_id for mail in house.lines.sent} == {"<Report.1@company.example>"}

    def test_is_given_up_when_it_is_too_old(self, house):
        house.lines.answer = always(Stage.CONTENT, reply=LATER)
        (one,) = house.add()
        house.clock.pass_(days=5)
        assert house.run() == Tally(refused=1)
        (recipient,) = house.store.get(one).recipients
        assert recipient.state is DeliveryState.REFUSED
        assert recipient.reply == "Too old to be tried again. The last answer: 450 4.2.0 later"

    def test_is_refused_for_good(self, house):
        house.lines.answer = always(Stage.RECIPIENT, reply=NOBODY)
        (one,) = house.add()
        assert house.run() == Tally(refused=1)
        assert house.store.get(one).recipients[0].reply == "550 5.1.1 nobody"

    def test_for_some_recipients_goes_on_for_those_who_wait(self, house):
        def partly(line, mail):
            refusals = {"b@x.example": NOBODY, "c@x.example": LATER}
            return replace(
                passed(line.server, mail),
                refused=tuple(
                    RecipientRefused(recipient=a.spec, reply=refusals[a.spec])
                    for a in mail.envelope.recipients
                    if a.spec in refusals
                ),
            )

        house.lines.answer = partly
        (one,) = house.add(letter(to="a@x.example,b@x.example,c@x.example"))
        assert house.run() == Tally(later=1)
        kept = house.store.get(one)
        assert [r.state for r in kept.recipients] == ["sent", "refused", "waiting"]
        assert [r.reply for r in kept.recipients] == ["", "550 5.1.1 nobody", "450 4.2.0 later"]
        house.lines.answer = lambda line, mail: None
        house.clock.pass_(minutes=1)
        assert house.run() == Tally(sent=1)
        assert [[a.spec for a in mail.envelope.recipients] for mail in house.lines.sent] == [
            ["a@x.example", "b@x.example", "c@x.example"],
            ["c@x.example"],
        ]
        kept = house.store.get(one)
        assert (kept.state, [r.state for r in kept.recipients]) == ("sent", ["sent", "refused", "sent"])

    def test_waits_as_long_as_microsoft_asks(self, house):
        house.save(graph("box"))
        house.lines.answer = always(
            Stage.SEND, kind=FailureKind.GRAPH_REFUSED, reply=HttpReply(code=429, retry_after_s=600)
        )
        (one,) = house.add(smtp="box")
        house.run()
        assert house.store.get(one).next_try_at == MORNING + timedelta(seconds=600)


class TestAMailThatCantBegin:
    def test_no_from_address(self, house):
        house.save(replace(generic("bare", auth=False), from_address=""))
        (one,) = house.add(smtp="bare")
        assert house.run() == Tally(refused=1)
        kept = house.store.get(one)
        assert (kept.last_kind, kept.last_stage) == (FailureKind.NOT_STARTED, Stage.SENDER)
        assert kept.last_reply == "The SMTP bare has no usable From Address. Enter one and save."

    def test_a_header_that_can_t_be_written(self, house):
        def bad(line, mail):
            if mail.message.subject == "Mail 0":
                raise ValueError("a control character")

        house.lines.answer = bad
        one, two = house.add(2)
        assert house.run(connections=1) == Tally(sent=1, refused=1)
        assert "a control character" in house.store.get(one).last_reply
        assert house.states([two]) == ["sent"]
        # In which state it left its line nobody knows.
        assert [line.closed for line in house.lines.opened] == [1, 1]

    def test_a_keyring_that_fails_is_asked_again_later(self, house):
        house.vault.failure = VaultError(text("The keyring is away."))
        (one,) = house.add()
        assert house.run() == Tally(later=1)
        assert house.store.get(one).last_reply == "The keyring is away."
        assert house.lines.opened == []

    def test_a_locked_vault_ends_it_and_costs_nothing(self, house):
        house.vault.locked = True
        ids = house.add(30)
        with pytest.raises(VaultLocked):
            house.run()
        assert house.states(ids) == ["waiting"] * 30
        assert house.attempts == []
        house.vault.locked = False
        assert house.run() == Tally(sent=30)

    def test_a_bug_is_raised_and_holds_up_only_its_own_mail(self, house):
        def crash(line, mail):
            if mail.message.subject == "Mail 0":
                raise KeyError("bug")

        house.lines.answer = crash
        ids = house.add(40)
        with pytest.raises(KeyError, match="bug"):
            house.run()
        assert house.store.get(ids[0]).next_try_at == MORNING + timedelta(minutes=1)
        assert set(house.states(ids)) <= {"waiting", "sent"}
        sent = house.states(ids).count("sent")
        assert house.run() == Tally(sent=39 - sent)


class TestAHeldSmtp:
    @pytest.mark.parametrize("connections", [1, 2, 5])
    def test_costs_one_sign_in_whatever_waits(self, house, connections):
        another = threading.Event()

        def give_others_time(stage, line, mail, cancel):
            if stage is Stage.SIGN_IN:
                another.wait(0.2) if len(house.lines.opened) == 1 else another.set()

        house.lines.at = give_others_time
        house.lines.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(60)
        assert house.run(connections=connections) == Tally(later=1)
        assert len(house.lines.sign_ins) == 1
        assert house.states(ids) == ["waiting"] * 60
        (hold,) = house.store.holds()
        assert (hold.profile_id, hold.stage, hold.reply) == ("main", Stage.SIGN_IN, "535 5.7.8 no")
        assert hold.probe_at == MORNING + timedelta(minutes=15)
        assert house.run() == Tally()
        assert len(house.lines.sign_ins) == 1

    def test_sends_again_once_it_is_released(self, house):
        house.lines.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        house.add(5)
        house.run()
        house.store.release("main")
        house.lines.answer = lambda line, mail: None
        assert house.run() == Tally(sent=5)

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
                    house.lines.hang_up()
            both.wait(30)

        lock = threading.Lock()
        house.lines.at, house.lines.answer = at, answer
        # What fails later has nobody to meet.
        house.note = lambda delivery, attempt: change(delivery, attempt) if attempt.timeline.ok else None
        ids = house.add(12)
        courier = house.courier(connections=2)
        assert house.run(courier).sent == 2
        assert len(house.lines.sign_ins) == 3
        assert house.states(ids).count("waiting") == 10

    def test_holds_up_no_other(self, house):
        house.save(generic("other", port=2525))
        house.lines.answer = lambda line, mail: (
            failed(line.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD) if line.server.smtp_port == 587 else None
        )
        house.add(30)
        other = house.add(letter("Other"), smtp="other")
        assert house.run() == Tally(sent=1, later=1)
        assert house.states(other) == ["sent"]

    def test_that_was_mended_meanwhile_is_not_held(self, house):
        def mend(stage, line, mail, cancel):
            if stage is Stage.SIGN_IN and line.server.smtp_port == 587:
                house.save(generic("main", default=True, port=2527))

        house.lines.at = mend
        house.lines.answer = lambda line, mail: (
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
        assert house.run() == Tally()
        assert house.lines.sign_ins == []

    def test_is_checked_when_its_time_has_come(self, house):
        house.lines.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(3)
        house.run()
        house.lines.answer = lambda line, mail: None
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
        house.lines.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
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
        assert len(house.lines.sign_ins) == 1


class TestABackup:
    @pytest.fixture
    def house(self, tmp_path):
        first, second = generic("first", default=True), generic("second", port=2525)
        with closing(CourierHouse(tmp_path / "db", first, second)) as it:
            yield it

    def answer_first(self, house, stage, **more):
        house.lines.answer = lambda line, mail: (
            failed(line.server, mail, stage, **more) if line.server.smtp_port == 587 else None
        )

    def test_takes_over_at_once(self, house):
        self.answer_first(house, Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = house.add(letter(), backup="second")
        assert house.run() == Tally(sent=1)
        kept = house.store.get(one)
        assert (kept.smtp_name, kept.by_backup, kept.attempts) == ("second", True, 2)
        assert [(a.number, a.smtp_name, a.by_backup, a.state) for a in house.store.attempts(one)] == [
            (1, "first", False, "waiting"),
            (2, "second", True, "sent"),
        ]
        assert house.lines.sent[0].message.header_from.spec == "second@company.example"

    def test_does_not_take_over_what_the_server_refused(self, house):
        self.answer_first(house, Stage.RECIPIENT, reply=NOBODY)
        house.add(letter(), backup="second")
        assert house.run() == Tally(refused=1)

    def test_takes_over_from_a_held_one(self, house):
        self.answer_first(house, Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(10, backup="second")
        assert house.run() == Tally(sent=10)
        assert len([line for line in house.lines.sign_ins if line.server.smtp_port == 587]) == 1
        assert {house.store.get(one).smtp_name for one in ids} == {"second"}

    def test_that_fails_as_well_is_one_try_of_both(self, house):
        house.lines.answer = always(Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = house.add(letter(), backup="second")
        assert house.run() == Tally(later=1)
        assert house.store.get(one).next_try_at == MORNING + timedelta(minutes=1)
        house.clock.pass_(minutes=1)
        house.run()
        assert house.store.get(one).next_try_at == house.clock.now() + timedelta(minutes=5)
        assert [a.smtp_name for a in house.store.attempts(one)] == ["first", "second", "first", "second"]

    def test_both_held_is_waiting_without_end(self, house):
        house.lines.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
        ids = house.add(10, backup="second")
        house.clock.pass_(days=9)
        assert house.run().refused == 0
        assert house.states(ids) == ["waiting"] * 10
        assert len(house.lines.sign_ins) == 2
        assert house.run() == Tally()

    def test_that_is_held_then_leaves_the_mail_to_the_first(self, house):
        def answer(line, mail):
            if line.server.smtp_port == 587:
                return failed(line.server, mail, Stage.CONNECT, kind=FailureKind.REFUSED)
            return failed(line.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD)

        house.lines.answer = answer
        (one,) = house.add(letter(), backup="second")
        assert house.run() == Tally(later=1)
        kept = house.store.get(one)
        assert (kept.attempts, kept.next_try_at) == (2, MORNING + timedelta(minutes=1))

    def test_that_is_the_same_smtp_is_none(self, house):
        self.answer_first(house, Stage.CONNECT, kind=FailureKind.REFUSED)
        (one,) = house.add(letter(), backup="first")
        assert house.run() == Tally(later=1)
        assert len(house.store.attempts(one)) == 1


class TestAnOutcomeThatIsNotKnown:
    def test_is_tried_again_by_smtp_with_the_same_message_id(self, house):
        house.lines.answer = always(Stage.CONTENT, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = house.add()
        assert house.run() == Tally(unknown=1)
        kept = house.store.get(one)
        assert (kept.state, kept.may_be_twice) == (DeliveryState.UNKNOWN, True)
        assert kept.next_try_at == MORNING + timedelta(minutes=1)
        house.lines.answer = lambda line, mail: None
        house.clock.pass_(minutes=1)
        assert house.run() == Tally(sent=1)
        assert len({mail.message.message_id for mail in house.lines.sent}) == 1
        kept = house.store.get(one)
        assert (kept.state, kept.may_be_twice) == (DeliveryState.SENT, True)

    def test_is_left_to_the_admin_by_graph(self, house):
        house.save(graph("box"))
        house.lines.answer = always(Stage.SEND, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = house.add(smtp="box")
        assert house.run() == Tally(unknown=1)
        kept = house.store.get(one)
        assert (kept.state, kept.next_try_at, kept.may_be_twice) == (DeliveryState.UNKNOWN, None, False)
        house.clock.pass_(days=1)
        assert house.run() == Tally()


class TestALease:
    def test_that_was_lost_keeps_the_content_at_home(self, house):
        (one,) = house.add()

        def steal(stage, line, mail, cancel):
            if stage is Stage.SENDER and not house.lines.sent:
                house.clock.pass_(seconds=61)
                house.store.recover(now=house.clock.now(), retry_at=house.clock.now())
                house.store.claim(
                    "thief", now=house.clock.now(), lease_ends_at=house.clock.now() + timedelta(1), limit=1
                )

        house.lines.at = steal
        assert house.run() == Tally()
        assert house.lines.sent == []
        assert house.store.get(one).state is DeliveryState.SENDING

    def test_is_extended_while_mails_are_in_hand(self, house):
        house.add()
        gate, extended = Gate(), threading.Event()
        house.lines.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
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
        house.store.hand_over(claimed[0].id, "dead")
        assert house.run() == Tally(sent=1)
        house.clock.pass_(seconds=60)
        assert house.run() == Tally(sent=1)
        assert house.states(ids) == ["unknown", "sent", "sent"]
        house.clock.pass_(minutes=1)
        assert house.run() == Tally(sent=1)
        assert [house.store.get(one).may_be_twice for one in ids] == [True, False, False]

    def test_outlives_a_sleep_of_the_computer(self, house):
        house.add()
        gate, looked = Gate(), threading.Event()
        house.lines.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        recover = house.store.recover

        def recovering(**moments):
            recovered = recover(**moments)
            looked.set()
            return recovered

        house.store.recover = recovering
        with house.watching(connections=1):
            assert gate.reached.wait(30)
            looked.clear()
            house.clock.pass_(hours=1)
            (one,) = house.add(letter("Next"))
            assert looked.wait(30)
            gate.open()
        assert not any(house.store.get(each).may_be_twice for each in (one - 1, one))
        assert house.store.get(one - 1).state is DeliveryState.SENT


class TestAnOutboxThatFails:
    def full(self, *args, **kwargs):
        raise StoreError(text("The disk is full."))

    def test_before_the_content_goes_out_keeps_it_at_home(self, house):
        ids = house.add(3)
        house.store.hand_over = self.full
        with pytest.raises(StoreError, match="full"):
            house.run(connections=1)
        assert house.lines.sent == []
        assert house.states(ids) == ["waiting"] * 3

    def test_for_a_while_is_asked_again(self, house):
        (one,) = house.add()
        finish, calls = house.store.finish, []

        def busy_twice(*args):
            calls.append(args)
            if len(calls) < 3:
                raise StoreBusy(text("Busy."))
            return finish(*args)

        house.store.finish = busy_twice
        assert house.run() == Tally(sent=1)
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


class TestWhatIsKnownOfAServer:
    def test_is_used_and_learned(self, house):
        house.save(replace(generic("main", default=True), server=replace(generic("main").server, tls=True)))
        house.add()
        house.run()
        (fact,) = house.health.server_facts()
        assert (fact.host, fact.port, fact.security.mode) == ("127.0.0.1", 587, TlsMode.STARTTLS)
        assert ServerLearned(fact=fact) in house.events.published
        house.add()
        house.run()
        assert house.lines.known_modes == [None, TlsMode.STARTTLS]


class TestStopping:
    def test_finishes_what_is_being_sent_and_gives_back_the_rest(self, house):
        ids = house.add(30)
        gate, given_back = Gate(), threading.Event()
        house.lines.at = lambda stage, *_: gate.wait() if stage is Stage.CONTENT else None
        give_back = house.store.give_back

        def giving_back(*args):
            give_back(*args)
            given_back.set()

        house.store.give_back = giving_back
        with house.watching(connections=1) as cancel:
            assert gate.reached.wait(30)
            cancel.request()
            assert given_back.wait(30)
            assert house.states(ids).count("waiting") == 29
            gate.open()
        assert house.states(ids).count("sent") == 1
        assert house.states(ids).count("waiting") == 29
        assert [line.closed for line in house.lines.opened] == [1]

    def test_cancels_what_does_not_end(self, house):
        ids = house.add(2)
        reached = threading.Event()

        def endless(stage, line, mail, cancel):
            if stage is Stage.CONTENT:
                cancelled = threading.Event()
                cancel.wakes(cancelled.set)
                reached.set()
                assert cancelled.wait(30)

        house.lines.at = endless
        with house.watching(connections=2, patience_s=0.0) as cancel:
            assert reached.wait(30)
            cancel.request()
        assert house.lines.sent == []
        assert house.states(ids) == ["waiting"] * 2
        house.lines.at = lambda *_: None
        assert house.run() == Tally(sent=2)

    def test_before_the_start_sends_nothing(self, house):
        house.add()
        cancel = Cancel()
        cancel.request()
        assert house.courier().run(watch=True, cancel=cancel) == Tally()
        assert house.lines.opened == []


class TestWatching:
    def test_sends_what_comes_later(self, house):
        sent = threading.Event()
        house.note = lambda *_: sent.set()
        with house.watching():
            house.add()
            assert sent.wait(30)
        assert house.lines.subjects == ["Report"]

    def test_a_slow_smtp_holds_up_no_other(self, house):
        """A hundred mails for a server that never answers are older than the one for another."""
        house.save(generic("fast", port=2525))
        house.add(100)
        gate, sent = Gate(), threading.Event()

        def slow(stage, line, mail, cancel):
            if stage is Stage.CONTENT:
                gate.wait() if line.server.smtp_port == 587 else sent.set()

        house.lines.at = slow
        with house.watching():
            assert gate.reached.wait(30)
            house.add(letter("Fast"), smtp="fast")
            assert sent.wait(30)
            gate.open()
