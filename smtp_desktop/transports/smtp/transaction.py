"""A mail transaction (RFC 5321 3.3): MAIL, RCPT, and the content by DATA or BDAT."""

from collections import deque

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import CUT_OFF, SessionError
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.context import Limits
from smtp_desktop.transports.smtp.prepared_message import PreparedMessage, prepare
from smtp_desktop.transports.smtp.protocol import Capabilities, bdat, dot_stuffed, is_completion
from smtp_desktop.transports.smtp.replies import GO_AHEAD, ReplyInterpreter, outcome_unknown

_DATA = "DATA"
# RFC 5321 4.2.2: syntax, not implemented, bad sequence. A server that offers CHUNKING has no reason to say so.
_COMMAND_UNKNOWN = range(500, 505)


class ChunkingRefused(Exception):
    """The server offers CHUNKING but does not know BDAT. It has accepted nothing of the mail, yet may read the content
    as commands: only closing the connection is safe."""


class Transaction:
    """Sends one mail: MAIL and RCPT as one batch where the server offers PIPELINING (RFC 2920), else one by one.

    The content waits for their replies. It goes by BDAT where the server offers CHUNKING (RFC 3030), else after DATA,
    which is part of the batch.
    """

    def __init__(
        self,
        mail: Mail,
        capabilities: Capabilities,
        *,
        commands: CommandChannel,
        limits: Limits,
    ) -> None:
        self._mail = mail
        self._capabilities = capabilities
        self._commands = commands
        self._recorder = commands.recorder
        self._limits = limits
        self._interpreter = ReplyInterpreter(mail.envelope, commands.recorder)
        self._awaited: deque[str] = deque()  # commands that were sent and not answered yet
        self._all_rejected = False

    def run(self) -> Reply:
        """Sends the mail, and returns the reply that accepted it.

        Raises SessionError, ChunkingRefused, and ValueError for a mail that no server may get.
        """
        self._recorder.begin(Stage.SENDER)
        prepared = prepare(self._mail, self._capabilities)
        if self._capabilities.pipelining:
            data = () if self._capabilities.chunking else (_DATA,)
            self._queue(prepared.mail_command, *prepared.rcpt_commands, *data)
        self._interpreter.sender(self._execute(prepared.mail_command))
        self._send_recipients(prepared.rcpt_commands)
        if not self._capabilities.chunking:
            self._interpreter.go_ahead(self._execute(_DATA))
        # A listener that was notified of CONTENT may have cancelled.
        self._commands.deadline.check()
        return self._send_content(prepared)

    def drain(self, *, limit_s: float) -> bool:
        """Reads the replies to commands that were sent ahead. Returns whether the server waits for a command now; where
        it waits for content that nobody is to get, only closing the connection is safe. Raises SessionError."""
        while self._awaited:
            command = self._awaited[0]
            reply = self._read_reply(limit_s)
            if command == _DATA and reply.code == GO_AHEAD:
                if not self._all_rejected:
                    return False
                # RFC 2920 3.1: with every recipient refused, DATA is ended by a lone dot.
                self._commands.queue(".")
                self._commands.read_reply(limit_s=limit_s)
        return True

    def _queue(self, *lines: str) -> None:
        self._commands.queue(*lines)
        self._awaited.extend(lines)

    def _execute(self, line: str) -> Reply:
        """Returns the reply to `line`, which is sent now unless it was part of the batch."""
        if not self._awaited:
            self._queue(line)
        return self._read_reply(self._limits.reply_s)

    def _read_reply(self, limit_s: float) -> Reply:
        reply = self._commands.read_reply(limit_s=limit_s)
        self._awaited.popleft()
        return reply

    def _send_recipients(self, lines: tuple[str, ...]) -> None:
        replies = [self._execute(line) for line in lines]
        self._all_rejected = not any(map(is_completion, replies))
        self._interpreter.recipients(replies)

    def _send_content(self, prepared: PreparedMessage) -> Reply:
        size_bytes = len(prepared.content)
        if self._capabilities.chunking:
            self._commands.queue(bdat(size_bytes))
            self._commands.queue_content(prepared.content, size_bytes=size_bytes)
        else:
            self._commands.queue_content(dot_stuffed(prepared.content), size_bytes=size_bytes)
        reply = self._final_reply()
        if self._capabilities.chunking and reply.code in _COMMAND_UNKNOWN:
            raise ChunkingRefused
        self._interpreter.content(reply)
        return reply

    def _final_reply(self) -> Reply:
        try:
            reply = self._commands.read_reply(limit_s=self._limits.final_reply_s)
        except SessionError as error:
            if error.kind in CUT_OFF and self._commands.channel.all_sent:
                raise outcome_unknown() from error
            raise
        if is_completion(reply) and not self._commands.channel.all_sent:
            raise SessionError(
                FailureKind.PROTOCOL,
                msg("The server claimed to have taken the mail before it had all of it. It may be cut short."),
            )
        return reply
