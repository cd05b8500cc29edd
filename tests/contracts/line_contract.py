"""What every Line that takes several mails at once does. A subclass gives the fixtures: `line`, which was not used yet,
and `sent`, which returns the Message-IDs of what the server has taken."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from contracts.transport_contract import a_mail

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, StepStatus
from smtp_desktop.domain.mail.message import Mail, Message
from smtp_desktop.services.delivery.ports import MailConnection

OF_A_MAIL = [Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT]


def numbered(number: int) -> Mail:
    mail = a_mail()
    assert isinstance(mail.message, Message)
    return replace(mail, message=replace(mail.message, message_id=f"<{number}@example.com>"))


def send_first(line: MailConnection) -> None:
    assert line.send(numbered(0), cancel=Cancel(), on_step=lambda _: None).ok


class LineContract:
    def test_there_is_room_for_one_before_a_mail_has_gone_through(
        self, line: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        assert line.room == 1
        assert line.send_many([numbered(0), numbered(1)], cancel=Cancel()) == [None, None]
        assert list(sent()) == []

    def test_each_of_several_is_sent_once_and_told_in_order(
        self, line: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send_first(line)
        assert line.room > 2
        timelines = line.send_many([numbered(1), numbered(2), numbered(3)], cancel=Cancel())
        assert line.send(numbered(4), cancel=Cancel(), on_step=lambda _: None).ok
        assert list(sent()) == [f"<{number}@example.com>" for number in range(5)]
        for timeline in timelines:
            assert timeline is not None
            assert timeline.ok
            assert timeline.accepted is not None
            assert [step.stage for step in timeline.steps] == OF_A_MAIL
            assert {step.outcome for step in timeline.steps} == {StepStatus.DONE}

    def test_what_a_cancel_came_before_is_untouched(
        self, line: MailConnection, sent: Callable[[], Sequence[str]]
    ) -> None:
        send_first(line)
        cancel = Cancel()
        cancel.request()
        assert line.send_many([numbered(1), numbered(2)], cancel=cancel) == [None, None]
        assert len(sent()) == 1

    def test_once_closed_there_is_room_for_one(self, line: MailConnection, sent: Callable[[], Sequence[str]]) -> None:
        send_first(line)
        line.close()
        assert line.room == 1
        assert line.send_many([numbered(1)], cancel=Cancel()) == [None]
        assert len(sent()) == 1
