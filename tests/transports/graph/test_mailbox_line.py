"""One mail after the other through Microsoft Graph."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from graph_hand import ANNA, Hand, a_mail
from servers.https_calls import Answer, Drop

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Mail, MessageBytes
from smtp_desktop.transports.graph.transport import GraphConnection


@pytest.fixture
def line(hand: Hand) -> Iterator[GraphConnection]:
    line = hand.transport.line(hand.mailbox, secrets=hand.secrets)
    yield line
    line.close()


def send(line: GraphConnection, mail: Mail | None = None) -> Timeline:
    return line.send(mail or a_mail(), cancel=Cancel(), on_step=lambda _: None)


def stages(timeline: Timeline) -> list[Stage]:
    return [step.stage for step in timeline.steps]


def test_mails_share_token_and_connection(hand: Hand, line: GraphConnection) -> None:
    timelines = [send(line) for _ in range(3)]
    assert [timeline.failure for timeline in timelines] == [None] * 3
    assert len(hand.servers.graph.sent) == 3
    assert len(hand.servers.entra.token_calls) == 1
    assert hand.servers.graph.connections == 1
    assert stages(timelines[0]) == [Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.SEND]
    assert stages(timelines[1]) == [Stage.SEND]
    assert {method for method, _ in hand.graph_calls()} == {"POST"}


def test_each_mail_takes_a_request_of_its_own(hand: Hand, line: GraphConnection) -> None:
    assert send(line).ok
    assert line.room == 1
    assert line.send_many([a_mail()], cancel=Cancel()) == [None]
    assert len(hand.servers.graph.sent) == 1


def test_lines_of_one_profile_share_the_token(hand: Hand, line: GraphConnection) -> None:
    assert send(line).ok
    other = hand.transport.line(hand.mailbox, secrets=hand.secrets)
    timeline = send(other)
    other.close()
    assert timeline.ok
    assert stages(timeline) == [Stage.FIND_HOST, Stage.CONNECT, Stage.SEND]
    assert len(hand.servers.entra.token_calls) == 1


def test_a_token_that_ended_is_renewed(hand: Hand, line: GraphConnection) -> None:
    assert send(line).ok
    hand.servers.entra.revoke_all()
    assert send(line).ok
    assert len(hand.servers.entra.token_calls) == 2
    assert len(hand.servers.graph.sent) == 2


def test_a_drop_is_unknown_and_the_next_mail_goes_on(hand: Hand, line: GraphConnection) -> None:
    assert send(line).ok
    hand.servers.graph.answer_next("/sendMail", Drop(after_work=True))
    lost = send(line)
    assert lost.failure is not None
    assert lost.failure.kind is FailureKind.OUTCOME_UNKNOWN
    assert send(line).ok


def test_a_refusal_is_told_and_the_next_mail_goes_on(hand: Hand, line: GraphConnection) -> None:
    hand.servers.graph.answer_next("/sendMail", Answer(status=400, error=("ErrorInvalidRecipients", "No.")))
    refused = send(line)
    assert refused.failure is not None
    assert isinstance(refused.failure.reply, HttpReply)
    assert send(line).ok


def test_who_forbids_the_sending_keeps_it_back(hand: Hand, line: GraphConnection) -> None:
    for _ in range(2):
        cancel = Cancel()

        def forbid(step: Step, cancel: Cancel = cancel) -> None:
            if step.stage is Stage.SEND and step.outcome is StepStatus.RUNNING:
                cancel.request()

        timeline = line.send(a_mail(), cancel=cancel, on_step=forbid)
        assert timeline.failure is not None
        assert timeline.failure.kind is FailureKind.CANCELLED
    assert hand.servers.graph.sent == []
    assert send(line).ok


def test_only_those_of_the_envelope_get_it(hand: Hand, line: GraphConnection) -> None:
    # A second try is for those who did not get it the first time.
    mail = a_mail()
    bob = parse_address("bob@contoso.example")
    mail = replace(mail, message=replace(mail.message, to=(ANNA, bob)))
    assert send(line, mail).ok
    assert hand.servers.graph.sent[0].recipients == (ANNA.spec,)


def test_a_finished_mail_goes_out_as_it_is(hand: Hand, line: GraphConnection) -> None:
    raw = b"From: svc-mail@northwind.example\nTo: Anna <anna@contoso.example>\nSubject: x\n\nHello\n"
    boss = parse_address("boss@contoso.example")
    mail = a_mail(hidden=(boss,))
    assert send(line, replace(mail, message=MessageBytes(raw=raw, message_id="<1@x.example>"))).ok
    (sent,) = hand.servers.graph.sent
    assert set(sent.recipients) == {ANNA.spec, boss.spec}


def test_a_finished_mail_that_names_others_is_not_sent(hand: Hand, line: GraphConnection) -> None:
    raw = b"From: svc-mail@northwind.example\nTo: other@contoso.example\nSubject: x\n\nHello\n"
    timeline = send(line, replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@x.example>")))
    assert timeline.failure is not None
    assert timeline.failure.kind is FailureKind.RECIPIENTS_DIFFER
    assert hand.servers.graph.sent == []
