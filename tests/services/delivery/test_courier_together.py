"""Mails that go together over one connection."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.mail_connections import FakeMailConnection
from fakes.transport import failed
from services.courier_harness import LATER, MORNING, NOBODY, CourierHarness, Gate, generic, message

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.delivery.in_flight import DeliverySummary

REFUSE_ALL = Reply(code=530, text=("authenticate first",))


@pytest.fixture
def harness(tmp_path):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True))) as harness:
        harness.connector.room = 8
        yield harness


def batches(harness):
    """The subjects of the mails that went together, by connection and batch."""
    return [
        [mail.message.subject for mail in batch]
        for connection in harness.connector.opened
        for batch in connection.batches
    ]


def by_subject(harness, **answers):
    """Makes the server answer `Mail n` with the failure in `mail_n`."""

    def answer(connection, mail):
        found = answers.get(mail.message.subject.lower().replace(" ", "_"))
        return failed(connection.server, mail, **found) if found else None

    harness.connector.answer = answer


def break_off(harness, subject, *, times=1):
    """Returns a `send_many` whose connection ends before the server has taken anything of that mail, so many times."""
    send_many = FakeMailConnection.send_many
    left = [times]

    def breaking(connection, mails, *, cancel):
        place = next((at for at, mail in enumerate(mails) if mail.message.subject == subject), len(mails))
        if place == len(mails) or not left[0]:
            return send_many(connection, mails, cancel=cancel)
        left[0] -= 1
        timelines = send_many(connection, mails[:place], cancel=cancel)
        connection.signed_in = False
        return [*timelines, *(None for _ in mails[place:])]

    return breaking


class TestManyMails:
    def test_go_together_once_a_connection_is_open(self, harness):
        ids = harness.add(40)
        assert harness.run(connections=1) == DeliverySummary(sent=40)
        assert harness.connector.subjects == [f"Mail {number}" for number in range(40)]
        assert max(len(batch) for batch in batches(harness)) == 8
        assert harness.states(ids) == ["sent"] * 40
        assert len(harness.connector.opened) == 1

    def test_are_reported_with_an_attempt_each_and_as_one_change(self, harness):
        ids = harness.add(9)
        harness.run(connections=1)
        assert [delivery.id for delivery, _ in harness.attempts] == ids
        assert [[*harness.store.attempts(delivery.id)] for delivery, _ in harness.attempts] == [
            [attempt] for _, attempt in harness.attempts
        ]
        assert harness.store.attempts(ids[-1])[0].timeline.accepted.code == 250
        assert harness.events.published.count(OutboxChanged()) == 2

    def test_are_claimed_in_larger_numbers(self, harness):
        harness.connector.room = 50
        harness.add(300)
        limits = []
        claim = harness.store.claim

        def claiming(*args, limit, **more):
            limits.append(limit)
            return claim(*args, limit=limit, **more)

        harness.store.claim = claiming
        assert harness.run(connections=1) == DeliverySummary(sent=300)
        assert limits[0] == 10
        assert max(limits) == 100
        assert max(len(batch) for batch in batches(harness)) == 8

    def test_for_several_recipients_go_alone(self, harness):
        harness.add(
            message("First"), message("Both", to="a@x.example,b@x.example"), message("Last"), message("Very last")
        )
        assert harness.run(connections=1) == DeliverySummary(sent=4)
        assert batches(harness) == [["Last", "Very last"]]

    def test_do_not_go_through_a_connection_to_the_old_server(self, harness):
        def change(stage, connection, mail, cancel):
            if stage is Stage.CONTENT and mail.message.subject == "First":
                harness.save(generic("main", default=True, port=2526))
                harness.add(3)

        harness.connector.at = change
        harness.add(message("First"))
        harness.run(connections=1)
        assert [connection.server.smtp_port for connection in harness.connector.opened] == [587, 2526]
        assert [[len(batch) for batch in connection.batches] for connection in harness.connector.opened] == [[], [2]]


class TestEachMailOfABatch:
    def test_has_a_result_of_its_own(self, harness):
        by_subject(
            harness,
            mail_2={"stage": Stage.RECIPIENT, "reply": NOBODY},
            mail_3={"stage": Stage.RECIPIENT, "reply": LATER},
            mail_5={"stage": Stage.CONTENT, "kind": FailureKind.OUTCOME_UNKNOWN},
        )
        ids = harness.add(6)
        assert harness.run(connections=1) == DeliverySummary(sent=3, refused=1, later=1, unknown=1)
        assert harness.states(ids) == ["sent", "sent", "refused", "waiting", "sent", "unknown"]
        assert [harness.store.get(one).may_be_twice for one in ids] == [False] * 5 + [True]
        assert harness.store.get(ids[2]).recipients[0].reply == "550 5.1.1 nobody"
        assert harness.store.get(ids[3]).next_try_at == MORNING + timedelta(minutes=1)
        assert len(batches(harness)) == 1

    def test_goes_on_alone_where_the_server_took_nothing_of_it(self, harness, monkeypatch):
        monkeypatch.setattr(FakeMailConnection, "send_many", break_off(harness, "Mail 4"))
        unmarked = []
        unmark_data_started = harness.store.unmark_data_started
        harness.store.unmark_data_started = lambda courier, ids: (
            unmarked.extend(ids),
            unmark_data_started(courier, ids),
        )
        ids = harness.add(8)
        assert harness.run(connections=1) == DeliverySummary(sent=8)
        assert harness.connector.subjects == [f"Mail {number}" for number in range(8)]
        assert unmarked == ids[4:]
        assert [harness.store.get(one).attempts for one in ids] == [1] * 8
        assert not any(harness.store.get(one).may_be_twice for one in ids)
        assert len(harness.connector.sign_ins) == 2

    def test_goes_on_through_its_backup(self, harness):
        harness.save(generic("spare", port=2525))
        by_subject(harness, mail_1={"stage": Stage.SENDER, "reply": LATER})
        harness.connector.answer = self.at_port(587, harness.connector.answer)
        ids = harness.add(3, backup="spare")
        assert harness.run(connections=1) == DeliverySummary(sent=3)
        assert [harness.store.get(one).smtp_name for one in ids] == ["main", "spare", "main"]
        assert [a.by_backup for a in harness.store.attempts(ids[1])] == [False, True]

    def at_port(self, port, answer):
        return lambda connection, mail: answer(connection, mail) if connection.server.smtp_port == port else None

    def test_waits_when_the_smtp_is_held_meanwhile(self, harness):
        by_subject(harness, mail_1={"stage": Stage.SENDER, "reply": REFUSE_ALL})
        ids = harness.add(12)
        harness.run(connections=1)
        assert [hold.profile_id for hold in harness.store.holds()] == ["main"]
        states = harness.states(ids)
        assert (states[0], states[1]) == ("sent", "waiting")
        # Mails of the same batch went out; nothing else did.
        assert set(states[2:8]) <= {"sent"}
        assert set(states[9:]) == {"waiting"}

    def test_waits_where_the_smtp_has_no_sender(self, harness):
        def bare(stage, connection, mail, cancel):
            if stage is Stage.CONTENT and not harness.connector.sent:
                harness.save(
                    replace(generic("main", default=True, auth=False), from_address="", server=connection.server)
                )
                harness.add(3)

        harness.save(generic("main", default=True, auth=False))
        harness.connector.at = bare
        (one,) = harness.add()
        assert harness.run(connections=1) == DeliverySummary(sent=1, later=1)
        (hold,) = harness.store.holds()
        assert (hold.cause, hold.reply) == (
            Cause.SETTING,
            "The SMTP main has no valid From address. Enter one and save.",
        )
        assert harness.states([one + 1, one + 2, one + 3]) == ["waiting"] * 3


class TestNothingIsSent:
    def test_of_a_mail_whose_lease_is_lost(self, harness):
        mark_data_started = harness.store.mark_data_started

        def late(ids, courier, **more):
            if len(ids) > 1:
                harness.steal(limit=2)
            return mark_data_started(ids, courier, **more)

        harness.store.mark_data_started = late
        ids = harness.add(4)
        assert harness.run(connections=1) == DeliverySummary(sent=2)
        assert harness.connector.subjects == ["Mail 0", "Mail 3"]
        assert harness.states(ids) == ["sent", "sending", "sending", "sent"]

    def test_where_the_outbox_can_t_mark_it(self, harness):
        mark_data_started = harness.store.mark_data_started

        def full(ids, courier, **more):
            if len(ids) > 1:
                raise StoreError(msg("The disk is full."))
            return mark_data_started(ids, courier, **more)

        harness.store.mark_data_started = full
        ids = harness.add(4)
        with pytest.raises(StoreError, match="full"):
            harness.run(connections=1)
        assert harness.connector.subjects == ["Mail 0"]
        assert harness.states(ids) == ["sent", *["waiting"] * 3]

    def test_unmarked_even_by_a_bug(self, harness, monkeypatch):
        def crash(connection, mails, *, cancel):
            raise KeyError("bug")

        monkeypatch.setattr(FakeMailConnection, "send_many", crash)
        ids = harness.add(4)
        assert harness.run(connections=1) == DeliverySummary(sent=1, unknown=3)
        assert harness.states(ids) == ["sent", *["unknown"] * 3]
        monkeypatch.undo()
        harness.pass_time(hours=1)
        assert harness.run(connections=1) == DeliverySummary(sent=3)
        assert [harness.store.get(one).may_be_twice for one in ids] == [False, *[True] * 3]


class TestStopping:
    def test_lets_a_batch_end_and_starts_nothing_that_it_left(self, harness, monkeypatch):
        gate, released = Gate(), threading.Event()
        breaking = break_off(harness, "Mail 3")

        def waiting(connection, mails, *, cancel):
            gate.wait()
            return breaking(connection, mails, cancel=cancel)

        monkeypatch.setattr(FakeMailConnection, "send_many", waiting)
        release_lease = harness.store.release_lease
        harness.store.release_lease = lambda *args: (release_lease(*args), released.set())
        ids = harness.add(10)
        with harness.watching(connections=1) as cancel:
            assert gate.reached.wait(30)
            cancel.request()
            assert released.wait(30)
            gate.open()
        assert harness.states(ids) == [*["sent"] * 3, *["waiting"] * 7]
        assert not any(harness.store.get(one).may_be_twice for one in ids)
