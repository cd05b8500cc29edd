"""One mail: sent, refused, failed before it starts, or with an unknown outcome."""

import re
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.transport import passed
from services.courier_harness import LATER, MORNING, NOBODY, CourierHarness, always, generic, graph, message

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, RecipientRefused, Stage, TlsMode
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import VaultError, VaultLocked
from smtp_desktop.domain.events import OutboxChanged, ServerLearned
from smtp_desktop.domain.mail.message import RawMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.delivery.in_flight import DeliverySummary


@pytest.fixture
def harness(tmp_path):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True))) as harness:
        yield harness


class TestAMailThatIsSent:
    def test_is_sent_by_the_default_smtp_and_signed(self, harness):
        harness.save(generic("main", default=True, signature="The boss"))
        (one,) = harness.add(message(to="a@x.example,b@x.example"))
        assert harness.run() == DeliverySummary(sent=1)
        (mail,) = harness.connector.sent
        assert [address.spec for address in mail.envelope.recipients] == ["a@x.example", "b@x.example"]
        assert mail.message.header_from.spec == "main@company.example"
        assert mail.message.text == "Hello\n\n-- \nThe boss\n"
        assert mail.message.message_id == "<Report.1@company.example>"
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.smtp_name, delivery.finished_at) == (DeliveryState.SENT, "main", MORNING)
        assert [recipient.state for recipient in delivery.recipients] == [DeliveryState.SENT] * 2

    def test_is_reported_with_its_attempt(self, harness):
        (one,) = harness.add()
        harness.run()
        ((delivery, attempt),) = harness.attempts
        assert (delivery.id, delivery.state, delivery.attempts) == (one, DeliveryState.SENT, 1)
        assert [*harness.store.attempts(one)] == [attempt]
        assert attempt.timeline.accepted.code == 250
        assert OutboxChanged() in harness.events.published

    def test_is_sent_byte_for_byte_when_it_is_raw(self, harness):
        raw = b"Subject: hi\r\n\r\nbody\r\n"
        harness.add(RawMessage(raw=raw, recipients=message().to, message_id="<x@y>"))
        harness.run()
        assert harness.connector.sent[0].message.raw == raw

    def test_goes_through_its_own_smtp(self, harness):
        harness.save(generic("other", port=2525))
        harness.add(smtp="other")
        harness.run()
        assert [connection.server.smtp_port for connection in harness.connector.opened] == [2525]

    def test_shares_a_connection_with_others(self, harness):
        harness.add(50)
        assert harness.run(connections=2) == DeliverySummary(sent=50)
        assert sorted(harness.connector.subjects) == sorted(f"Mail {number}" for number in range(50))
        assert len(harness.connector.opened) <= 2
        assert all(connection.closed == 1 and len(connection.users) == 1 for connection in harness.connector.opened)
        assert not [t for t in threading.enumerate() if t.name.startswith("queue")]

    def test_is_sent_through_the_smtp_as_it_is_by_then(self, harness):
        """The first connection is to the old server; the second mail needs one to the new."""

        def change(stage, connection, mail, cancel):
            if stage is Stage.CONTENT and mail.message.subject == "First":
                harness.save(generic("main", default=True, port=2526))
                harness.add(message("Second"))

        harness.connector.at = change
        harness.add(message("First"))
        assert harness.run(connections=1) == DeliverySummary(sent=2)
        assert [connection.server.smtp_port for connection in harness.connector.opened] == [587, 2526]
        assert [connection.closed for connection in harness.connector.opened] == [1, 1]

    def test_nothing_due_needs_no_connection(self, harness):
        assert harness.run() == DeliverySummary()
        assert harness.connector.opened == []


class TestAMailThatTheServerRefuses:
    def test_waits_a_minute_then_five(self, harness):
        harness.connector.answer = always(Stage.RECIPIENT, reply=LATER)
        (one,) = harness.add()
        assert harness.run() == DeliverySummary(later=1)
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.next_try_at) == (DeliveryState.WAITING, MORNING + timedelta(minutes=1))
        assert delivery.last_reply == "450 4.2.0 later"
        assert harness.run() == DeliverySummary()
        harness.pass_time(minutes=1)
        harness.run()
        assert harness.store.get(one).next_try_at == harness.clock.now() + timedelta(minutes=5)
        harness.connector.answer = lambda connection, mail: None
        harness.pass_time(minutes=5)
        assert harness.run() == DeliverySummary(sent=1)
        assert {mail.message.message_id for mail in harness.connector.sent} == {"<Report.1@company.example>"}

    def test_expires_when_it_is_too_old(self, harness):
        harness.connector.answer = always(Stage.RECIPIENT, reply=LATER)
        (one,) = harness.add()
        harness.pass_time(days=5, seconds=-30)
        assert harness.run() == DeliverySummary(expired=1)
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.finished_at) == (DeliveryState.EXPIRED, harness.clock.now())
        (recipient,) = delivery.recipients
        assert recipient.state is DeliveryState.EXPIRED
        assert recipient.reply == "Too old to be tried again. The last answer: 450 4.2.0 later"

    def test_is_refused_for_good(self, harness):
        harness.connector.answer = always(Stage.RECIPIENT, reply=NOBODY)
        (one,) = harness.add()
        assert harness.run() == DeliverySummary(refused=1)
        assert harness.store.get(one).recipients[0].reply == "550 5.1.1 nobody"

    def test_for_some_recipients_is_tried_again_for_those_who_wait(self, harness):
        def partly(connection, mail):
            refusals = {"b@x.example": NOBODY, "c@x.example": LATER}
            return replace(
                passed(connection.server, mail),
                refused=tuple(
                    RecipientRefused(recipient=a.spec, reply=refusals[a.spec])
                    for a in mail.envelope.recipients
                    if a.spec in refusals
                ),
            )

        harness.connector.answer = partly
        (one,) = harness.add(message(to="a@x.example,b@x.example,c@x.example"))
        assert harness.run() == DeliverySummary(later=1)
        delivery = harness.store.get(one)
        assert [r.state for r in delivery.recipients] == ["sent", "refused", "waiting"]
        assert [r.reply for r in delivery.recipients] == ["", "550 5.1.1 nobody", "450 4.2.0 later"]
        assert delivery.last_reply == "450 4.2.0 later"
        harness.connector.answer = lambda connection, mail: None
        harness.pass_time(minutes=1)
        assert harness.run() == DeliverySummary(sent=1)
        assert [[a.spec for a in mail.envelope.recipients] for mail in harness.connector.sent] == [
            ["a@x.example", "b@x.example", "c@x.example"],
            ["c@x.example"],
        ]
        delivery = harness.store.get(one)
        assert (delivery.state, [r.state for r in delivery.recipients]) == ("sent", ["sent", "refused", "sent"])

    def test_for_some_recipients_in_doubt_is_tried_again_for_those(self, harness):
        def partly(connection, mail):
            return replace(passed(connection.server, mail), in_doubt=("b@x.example",))

        harness.connector.answer = partly
        (one,) = harness.add(message(to="a@x.example,b@x.example"))
        assert harness.run() == DeliverySummary(unknown=1)
        delivery = harness.store.get(one)
        assert [r.state for r in delivery.recipients] == ["sent", "unknown"]
        assert delivery.may_be_twice

    def test_for_all_recipients_is_tried_again_for_those_whom_the_server_may_take_later(self, harness):
        def refusing(connection, mail):
            refusals = {"a@x.example": NOBODY, "b@x.example": LATER}
            failed = always(Stage.RECIPIENT, reply=LATER)(connection, mail)
            return replace(
                failed, refused=tuple(RecipientRefused(recipient=to, reply=reply) for to, reply in refusals.items())
            )

        harness.connector.answer = refusing
        (one,) = harness.add(message(to="a@x.example,b@x.example"))
        assert harness.run() == DeliverySummary(later=1)
        delivery = harness.store.get(one)
        assert [r.state for r in delivery.recipients] == ["refused", "waiting"]
        assert [r.reply for r in delivery.recipients] == ["550 5.1.1 nobody", "450 4.2.0 later"]

    def test_waits_as_long_as_microsoft_asks(self, harness):
        harness.save(graph("box"))
        harness.connector.answer = always(
            Stage.SEND, kind=FailureKind.GRAPH_REFUSED, reply=HttpReply(code=429, retry_after_s=600)
        )
        ids = harness.add(3, smtp="box")
        assert harness.run(connections=1) == DeliverySummary(later=1)
        (hold,) = harness.store.holds()
        assert (hold.state, hold.until) == (HoldState.PAUSED, MORNING + timedelta(seconds=600))
        harness.connector.answer = lambda connection, mail: None
        harness.pass_time(seconds=599)
        assert harness.run() == DeliverySummary()
        harness.pass_time(seconds=1)
        assert harness.run() == DeliverySummary(sent=3)
        assert harness.states(ids) == ["sent"] * 3


class TestAnAttemptThatFailsOnThisComputer:
    def test_no_from_address(self, harness):
        harness.save(replace(generic("bare", auth=False), from_address=""))
        (one,) = harness.add(smtp="bare")
        assert harness.run() == DeliverySummary(later=1)
        delivery = harness.store.get(one)
        assert (delivery.last_kind, delivery.last_stage) == (FailureKind.INCOMPLETE, Stage.SENDER)
        assert [(hold.profile_id, hold.cause) for hold in harness.store.holds()] == [("bare", Cause.SETTING)]
        assert delivery.last_reply == "The SMTP bare has no valid From address. Enter one and save."

    def test_no_password(self, harness):
        profile = generic("bare")
        harness.save(replace(profile, server=replace(profile.server, password_ref=None)))
        ids = harness.add(2, smtp="bare")
        assert harness.run() == DeliverySummary(later=1)
        (hold,) = harness.store.holds()
        assert (hold.state, hold.cause, hold.reply) == (
            HoldState.HELD,
            Cause.SETTING,
            "bare has no password yet. Enter it and save.",
        )
        assert harness.states(ids) == ["waiting"] * 2

    def test_a_header_that_can_t_be_written(self, harness):
        def bad(connection, mail):
            if mail.message.subject == "Mail 0":
                raise ValueError("a control character")

        harness.connector.answer = bad
        one, two = harness.add(2)
        assert harness.run(connections=1) == DeliverySummary(sent=1, refused=1)
        assert "a control character" in harness.store.get(one).last_reply
        assert harness.states([two]) == ["sent"]
        # Nobody knows in which state it left the connection.
        assert [connection.closed for connection in harness.connector.opened] == [1, 1]

    def test_a_keyring_that_fails_is_asked_again_later(self, harness):
        harness.vault.failure = VaultError(msg("The keyring is away."))
        (one,) = harness.add()
        assert harness.run() == DeliverySummary(later=1)
        assert harness.store.get(one).last_reply == "The keyring is away."
        assert harness.connector.opened == []

    def test_a_locked_vault_ends_the_courier_and_counts_no_attempt(self, harness):
        harness.vault.locked = True
        ids = harness.add(30)
        with pytest.raises(VaultLocked):
            harness.run()
        assert harness.states(ids) == ["waiting"] * 30
        assert harness.attempts == []
        harness.vault.locked = False
        assert harness.run() == DeliverySummary(sent=30)

    def test_a_bug_delays_only_its_own_mail(self, harness):
        def crash(connection, mail):
            if mail.message.subject == "Mail 0":
                raise KeyError("bug")

        harness.connector.answer = crash
        ids = harness.add(40)
        assert harness.run() == DeliverySummary(sent=39, later=1)
        assert harness.store.get(ids[0]).next_try_at == MORNING + timedelta(minutes=1)
        assert harness.states(ids) == ["waiting", *["sent"] * 39]

    def test_a_rule_that_fails_does_not_cost_the_result(self, harness, monkeypatch):
        def fail(*arguments, **more):
            raise re.error("bad rule")

        monkeypatch.setattr(harness.adviser, "diagnose", fail)  # a rule that is wrong, which the program's own are not
        harness.connector.answer = always(Stage.RECIPIENT, reply=NOBODY)
        ids = harness.add(3)
        assert harness.run() == DeliverySummary(refused=3)
        assert harness.states(ids) == ["refused"] * 3


class TestAnUnknownOutcome:
    def test_is_tried_again_by_smtp_with_the_same_message_id(self, harness):
        harness.connector.answer = always(Stage.CONTENT, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = harness.add()
        assert harness.run() == DeliverySummary(unknown=1)
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.may_be_twice) == (DeliveryState.UNKNOWN, True)
        assert delivery.next_try_at == MORNING + timedelta(hours=1)
        harness.connector.answer = lambda connection, mail: None
        harness.pass_time(hours=1)
        assert harness.run() == DeliverySummary(sent=1)
        assert len({mail.message.message_id for mail in harness.connector.sent}) == 1
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.may_be_twice) == (DeliveryState.SENT, True)

    def test_is_tried_again_three_times_hours_apart_and_never_by_the_backup(self, harness):
        harness.save(generic("spare", port=2525))
        harness.connector.answer = always(Stage.CONTENT, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = harness.add(message(), backup="spare")
        for hours in (1, 4, 12):
            assert harness.run() == DeliverySummary(unknown=1)
            assert harness.store.get(one).next_try_at == harness.clock.now() + timedelta(hours=hours)
            harness.pass_time(hours=hours)
        assert harness.run() == DeliverySummary(unknown=1)
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.next_try_at, delivery.may_be_twice) == (DeliveryState.UNKNOWN, None, True)
        assert (delivery.attempts, delivery.unknown_tries, delivery.last_cause) == (4, 4, Cause.OUTCOME_UNKNOWN)
        assert {connection.server.smtp_port for connection in harness.connector.opened} == {587}
        harness.pass_time(days=1)
        assert harness.run() == DeliverySummary()

    def test_does_not_go_to_the_backup_when_its_smtp_fails_later(self, harness):
        harness.save(generic("spare", port=2525))
        harness.connector.answer = always(Stage.CONTENT, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = harness.add(message(), backup="spare")
        harness.run()
        harness.pass_time(hours=1)
        harness.connector.answer = lambda connection, mail: (
            always(Stage.CONNECT, kind=FailureKind.REFUSED)(connection, mail)
            if connection.server.smtp_port == 587
            else None
        )
        assert harness.run() == DeliverySummary(later=1)
        assert harness.states([one]) == ["waiting"]
        assert harness.connector.subjects == ["Report"]

    def test_is_left_to_the_user_by_graph(self, harness):
        harness.save(graph("box"))
        harness.connector.answer = always(Stage.SEND, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = harness.add(smtp="box")
        assert harness.run() == DeliverySummary(unknown=1)
        delivery = harness.store.get(one)
        assert (delivery.state, delivery.next_try_at, delivery.may_be_twice) == (DeliveryState.UNKNOWN, None, False)
        harness.pass_time(days=1)
        assert harness.run() == DeliverySummary()


class TestAServerFact:
    def test_is_used_and_learned(self, harness):
        harness.save(replace(generic("main", default=True), server=replace(generic("main").server, tls=True)))
        harness.add()
        harness.run()
        (fact,) = harness.health.server_facts()
        assert (fact.host, fact.port, fact.security.mode) == ("127.0.0.1", 587, TlsMode.STARTTLS)
        assert ServerLearned(fact=fact) in harness.events.published
        harness.add()
        harness.run()
        assert harness.connector.known_modes == [None, TlsMode.STARTTLS]
