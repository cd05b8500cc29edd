"""One of several mails that are on their way at the same time, and what became of it."""

from collections.abc import Iterable
from enum import StrEnum

from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    Party,
    Reply,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TranscriptLine,
)
from smtp_desktop.domain.mail.message import Envelope
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.command_channel import GOING_AWAY, going_away
from smtp_desktop.transports.smtp.protocol import Mask, Unmasked, shown
from smtp_desktop.transports.smtp.replies import GO_AHEAD, ReplyInterpreter, outcome_unknown
from smtp_desktop.transports.timeline_recorder import TimelineRecorder, lines_of

OF_A_MAIL = (Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)
CLOSING = 221  # only QUIT is answered so

Log = list[tuple[float, str | Unmasked]]
"""What the client and the server said, each with when it was, in seconds since a moment that is the same for all."""


_Answer = tuple[float, Reply]


class Asked(StrEnum):
    """What a reply is the answer to."""

    RSET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "content"
    NOTHING = "a lone dot"  # RFC 2920 3.1: ends DATA where every recipient was refused


class PipelinedTransaction:
    """Hears the answers to what was said for a mail, in their order, and tells in the end what became of it."""

    def __init__(self, envelope: Envelope, log: Log) -> None:
        """`log` is what was said just before, and stands in this mail's transcript."""
        self.envelope = envelope
        self.whole_at: int | None = None
        """How many bytes the channel will have sent once all of the content is with the operating system; None before
        it was said."""
        self.settled = False
        """Whether the answers tell what became of it."""
        self.accepted = False
        """Whether the server has taken it."""
        self.welcome = False
        """Whether a recipient was accepted."""
        self.invited = False
        """Whether the server waits for content behind DATA."""
        self.refusals = False
        """Whether anything was refused."""
        self._from_sender = False
        self._recipients_left = len(envelope.recipients)
        self._asked: list[Asked] = []
        self._heard = 0
        self._log = log

    @property
    def answered(self) -> bool:
        """Whether all that was asked so far was answered."""
        return self._heard == len(self._asked)

    def say(self, line: str, asked: Asked | None, *, at_s: float) -> None:
        """`line` goes out; `asked` is what will be answered."""
        self._log.append((at_s, line))
        if asked:
            self._asked.append(asked)

    def hear(self, reply: Unmasked, *, at_s: float) -> bool:
        """`reply` is the next answer. Returns whether it can be one to what was asked."""
        self._log.append((at_s, reply))
        asked = self._asked[self._heard]
        self._heard += 1
        code = reply.code
        if code == GOING_AWAY:
            self.settled = self.settled or asked not in {Asked.RSET, Asked.MAIL}
            return True
        yes, no = 200 <= code < 300 and code != CLOSING, code >= 400  # noqa: PLR2004 - RFC 5321 4.2.1
        self.refusals = self.refusals or no
        match asked:
            case Asked.MAIL:
                self._from_sender = yes
                self.settled = no
            case Asked.RCPT:
                return self._hear_of_recipient(yes=yes, no=no)
            case Asked.DATA:
                self.invited = code == GO_AHEAD and self._from_sender
                self.settled = self.settled or no
                return self.invited or no
            case Asked.CONTENT:
                self.settled = True
                self.accepted = yes and self.welcome
                return no or self.accepted
            case Asked.RSET:
                return yes
            case Asked.NOTHING:
                pass
        return yes or no

    def _hear_of_recipient(self, *, yes: bool, no: bool) -> bool:
        self._recipients_left -= 1
        self.welcome = self.welcome or yes
        self.settled = self.settled or not (self._recipients_left or self.welcome)
        # Without a sender there are no recipients (RFC 5321 3.3).
        return no or (yes and self._from_sender)

    @property
    def words(self) -> list[str]:
        """All that the server said, unmasked."""
        return [words for _, said in self._log if isinstance(said, Unmasked) for words in said.words]

    def became(self, redactor: SecretRedactor, *, clean: bool, certain: bool, perhaps: bool) -> Timeline | None:
        """Returns what became of the mail. Where the answers do not tell, or are not `certain`ly its own, that is
        unknown if the server may have it, `perhaps`; None if not. `clean` answers need no `redactor`."""
        if not perhaps and not (certain and self.settled):
            return None
        redactor.forget_words()
        lines, heard = _transcript(self._log, tuple if clean else redactor.clean_all)
        answers = heard[len(heard) - self._heard :] if certain else []
        if certain and self.accepted and not self.refusals:
            # Almost every mail in bulk, told in a third of the time.
            return self._taken(lines, answers)
        return self._judged(lines, answers, redactor)

    def _taken(self, lines: list[TranscriptLine], answers: list[_Answer]) -> Timeline:
        """As `_judged`, of a mail that was taken for everybody."""
        envelope = self.envelope
        sender_at = self._asked.index(Asked.MAIL)
        began_s = self._log[0][0]
        details = (envelope.sender.spec, ", ".join([one.spec for one in envelope.recipients]), str(answers[-1][1]))
        ends_ms = [(answers[at][0] - began_s) * 1000 for at in (sender_at, sender_at + len(envelope.recipients), -1)]
        return Timeline(
            steps=tuple(
                [
                    Step(stage=stage, outcome=StepStatus.DONE, detail=detail, started_ms=start, duration_ms=end - start)
                    for stage, detail, start, end in zip(OF_A_MAIL, details, (0.0, *ends_ms), ends_ms, strict=False)
                ]
            ),
            transcript=tuple(lines),
            accepted=answers[-1][1],
        )

    def _judged(self, lines: list[TranscriptLine], answers: list[_Answer], redactor: SecretRedactor) -> Timeline:
        clock = _Clock(self._log[0][0])
        recorder = TimelineRecorder(OF_A_MAIL, on_step=None, now_s=clock.now_s, redactor=redactor)
        recorder.said(lines)
        recorder.begin(Stage.SENDER)
        failure: Failure | None = None
        accepted: Reply | None = None
        try:
            accepted = _judge(self.envelope, zip(self._asked, answers, strict=False), recorder, clock)
        except SessionError as error:
            failure = recorder.fail(error)
        return recorder.timeline(failure=failure, accepted=accepted)


def unsent(error: SessionError, redactor: SecretRedactor) -> Timeline:
    """Returns what became of a mail that this server can't take as it is: nothing was said of it."""
    recorder = TimelineRecorder(OF_A_MAIL, on_step=None, now_s=_Clock(0.0).now_s, redactor=redactor)
    recorder.begin(Stage.SENDER)
    return recorder.timeline(failure=recorder.fail(error), accepted=None)


class _Clock:
    """Shows the time at which something was said or heard, from the first word on."""

    def __init__(self, began_s: float) -> None:
        self.at_s = self._began_s = began_s

    def now_s(self) -> float:
        return self.at_s - self._began_s


def _transcript(log: Log, mask: Mask) -> tuple[list[TranscriptLine], list[_Answer]]:
    """Returns what was said, and the replies with their times, all masked together."""
    began_s = log[0][0]
    replies = iter(shown([said for _, said in log if isinstance(said, Unmasked)], mask))
    heard: list[_Answer] = []
    lines: list[TranscriptLine] = []
    for at_s, said in log:
        at_ms = (at_s - began_s) * 1000
        if isinstance(said, str):
            lines.append(TranscriptLine(party=Party.CLIENT, text=said, at_ms=at_ms))
        else:
            reply = next(replies)
            heard.append((at_s, reply))
            lines += [TranscriptLine(party=Party.SERVER, text=line, at_ms=at_ms) for line in lines_of(reply)]
    return lines, heard


def _judge(
    envelope: Envelope, answers: Iterable[tuple[Asked, _Answer]], recorder: TimelineRecorder, clock: _Clock
) -> Reply:
    """Returns the answer with which the server took the mail. Raises SessionError."""
    interpreter = ReplyInterpreter(envelope, recorder)
    recipients: list[Reply] = []
    for asked, (clock.at_s, reply) in answers:
        if reply.code == GOING_AWAY:
            raise going_away(reply)
        match asked:
            case Asked.MAIL:
                interpreter.sender(reply)
            case Asked.RCPT:
                recipients.append(reply)
                if len(recipients) == len(envelope.recipients):
                    interpreter.recipients(recipients)
            case Asked.DATA:
                interpreter.go_ahead(reply)
            case Asked.CONTENT:
                interpreter.content(reply)
                return reply
            case Asked.RSET | Asked.NOTHING:
                pass
    raise outcome_unknown()
