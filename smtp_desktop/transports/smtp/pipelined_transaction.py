"""One of several mail transactions that overlap: the commands and replies of its mail, and its timeline."""

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
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.command_channel import GOING_AWAY, going_away
from smtp_desktop.transports.smtp.prepared_message import PreparedMessage
from smtp_desktop.transports.smtp.protocol import RawReply, redacted
from smtp_desktop.transports.smtp.replies import CLOSING, GO_AHEAD, ReplyInterpreter, outcome_unknown
from smtp_desktop.transports.smtp.shown_replies import ShownReplies
from smtp_desktop.transports.timeline_recorder import TimelineRecorder, lines_of

TRANSACTION_STAGES = (Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)

Log = list[tuple[float, str | RawReply]]
"""Commands and replies, each with its time by `time.monotonic()`."""

_TimedReply = tuple[float, Reply]


class Command(StrEnum):
    """The command, or the content, that a reply answers."""

    RSET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "content"
    LONE_DOT = "a lone dot"  # RFC 2920 3.1: ends DATA where every recipient was refused


class PipelinedTransaction:
    """Notes the commands that were sent for a mail and their replies, in order, and returns its timeline in the end."""

    def __init__(self, prepared: PreparedMessage, log: Log) -> None:
        """`log` is what was sent and received just before, and becomes part of this mail's transcript."""
        self.envelope = prepared.envelope
        self.content_end: int | None = None
        """The channel's `sent_bytes` from which on the operating system has all of the content; None before that was
        queued."""
        self.decided = False
        """Whether the replies tell what became of the mail."""
        self.accepted = False
        """Whether the server has accepted the mail."""
        self.has_recipient = False
        """Whether a recipient was accepted."""
        self.awaits_content = False
        """Whether the server waits for the content after DATA."""
        self.asked_for_content = False
        """Whether DATA was sent."""
        self.has_refusals = bool(prepared.unreachable)
        """Whether anything was refused."""
        self._prepared = prepared.without_content()  # which may be large
        self._has_sender = False
        self._recipients_left = len(prepared.envelope.recipients)
        self._commands: list[Command] = []
        self._reply_count = 0
        self._log = log

    @property
    def answered(self) -> bool:
        """Whether every command so far was answered."""
        return self._reply_count == len(self._commands)

    def note_command(self, line: str, command: Command | None, *, at_s: float) -> None:
        """Notes that `line` is sent; `command` is what will be answered, None where nothing is."""
        self._log.append((at_s, line))
        if command:
            self._commands.append(command)
            self.asked_for_content = self.asked_for_content or command is Command.DATA

    def note_reply(self, reply: RawReply, *, at_s: float) -> bool:
        """Notes the next reply, and returns whether it can be one to the command in its place."""
        self._log.append((at_s, reply))
        command = self._commands[self._reply_count]
        self._reply_count += 1
        code = reply.code
        if code == GOING_AWAY:
            self.decided = self.decided or command not in {Command.RSET, Command.MAIL}
            return True
        yes, no = 200 <= code < 300 and code != CLOSING, code >= 400  # noqa: PLR2004 - RFC 5321 4.2.1
        self.has_refusals = self.has_refusals or no
        match command:
            case Command.MAIL:
                self._has_sender = yes
                self.decided = no
            case Command.RCPT:
                return self._note_recipient(yes=yes, no=no)
            case Command.DATA:
                self.awaits_content = code == GO_AHEAD and self._has_sender
                self.decided = self.decided or no
                return self.awaits_content or no
            case Command.CONTENT:
                self.decided = not reply.odd and (yes or no)
                self.accepted = self.decided and yes and self.has_recipient
                return (self.decided and no) or self.accepted
            case Command.RSET:
                return yes
            case Command.LONE_DOT:
                pass
        return yes or no

    def _note_recipient(self, *, yes: bool, no: bool) -> bool:
        self._recipients_left -= 1
        self.has_recipient = self.has_recipient or yes
        self.decided = self.decided or not (self._recipients_left or self.has_recipient)
        # Without a sender there are no recipients (RFC 5321 3.3).
        return no or (yes and self._has_sender)

    @property
    def reply_texts(self) -> list[str]:
        """The texts of all replies, not redacted, in every reading."""
        replies = [entry for _, entry in self._log if isinstance(entry, RawReply)]
        return [text for one in replies for texts in (one.readings if one.raw else (one.texts,)) for text in texts]

    def timeline(
        self, redactor: SecretRedactor, *, clean: ShownReplies | None, in_sync: bool, maybe_accepted: bool
    ) -> Timeline | None:
        """Returns what became of the mail. Where its replies don't tell, or may be another mail's (not `in_sync`), its
        outcome is unknown if the server may have accepted it, else the return value is None: it was not sent. Where the
        replies hold no secret, `clean` shows them, and nothing is redacted."""
        if not maybe_accepted and not (in_sync and self.decided):
            return None
        redactor.forget_context()
        lines, all_replies = _transcript(self._log, clean, redactor)
        replies = all_replies[len(all_replies) - self._reply_count :] if in_sync else []
        if in_sync and self.accepted and not self.has_refusals:
            # In bulk almost every mail; this takes a third of the time.
            return self._accepted_timeline(lines, replies)
        return self._interpreted_timeline(lines, replies, redactor)

    def _accepted_timeline(self, lines: list[TranscriptLine], replies: list[_TimedReply]) -> Timeline:
        """Returns the same as `_interpreted_timeline`, for a mail that was accepted for every recipient."""
        envelope = self.envelope
        sender_at = self._commands.index(Command.MAIL)
        began_s = self._log[0][0]
        details = (
            envelope.sender.spec or "<>",
            ", ".join([one.spec for one in envelope.recipients]),
            str(replies[-1][1]),
        )
        ends_ms = [(replies[at][0] - began_s) * 1000 for at in (sender_at, sender_at + len(envelope.recipients), -1)]
        return Timeline(
            steps=tuple(
                [
                    Step(stage=stage, status=StepStatus.DONE, detail=detail, started_ms=start, duration_ms=end - start)
                    for stage, detail, start, end in zip(
                        TRANSACTION_STAGES, details, (0.0, *ends_ms), ends_ms, strict=False
                    )
                ]
            ),
            transcript=tuple(lines),
            accepted=replies[-1][1],
        )

    def _interpreted_timeline(
        self, lines: list[TranscriptLine], replies: list[_TimedReply], redactor: SecretRedactor
    ) -> Timeline:
        clock = _Clock(self._log[0][0])
        recorder = TimelineRecorder(TRANSACTION_STAGES, on_step=None, now_s=clock.now_s, redactor=redactor)
        recorder.extend(lines)
        recorder.begin(Stage.SENDER)
        failure: Failure | None = None
        accepted: Reply | None = None
        try:
            accepted = _interpret(self._prepared, zip(self._commands, replies, strict=False), recorder, clock)
        except SessionError as error:
            failure = recorder.fail(error)
        return recorder.timeline(failure=failure, accepted=accepted)


def unsent(error: SessionError, redactor: SecretRedactor) -> Timeline:
    """Returns the timeline of a mail that this server can't take as it is: nothing of it was sent."""
    recorder = TimelineRecorder(TRANSACTION_STAGES, on_step=None, now_s=_Clock(0.0).now_s, redactor=redactor)
    recorder.begin(Stage.SENDER)
    return recorder.timeline(failure=recorder.fail(error), accepted=None)


class _Clock:
    """A clock that shows the time of a log entry, counted from the first one."""

    def __init__(self, began_s: float) -> None:
        self.at_s = self._began_s = began_s

    def now_s(self) -> float:
        return self.at_s - self._began_s


def _transcript(
    log: Log, clean: ShownReplies | None, redactor: SecretRedactor
) -> tuple[list[TranscriptLine], list[_TimedReply]]:
    """Returns the transcript, and the replies with their times, all redacted together where they are not `clean`."""
    began_s = log[0][0]
    raw = [entry for _, entry in log if isinstance(entry, RawReply)]
    replies = iter(map(clean.of, raw) if clean else ((reply, lines_of(reply)) for reply in redacted(raw, redactor)))
    timed: list[_TimedReply] = []
    lines: list[TranscriptLine] = []
    for at_s, entry in log:
        at_ms = (at_s - began_s) * 1000
        if isinstance(entry, str):
            lines.append(TranscriptLine(party=Party.CLIENT, text=entry, at_ms=at_ms))
        else:
            reply, words = next(replies)
            timed.append((at_s, reply))
            lines += [TranscriptLine(party=Party.SERVER, text=line, at_ms=at_ms) for line in words]
    return lines, timed


def _interpret(
    prepared: PreparedMessage, replies: Iterable[tuple[Command, _TimedReply]], recorder: TimelineRecorder, clock: _Clock
) -> Reply:
    """Returns the reply with which the server accepted the mail. Raises SessionError."""
    interpreter = ReplyInterpreter(prepared, recorder)
    recipients: list[Reply] = []
    for command, (clock.at_s, reply) in replies:
        if reply.code == GOING_AWAY:
            raise going_away(reply)
        match command:
            case Command.MAIL:
                interpreter.sender(reply)
            case Command.RCPT:
                recipients.append(reply)
                if len(recipients) == len(prepared.envelope.recipients):
                    interpreter.recipients(recipients)
            case Command.DATA:
                interpreter.go_ahead(reply)
            case Command.CONTENT:
                interpreter.content(reply)
                return reply
            case Command.RSET | Command.LONE_DOT:
                pass
    raise outcome_unknown()
