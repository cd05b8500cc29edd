"""The contracts of MailConnection: of every one, and of those that send batches too. A subclass gives the fixtures:
`connection`, which was not used yet, and `sent`, which returns the Message-IDs of the mails that the server has
accepted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from contracts.transport_contract import a_mail

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.mail.message import Mail, Message
from smtp_desktop.services.delivery.ports import MailConnection

CONTENT_STAGES = {Stage.CONTENT, Stage.SEND}
CONNECTING_STAGES = {Stage.FIND_HOST, Stage.CONNECT, Stage.SIGN_IN, Stage.TOKEN}
TRANSACTION_STAGES = [Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT]


def numbered(number: int) -> Mail:
    mail = a_mail()
    assert isinstance(mail.message, Message)
    return replace(mail, message=replace(mail.message, message_id=f"<{number}@example.com>"))


def message_ids(count: int) -> list[str]:
    return [f"<{number}@example.com>" for number in range(count)]


def send(connection: MailConnection, number: int) -> Timeline:
    timeline = connection.send(numbered(number), cancel=Cancel(), on_step=lambda _: None)
    assert timeline.ok
    return timeline


class MailConnectionContract:
    """Of every connection, also one that sends no batch, as Microsoft Graph, which takes each mail in a request of its
    own: it has room for one only, and `send_many` returns None for each mail, of which nothing was sent."""

    def test_there_is_room_for_one_before_a_mail_has_gone_through(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        assert connection.room == 1
        assert connection.send_many([numbered(0), numbered(1)], cancel=Cancel()) == [None, None]
        assert list(sent()) == []

    def test_mails_after_the_first_are_sent_in_order_over_the_same_connection(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        first, *others = [send(connection, number) for number in range(3)]
        assert list(sent()) == message_ids(3)
        assert CONNECTING_STAGES & {step.stage for step in first.steps}
        for timeline in others:
            assert not CONNECTING_STAGES & {step.stage for step in timeline.steps}

    def test_a_cancel_before_the_content_goes_out_sends_nothing(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        cancel = Cancel()

        def cancel_at_content(step: Step) -> None:
            if step.stage in CONTENT_STAGES and step.status is StepStatus.RUNNING:
                cancel.request()

        cancelled = connection.send(numbered(0), cancel=cancel, on_step=cancel_at_content)
        assert cancelled.failure is not None
        assert cancelled.failure.kind is FailureKind.CANCELLED
        assert list(sent()) == []
        send(connection, 0)
        assert list(sent()) == message_ids(1)

    def test_each_mail_that_a_batch_gives_back_can_be_sent_alone(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send(connection, 0)
        numbers = range(1, 1 + min(connection.room, 3))
        timelines = connection.send_many([numbered(number) for number in numbers], cancel=Cancel())
        assert len(timelines) == len(numbers)
        for number, timeline in zip(numbers, timelines, strict=True):
            assert timeline is None or timeline.ok
            if timeline is None:
                send(connection, number)
        assert list(sent()) == message_ids(1 + len(numbers))

    def test_a_batch_that_was_cancelled_before_is_not_sent(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send(connection, 0)
        cancel = Cancel()
        cancel.request()
        assert connection.send_many([numbered(1), numbered(2)], cancel=cancel) == [None, None]
        assert len(sent()) == 1

    def test_once_closed_there_is_room_for_one(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send(connection, 0)
        connection.close()
        connection.close()
        assert connection.room == 1
        assert connection.send_many([numbered(1)], cancel=Cancel()) == [None]
        assert len(sent()) == 1


class BatchingMailConnectionContract(MailConnectionContract):
    """Of a connection that also sends several mails at once, to a server that takes them so: SMTP with PIPELINING."""

    def test_each_mail_of_a_batch_is_sent_once_and_reported_in_order(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send(connection, 0)
        assert connection.room > 2
        timelines = connection.send_many([numbered(1), numbered(2), numbered(3)], cancel=Cancel())
        send(connection, 4)
        assert list(sent()) == message_ids(5)
        for timeline in timelines:
            assert timeline is not None
            assert timeline.ok
            assert timeline.accepted is not None
            assert [step.stage for step in timeline.steps] == TRANSACTION_STAGES
            assert {step.status for step in timeline.steps} == {StepStatus.DONE}
