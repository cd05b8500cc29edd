"""The contract of every MailConnection that sends batches. A subclass gives the fixtures: `connection`, which was not
used yet, and `sent`, which returns the Message-IDs of the mails that the server has accepted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from contracts.transport_contract import a_mail

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, StepStatus
from smtp_desktop.domain.mail.message import Mail, Message
from smtp_desktop.services.delivery.ports import MailConnection

TRANSACTION_STAGES = [Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT]


def numbered(number: int) -> Mail:
    mail = a_mail()
    assert isinstance(mail.message, Message)
    return replace(mail, message=replace(mail.message, message_id=f"<{number}@example.com>"))


def send_first(connection: MailConnection) -> None:
    assert connection.send(numbered(0), cancel=Cancel(), on_step=lambda _: None).ok


class MailConnectionContract:
    def test_there_is_room_for_one_before_a_mail_has_gone_through(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        assert connection.room == 1
        assert connection.send_many([numbered(0), numbered(1)], cancel=Cancel()) == [None, None]
        assert list(sent()) == []

    def test_each_mail_of_a_batch_is_sent_once_and_reported_in_order(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send_first(connection)
        assert connection.room > 2
        timelines = connection.send_many([numbered(1), numbered(2), numbered(3)], cancel=Cancel())
        assert connection.send(numbered(4), cancel=Cancel(), on_step=lambda _: None).ok
        assert list(sent()) == [f"<{number}@example.com>" for number in range(5)]
        for timeline in timelines:
            assert timeline is not None
            assert timeline.ok
            assert timeline.accepted is not None
            assert [step.stage for step in timeline.steps] == TRANSACTION_STAGES
            assert {step.outcome for step in timeline.steps} == {StepStatus.DONE}

    def test_a_batch_that_was_cancelled_before_is_not_sent(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send_first(connection)
        cancel = Cancel()
        cancel.request()
        assert connection.send_many([numbered(1), numbered(2)], cancel=cancel) == [None, None]
        assert len(sent()) == 1

    def test_once_closed_there_is_room_for_one(
        self, connection: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send_first(connection)
        connection.close()
        assert connection.room == 1
        assert connection.send_many([numbered(1)], cancel=Cancel()) == [None]
        assert len(sent()) == 1
