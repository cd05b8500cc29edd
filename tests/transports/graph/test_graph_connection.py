"""`GraphConnection`: one mail after the other."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from graph_driver import ANNA, GraphDriver, a_mail
from servers.https_calls import Answer, Drop

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Mail, MessageBytes
from smtp_desktop.transports.graph.transport import GraphConnection


@pytest.fixture
def connection(driver: GraphDriver) -> Iterator[GraphConnection]:
    connection = driver.transport.connection(driver.mailbox, secrets=driver.secrets)
    yield connection
    connection.close()


def send(connection: GraphConnection, mail: Mail | None = None) -> Timeline:
    return connection.send(mail or a_mail(), cancel=Cancel(), on_step=lambda _: None)


def stages(timeline: Timeline) -> list[Stage]:
    return [step.stage for step in timeline.steps]


def test_mails_share_token_and_connection(driver: GraphDriver, connection: GraphConnection) -> None:
    timelines = [send(connection) for _ in range(3)]
    assert [timeline.failure for timeline in timelines] == [None] * 3
    assert len(driver.servers.graph.sent) == 3
    assert len(driver.servers.entra.token_calls) == 1
    assert driver.servers.graph.connections == 1
    assert stages(timelines[0]) == [Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.SEND]
    assert stages(timelines[1]) == [Stage.SEND]
    assert {method for method, _ in driver.graph_calls()} == {"POST"}


def test_each_mail_takes_a_request_of_its_own(driver: GraphDriver, connection: GraphConnection) -> None:
    assert send(connection).ok
    assert connection.room == 1
    assert connection.send_many([a_mail()], cancel=Cancel()) == [None]
    assert len(driver.servers.graph.sent) == 1


def test_connections_of_one_profile_share_the_token(driver: GraphDriver, connection: GraphConnection) -> None:
    assert send(connection).ok
    other = driver.transport.connection(driver.mailbox, secrets=driver.secrets)
    timeline = send(other)
    other.close()
    assert timeline.ok
    assert stages(timeline) == [Stage.FIND_HOST, Stage.CONNECT, Stage.SEND]
    assert len(driver.servers.entra.token_calls) == 1


def test_a_token_that_ended_is_renewed(driver: GraphDriver, connection: GraphConnection) -> None:
    assert send(connection).ok
    driver.servers.entra.revoke_all()
    assert send(connection).ok
    assert len(driver.servers.entra.token_calls) == 2
    assert len(driver.servers.graph.sent) == 2


def test_a_drop_is_unknown_and_the_next_mail_goes_on(driver: GraphDriver, connection: GraphConnection) -> None:
    assert send(connection).ok
    driver.servers.graph.answer_next("/sendMail", Drop(after_work=True))
    lost = send(connection)
    assert lost.failure is not None
    assert lost.failure.kind is FailureKind.OUTCOME_UNKNOWN
    assert send(connection).ok


def test_a_refusal_is_reported_and_the_next_mail_goes_on(driver: GraphDriver, connection: GraphConnection) -> None:
    driver.servers.graph.answer_next("/sendMail", Answer(status=400, error=("ErrorInvalidRecipients", "No.")))
    refused = send(connection)
    assert refused.failure is not None
    assert isinstance(refused.failure.reply, HttpReply)
    assert send(connection).ok


def test_a_cancel_at_the_send_step_sends_nothing(driver: GraphDriver, connection: GraphConnection) -> None:
    for _ in range(2):
        cancel = Cancel()

        def forbid(step: Step, cancel: Cancel = cancel) -> None:
            if step.stage is Stage.SEND and step.status is StepStatus.RUNNING:
                cancel.request()

        timeline = connection.send(a_mail(), cancel=cancel, on_step=forbid)
        assert timeline.failure is not None
        assert timeline.failure.kind is FailureKind.CANCELLED
    assert driver.servers.graph.sent == []
    assert send(connection).ok


def test_only_the_recipients_of_the_envelope_get_it(driver: GraphDriver, connection: GraphConnection) -> None:
    # A retry is for those recipients who did not get it the first time.
    mail = a_mail()
    bob = parse_address("bob@contoso.example")
    mail = replace(mail, message=replace(mail.message, to=(ANNA, bob)))
    assert send(connection, mail).ok
    assert driver.servers.graph.sent[0].recipients == (ANNA.spec,)


def test_a_finished_mail_goes_out_as_it_is(driver: GraphDriver, connection: GraphConnection) -> None:
    raw = b"From: svc-mail@northwind.example\nTo: Anna <anna@contoso.example>\nSubject: x\n\nHello\n"
    boss = parse_address("boss@contoso.example")
    mail = a_mail(hidden=(boss,))
    assert send(connection, replace(mail, message=MessageBytes(raw=raw, message_id="<1@x.example>"))).ok
    (sent,) = driver.servers.graph.sent
    assert set(sent.recipients) == {ANNA.spec, boss.spec}


def test_a_finished_mail_that_names_others_is_not_sent(driver: GraphDriver, connection: GraphConnection) -> None:
    raw = b"From: svc-mail@northwind.example\nTo: other@contoso.example\nSubject: x\n\nHello\n"
    timeline = send(connection, replace(a_mail(), message=MessageBytes(raw=raw, message_id="<1@x.example>")))
    assert timeline.failure is not None
    assert timeline.failure.kind is FailureKind.RECIPIENTS_DIFFER
    assert driver.servers.graph.sent == []
