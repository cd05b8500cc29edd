"""Mails that go out several at a time, over a connection to a server that takes them so."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.mail_connections import FakeMailConnection
from fakes.transport import failed
from services.courier_house import LATER, MORNING, NOBODY, CourierHouse, Gate, generic, message

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.delivery.in_flight import DeliverySummary

REFUSE_ALL = Reply(code=530, text=("authenticate first",))


@pytest.fixture
def house(tmp_path):
    with closing(CourierHouse(tmp_path / "db", generic("main", default=True))) as it:
        it.connector.room = 8
        yield it


def flights(house):
    """The subjects that went together, and before them the one that opened the line."""
    return [[mail.message.subject for mail in batch] for line in house.connector.opened for batch in line.batches]


def by_subject(house, **answers):
    """The server answers `Mail n` as `mail_n` says: with a failure, or not at all (None ends the connection)."""

    def answer(line, mail):
        found = answers.get(mail.message.subject.lower().replace(" ", "_"))
        return failed(line.server, mail, **found) if found else None

    house.connector.answer = answer


def break_off(house, subject, *, times=1):
    """The connection ends before the server has taken anything of that mail, so many times."""
    send_many = FakeMailConnection.send_many
    left = [times]

    def breaking(line, mails, *, cancel):
        place = next((at for at, mail in enumerate(mails) if mail.message.subject == subject), len(mails))
        if place == len(mails) or not left[0]:
            return send_many(line, mails, cancel=cancel)
        left[0] -= 1
        timelines = send_many(line, mails[:place], cancel=cancel)
        line.signed_in = False
        return [*timelines, *(None for _ in mails[place:])]

    return breaking


class TestManyMails:
    def test_go_together_once_a_line_is_open(self, house):
        ids = house.add(40)
        assert house.run(connections=1) == DeliverySummary(sent=40)
        assert house.connector.subjects == [f"Mail {number}" for number in range(40)]
        assert max(len(batch) for batch in flights(house)) == 8
        assert house.states(ids) == ["sent"] * 40
        assert len(house.connector.opened) == 1

    def test_are_told_with_an_attempt_each_and_as_one_change(self, house):
        ids = house.add(9)
        house.run(connections=1)
        assert [delivery.id for delivery, _ in house.attempts] == ids
        assert [[*house.store.attempts(delivery.id)] for delivery, _ in house.attempts] == [
            [attempt] for _, attempt in house.attempts
        ]
        assert house.store.attempts(ids[-1])[0].timeline.accepted.code == 250
        assert house.events.published.count(OutboxChanged()) == 2

    def test_are_claimed_in_larger_portions(self, house):
        house.connector.room = 50
        house.add(300)
        limits = []
        claim = house.store.claim

        def claiming(*args, limit, **more):
            limits.append(limit)
            return claim(*args, limit=limit, **more)

        house.store.claim = claiming
        assert house.run(connections=1) == DeliverySummary(sent=300)
        assert limits[0] == 10
        assert max(limits) == 100
        assert max(len(batch) for batch in flights(house)) == 50

    def test_for_several_recipients_go_alone(self, house):
        house.add(
            message("First"), message("Both", to="a@x.example,b@x.example"), message("Last"), message("Very last")
        )
        assert house.run(connections=1) == DeliverySummary(sent=4)
        assert flights(house) == [["Last", "Very last"]]

    def test_do_not_go_through_a_line_to_a_server_of_before(self, house):
        def change(stage, line, mail, cancel):
            if stage is Stage.CONTENT and mail.message.subject == "First":
                house.save(generic("main", default=True, port=2526))
                house.add(3)

        house.connector.at = change
        house.add(message("First"))
        house.run(connections=1)
        assert [line.server.smtp_port for line in house.connector.opened] == [587, 2526]
        assert [[len(batch) for batch in line.batches] for line in house.connector.opened] == [[], [2]]


class TestEachOfThem:
    def test_has_a_fate_of_its_own(self, house):
        by_subject(
            house,
            mail_2={"stage": Stage.RECIPIENT, "reply": NOBODY},
            mail_3={"stage": Stage.CONTENT, "reply": LATER},
            mail_5={"stage": Stage.CONTENT, "kind": FailureKind.OUTCOME_UNKNOWN},
        )
        ids = house.add(6)
        assert house.run(connections=1) == DeliverySummary(sent=3, refused=1, later=1, unknown=1)
        assert house.states(ids) == ["sent", "sent", "refused", "waiting", "sent", "unknown"]
        assert [house.store.get(one).may_be_twice for one in ids] == [False] * 5 + [True]
        assert house.store.get(ids[2]).recipients[0].reply == "550 5.1.1 nobody"
        assert house.store.get(ids[3]).next_try_at == MORNING + timedelta(minutes=1)
        assert len(flights(house)) == 1

    def test_goes_on_alone_where_the_server_took_nothing_of_it(self, house, monkeypatch):
        monkeypatch.setattr(FakeMailConnection, "send_many", break_off(house, "Mail 4"))
        taken_back = []
        unmark_data_started = house.store.unmark_data_started
        house.store.unmark_data_started = lambda courier, ids: (
            taken_back.extend(ids),
            unmark_data_started(courier, ids),
        )
        ids = house.add(8)
        assert house.run(connections=1) == DeliverySummary(sent=8)
        assert house.connector.subjects == [f"Mail {number}" for number in range(8)]
        assert taken_back == ids[4:]
        assert [house.store.get(one).attempts for one in ids] == [1] * 8
        assert not any(house.store.get(one).may_be_twice for one in ids)
        assert len(house.connector.sign_ins) == 2

    def test_goes_on_through_its_backup(self, house):
        house.save(generic("spare", port=2525))
        by_subject(house, mail_1={"stage": Stage.SENDER, "reply": LATER})
        house.connector.answer = self.at_port(587, house.connector.answer)
        ids = house.add(3, backup="spare")
        assert house.run(connections=1) == DeliverySummary(sent=3)
        assert [house.store.get(one).smtp_name for one in ids] == ["main", "spare", "main"]
        assert [a.by_backup for a in house.store.attempts(ids[1])] == [False, True]

    def at_port(self, port, answer):
        return lambda line, mail: answer(line, mail) if line.server.smtp_port == port else None

    def test_waits_when_the_smtp_is_held_meanwhile(self, house):
        by_subject(house, mail_1={"stage": Stage.SENDER, "reply": REFUSE_ALL})
        ids = house.add(12)
        house.run(connections=1)
        assert [hold.profile_id for hold in house.store.holds()] == ["main"]
        states = house.states(ids)
        assert (states[0], states[1]) == ("sent", "waiting")
        # What was in the same flight went out; nothing else did.
        assert set(states[2:8]) <= {"sent"}
        assert set(states[9:]) == {"waiting"}

    def test_is_refused_where_the_smtp_has_no_sender(self, house):
        def bare(stage, line, mail, cancel):
            if stage is Stage.CONTENT and not house.connector.sent:
                house.save(replace(generic("main", default=True, auth=False), from_address="", server=line.server))
                house.add(3)

        house.save(generic("main", default=True, auth=False))
        house.connector.at = bare
        (one,) = house.add()
        assert house.run(connections=1) == DeliverySummary(sent=1, refused=3)
        assert house.store.get(one + 3).last_reply == "The SMTP main has no usable From Address. Enter one and save."


class TestNothingIsSentUnseen:
    def test_of_a_mail_that_is_not_this_couriers_any_more(self, house):
        mark_data_started = house.store.mark_data_started

        def late(ids, courier, **more):
            if len(ids) > 1:
                house.steal(limit=2)
            return mark_data_started(ids, courier, **more)

        house.store.mark_data_started = late
        ids = house.add(4)
        assert house.run(connections=1) == DeliverySummary(sent=2)
        assert house.connector.subjects == ["Mail 0", "Mail 3"]
        assert house.states(ids) == ["sent", "sending", "sending", "sent"]

    def test_where_the_outbox_can_t_note_it(self, house):
        mark_data_started = house.store.mark_data_started

        def full(ids, courier, **more):
            if len(ids) > 1:
                raise StoreError(msg("The disk is full."))
            return mark_data_started(ids, courier, **more)

        house.store.mark_data_started = full
        ids = house.add(4)
        with pytest.raises(StoreError, match="full"):
            house.run(connections=1)
        assert house.connector.subjects == ["Mail 0"]
        assert house.states(ids) == ["sent", *["waiting"] * 3]

    def test_and_a_bug_leaves_a_mark_on_what_may_have_gone_out(self, house, monkeypatch):
        def crash(line, mails, *, cancel):
            raise KeyError("bug")

        monkeypatch.setattr(FakeMailConnection, "send_many", crash)
        ids = house.add(4)
        with pytest.raises(KeyError, match="bug"):
            house.run(connections=1)
        assert house.states(ids) == ["sent", *["sending"] * 3]
        monkeypatch.undo()
        house.clock.pass_(minutes=1)
        house.run(connections=1)
        house.clock.pass_(minutes=1)
        assert house.run(connections=1) == DeliverySummary(sent=3)
        assert [house.store.get(one).may_be_twice for one in ids] == [False, *[True] * 3]


class TestStopping:
    def test_lets_a_flight_end_and_begins_nothing_that_was_left_of_it(self, house, monkeypatch):
        gate, given_back = Gate(), threading.Event()
        breaking = break_off(house, "Mail 3")

        def waiting(line, mails, *, cancel):
            gate.wait()
            return breaking(line, mails, cancel=cancel)

        monkeypatch.setattr(FakeMailConnection, "send_many", waiting)
        release_lease = house.store.release_lease
        house.store.release_lease = lambda *args: (release_lease(*args), given_back.set())
        ids = house.add(10)
        with house.watching(connections=1) as cancel:
            assert gate.reached.wait(30)
            cancel.request()
            assert given_back.wait(30)
            gate.open()
        assert house.states(ids) == [*["sent"] * 3, *["waiting"] * 7]
        assert not any(house.store.get(one).may_be_twice for one in ids)
