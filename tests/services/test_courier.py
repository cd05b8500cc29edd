"""What becomes of a single mail: sent, refused, not begun, or of unknown outcome."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.transport import passed
from services.courier_house import LATER, MORNING, NOBODY, CourierHouse, always, generic, graph, message

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, RecipientRefused, Stage, TlsMode
from smtp_desktop.domain.errors import VaultError, VaultLocked
from smtp_desktop.domain.events import OutboxChanged, ServerLearned
from smtp_desktop.domain.mail.message import RawMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.delivery.in_flight import DeliverySummary


@pytest.fixture
def house(tmp_path):
    with closing(CourierHouse(tmp_path / "db", generic("main", default=True))) as it:
        yield it


class TestAMailThatGoesWell:
    def test_is_sent_by_the_default_smtp_and_signed(self, house):
        house.save(generic("main", default=True, signature="The boss"))
        (one,) = house.add(message(to="a@x.example,b@x.example"))
        assert house.run() == DeliverySummary(sent=1)
        (mail,) = house.connector.sent
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
        house.add(RawMessage(raw=raw, recipients=message().to, message_id="<x@y>"))
        house.run()
        assert house.connector.sent[0].message.raw == raw

    def test_goes_through_its_own_smtp(self, house):
        house.save(generic("other", port=2525))
        house.add(smtp="other")
        house.run()
        assert [line.server.smtp_port for line in house.connector.opened] == [2525]

    def test_shares_a_connection_with_others(self, house):
        house.add(50)
        assert house.run(connections=2) == DeliverySummary(sent=50)
        assert sorted(house.connector.subjects) == sorted(f"Mail {number}" for number in range(50))
        assert len(house.connector.opened) <= 2
        assert all(line.closed == 1 and len(line.users) == 1 for line in house.connector.opened)
        assert not [t for t in threading.enumerate() if t.name.startswith("lane")]

    def test_is_sent_through_the_smtp_as_it_is_by_then(self, house):
        """The first line is to the old server; the second mail needs one to the new."""

        def change(stage, line, mail, cancel):
            if stage is Stage.CONTENT and mail.message.subject == "First":
                house.save(generic("main", default=True, port=2526))
                house.add(message("Second"))

        house.connector.at = change
        house.add(message("First"))
        assert house.run(connections=1) == DeliverySummary(sent=2)
        assert [line.server.smtp_port for line in house.connector.opened] == [587, 2526]
        assert [line.closed for line in house.connector.opened] == [1, 1]

    def test_nothing_due_needs_no_connection(self, house):
        assert house.run() == DeliverySummary()
        assert house.connector.opened == []


class TestAMailThatTheServerRefuses:
    def test_waits_a_minute_then_five(self, house):
        house.connector.answer = always(Stage.RECIPIENT, reply=LATER)
        (one,) = house.add()
        assert house.run() == DeliverySummary(later=1)
        kept = house.store.get(one)
        assert (kept.state, kept.next_try_at) == (DeliveryState.WAITING, MORNING + timedelta(minutes=1))
        assert kept.last_reply == "450 4.2.0 later"
        assert house.run() == DeliverySummary()
        house.clock.pass_(minutes=1)
        house.run()
        assert house.store.get(one).next_try_at == house.clock.now() + timedelta(minutes=5)
        house.connector.answer = lambda line, mail: None
        house.clock.pass_(minutes=5)
        assert house.run() == DeliverySummary(sent=1)
        assert {mail.message.message_id for mail in house.connector.sent} == {"<Report.1@company.example>"}

    def test_is_given_up_when_it_is_too_old(self, house):
        house.connector.answer = always(Stage.CONTENT, reply=LATER)
        (one,) = house.add()
        house.clock.pass_(days=5)
        assert house.run() == DeliverySummary(refused=1)
        (recipient,) = house.store.get(one).recipients
        assert recipient.state is DeliveryState.REFUSED
        assert recipient.reply == "Too old to be tried again. The last answer: 450 4.2.0 later"

    def test_is_refused_for_good(self, house):
        house.connector.answer = always(Stage.RECIPIENT, reply=NOBODY)
        (one,) = house.add()
        assert house.run() == DeliverySummary(refused=1)
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

        house.connector.answer = partly
        (one,) = house.add(message(to="a@x.example,b@x.example,c@x.example"))
        assert house.run() == DeliverySummary(later=1)
        kept = house.store.get(one)
        assert [r.state for r in kept.recipients] == ["sent", "refused", "waiting"]
        assert [r.reply for r in kept.recipients] == ["", "550 5.1.1 nobody", "450 4.2.0 later"]
        house.connector.answer = lambda line, mail: None
        house.clock.pass_(minutes=1)
        assert house.run() == DeliverySummary(sent=1)
        assert [[a.spec for a in mail.envelope.recipients] for mail in house.connector.sent] == [
            ["a@x.example", "b@x.example", "c@x.example"],
            ["c@x.example"],
        ]
        kept = house.store.get(one)
        assert (kept.state, [r.state for r in kept.recipients]) == ("sent", ["sent", "refused", "sent"])

    def test_waits_as_long_as_microsoft_asks(self, house):
        house.save(graph("box"))
        house.connector.answer = always(
            Stage.SEND, kind=FailureKind.GRAPH_REFUSED, reply=HttpReply(code=429, retry_after_s=600)
        )
        (one,) = house.add(smtp="box")
        house.run()
        assert house.store.get(one).next_try_at == MORNING + timedelta(seconds=600)


class TestAMailThatCantBegin:
    def test_no_from_address(self, house):
        house.save(replace(generic("bare", auth=False), from_address=""))
        (one,) = house.add(smtp="bare")
        assert house.run() == DeliverySummary(refused=1)
        kept = house.store.get(one)
        assert (kept.last_kind, kept.last_stage) == (FailureKind.NOT_STARTED, Stage.SENDER)
        assert kept.last_reply == "The SMTP bare has no usable From Address. Enter one and save."

    def test_a_header_that_can_t_be_written(self, house):
        def bad(line, mail):
            if mail.message.subject == "Mail 0":
                raise ValueError("a control character")

        house.connector.answer = bad
        one, two = house.add(2)
        assert house.run(connections=1) == DeliverySummary(sent=1, refused=1)
        assert "a control character" in house.store.get(one).last_reply
        assert house.states([two]) == ["sent"]
        # In which state it left its line nobody knows.
        assert [line.closed for line in house.connector.opened] == [1, 1]

    def test_a_keyring_that_fails_is_asked_again_later(self, house):
        house.vault.failure = VaultError(msg("The keyring is away."))
        (one,) = house.add()
        assert house.run() == DeliverySummary(later=1)
        assert house.store.get(one).last_reply == "The keyring is away."
        assert house.connector.opened == []

    def test_a_locked_vault_ends_it_and_costs_nothing(self, house):
        house.vault.locked = True
        ids = house.add(30)
        with pytest.raises(VaultLocked):
            house.run()
        assert house.states(ids) == ["waiting"] * 30
        assert house.attempts == []
        house.vault.locked = False
        assert house.run() == DeliverySummary(sent=30)

    def test_a_bug_is_raised_and_holds_up_only_its_own_mail(self, house):
        def crash(line, mail):
            if mail.message.subject == "Mail 0":
                raise KeyError("bug")

        house.connector.answer = crash
        ids = house.add(40)
        with pytest.raises(KeyError, match="bug"):
            house.run()
        assert house.store.get(ids[0]).next_try_at == MORNING + timedelta(minutes=1)
        assert set(house.states(ids)) <= {"waiting", "sent"}
        sent = house.states(ids).count("sent")
        assert house.run() == DeliverySummary(sent=39 - sent)


class TestAnOutcomeThatIsNotKnown:
    def test_is_tried_again_by_smtp_with_the_same_message_id(self, house):
        house.connector.answer = always(Stage.CONTENT, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = house.add()
        assert house.run() == DeliverySummary(unknown=1)
        kept = house.store.get(one)
        assert (kept.state, kept.may_be_twice) == (DeliveryState.UNKNOWN, True)
        assert kept.next_try_at == MORNING + timedelta(minutes=1)
        house.connector.answer = lambda line, mail: None
        house.clock.pass_(minutes=1)
        assert house.run() == DeliverySummary(sent=1)
        assert len({mail.message.message_id for mail in house.connector.sent}) == 1
        kept = house.store.get(one)
        assert (kept.state, kept.may_be_twice) == (DeliveryState.SENT, True)

    def test_is_left_to_the_admin_by_graph(self, house):
        house.save(graph("box"))
        house.connector.answer = always(Stage.SEND, kind=FailureKind.OUTCOME_UNKNOWN)
        (one,) = house.add(smtp="box")
        assert house.run() == DeliverySummary(unknown=1)
        kept = house.store.get(one)
        assert (kept.state, kept.next_try_at, kept.may_be_twice) == (DeliveryState.UNKNOWN, None, False)
        house.clock.pass_(days=1)
        assert house.run() == DeliverySummary()


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
        assert house.connector.known_modes == [None, TlsMode.STARTTLS]
