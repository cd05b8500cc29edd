"""Handing one mail to a server that has let us in."""

from collections import deque

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import CUT_OFF, SessionError
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.greeting import accepts
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.prepared_message import PreparedMessage, prepare
from smtp_desktop.transports.smtp.protocol import Capabilities, bdat, dotted
from smtp_desktop.transports.smtp.replies import GO_AHEAD, ReplyInterpreter, outcome_unknown
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_DATA = "DATA"
# RFC 5321 4.2.2: syntax, not implemented, bad sequence. A server that offers CHUNKING has no reason to say so.
_NO_COMMAND = range(500, 505)


class ChunkingRefused(Exception):
    """The server offers CHUNKING, but does not know BDAT. It has taken nothing of the mail, but may take the content
    for commands: only hanging up is safe."""


class Transaction:
    """MAIL and RCPT in one flight where the server offers PIPELINING (RFC 2920), else one by one. The content waits for
    their replies; then it goes with BDAT where CHUNKING is offered (RFC 3030), else behind DATA, which shares the
    flight."""

    def __init__(
        self,
        mail: Mail,
        capabilities: Capabilities,
        *,
        commands: CommandChannel,
        recorder: TimelineRecorder,
        limits: Limits,
    ) -> None:
        self._mail = mail
        self._capabilities = capabilities
        self._commands = commands
        self._recorder = recorder
        self._limits = limits
        self._interpreter = ReplyInterpreter(mail.envelope, recorder)
        self._awaited: deque[str] = deque()  # said, and not answered yet
        self._for_nobody = False

    def run(self) -> Reply:
        """Returns the server's final word: it has taken the mail. Raises SessionError, ChunkingRefused."""
        self._recorder.begin(Stage.SENDER)
        prepared = prepare(self._mail, self._capabilities)
        if self._capabilities.pipelining:
            last = () if self._capabilities.chunking else (_DATA,)
            self._say(prepared.mail_line, *prepared.rcpt_lines, *last)
        self._interpreter.sender(self._ask(prepared.mail_line))
        self._recipients(prepared.rcpt_lines)
        if not self._capabilities.chunking:
            self._interpreter.go_ahead(self._ask(_DATA))
        # Who was told that the content is about to go out may have forbidden it.
        self._commands.deadline.check()
        return self._deliver(prepared)

    def leave_tidy(self, *, limit_s: float) -> bool:
        """Reads what a pipelined flight still has to bring. Returns whether the server now waits for a command;
        where it waits for content that nobody shall get, only hanging up is safe. Raises SessionError."""
        while self._awaited:
            answered = self._awaited[0]
            reply = self._hear(limit_s)
            if answered == _DATA and reply.code == GO_AHEAD:
                if not self._for_nobody:
                    return False
                # RFC 2920 3.1: with every recipient refused, DATA is ended by a lone dot.
                self._commands.say(".")
                self._commands.hear(limit_s=limit_s)
        return True

    def _say(self, *lines: str) -> None:
        self._commands.say(*lines)
        self._awaited.extend(lines)

    def _ask(self, line: str) -> Reply:
        if not self._awaited:
            self._say(line)
        return self._hear(self._limits.reply_s)

    def _hear(self, limit_s: float) -> Reply:
        reply = self._commands.hear(limit_s=limit_s)
        self._awaited.popleft()
        return reply

    def _recipients(self, lines: tuple[str, ...]) -> None:
        replies = [self._ask(line) for line in lines]
        self._for_nobody = not any(map(accepts, replies))
        self._interpreter.recipients(replies)

    def _deliver(self, prepared: PreparedMessage) -> Reply:
        size_bytes = len(prepared.content)
        if self._capabilities.chunking:
            self._commands.say(bdat(size_bytes))
            self._commands.say_content(prepared.content, size_bytes=size_bytes)
        else:
            self._commands.say_content(dotted(prepared.content), size_bytes=size_bytes)
        reply = self._final_reply()
        if self._capabilities.chunking and reply.code in _NO_COMMAND:
            raise ChunkingRefused
        self._interpreter.content(reply)
        return reply

    def _final_reply(self) -> Reply:
        try:
            reply = self._commands.hear(limit_s=self._limits.final_reply_s)
        except SessionError as error:
            if error.kind in CUT_OFF and self._commands.channel.all_sent:
                raise outcome_unknown() from error
            raise
        if accepts(reply) and not self._commands.channel.all_sent:
            raise SessionError(
                FailureKind.PROTOCOL,
                msg("The server claimed to have taken the mail before it had all of it. It may be cut short."),
            )
        return reply
