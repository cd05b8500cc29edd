"""Handing one mail to a server that has let us in."""

from collections import deque

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.message_text import text
from smtp_desktop.transports.session_error import CUT_OFF, Ended
from smtp_desktop.transports.smtp.command_channel import Dialogue
from smtp_desktop.transports.smtp.greeting import accepts
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.prepared_message import Parcel, pack
from smtp_desktop.transports.smtp.protocol import Capabilities, bdat, dotted
from smtp_desktop.transports.smtp.replies import GO_AHEAD, Verdicts, outcome_unknown
from smtp_desktop.transports.timeline_recorder import Record

_DATA = "DATA"
# RFC 5321 4.2.2: syntax, not implemented, bad sequence. A server that offers CHUNKING has no reason to say so.
_NO_COMMAND = range(500, 505)


class ChunkingRefused(Exception):
    """The server offers CHUNKING, but does not know BDAT. It has taken nothing of the mail, but may take the content
    for commands: only hanging up is safe."""


class Submission:
    """MAIL and RCPT in one flight where the server offers PIPELINING (RFC 2920), else one by one. The content waits for
    their replies; then it goes with BDAT where CHUNKING is offered (RFC 3030), else behind DATA, which shares the
    flight."""

    def __init__(
        self, mail: Mail, capabilities: Capabilities, *, dialogue: Dialogue, record: Record, limits: Limits
    ) -> None:
        self._mail = mail
        self._capabilities = capabilities
        self._dialogue = dialogue
        self._record = record
        self._limits = limits
        self._verdicts = Verdicts(mail.envelope, record)
        self._awaited: deque[str] = deque()  # said, and not answered yet
        self._for_nobody = False

    def run(self) -> Reply:
        """Returns the server's final word: it has taken the mail. Raises Ended, ChunkingRefused."""
        self._record.begin(Stage.SENDER)
        parcel = pack(self._mail, self._capabilities)
        if self._capabilities.pipelining:
            last = () if self._capabilities.chunking else (_DATA,)
            self._say(parcel.mail_line, *parcel.rcpt_lines, *last)
        self._verdicts.sender(self._ask(parcel.mail_line))
        self._recipients(parcel.rcpt_lines)
        if not self._capabilities.chunking:
            self._verdicts.go_ahead(self._ask(_DATA))
        # Who was told that the content is about to go out may have forbidden it.
        self._dialogue.watch.check()
        return self._deliver(parcel)

    def leave_tidy(self, *, limit_s: float) -> bool:
        """Reads what a pipelined flight still has to bring. Returns whether the server now waits for a command;
        where it waits for content that nobody shall get, only hanging up is safe. Raises Ended."""
        while self._awaited:
            answered = self._awaited[0]
            reply = self._hear(limit_s)
            if answered == _DATA and reply.code == GO_AHEAD:
                if not self._for_nobody:
                    return False
                # RFC 2920 3.1: with every recipient refused, DATA is ended by a lone dot.
                self._dialogue.say(".")
                self._dialogue.hear(limit_s=limit_s)
        return True

    def _say(self, *lines: str) -> None:
        self._dialogue.say(*lines)
        self._awaited.extend(lines)

    def _ask(self, line: str) -> Reply:
        if not self._awaited:
            self._say(line)
        return self._hear(self._limits.reply_s)

    def _hear(self, limit_s: float) -> Reply:
        reply = self._dialogue.hear(limit_s=limit_s)
        self._awaited.popleft()
        return reply

    def _recipients(self, lines: tuple[str, ...]) -> None:
        replies = [self._ask(line) for line in lines]
        self._for_nobody = not any(map(accepts, replies))
        self._verdicts.recipients(replies)

    def _deliver(self, parcel: Parcel) -> Reply:
        size_bytes = len(parcel.content)
        if self._capabilities.chunking:
            self._dialogue.say(bdat(size_bytes))
            self._dialogue.say_content(parcel.content, size_bytes=size_bytes)
        else:
            self._dialogue.say_content(dotted(parcel.content), size_bytes=size_bytes)
        reply = self._final_reply()
        if self._capabilities.chunking and reply.code in _NO_COMMAND:
            raise ChunkingRefused
        self._verdicts.content(reply)
        return reply

    def _final_reply(self) -> Reply:
        try:
            reply = self._dialogue.hear(limit_s=self._limits.final_reply_s)
        except Ended as ended:
            if ended.kind in CUT_OFF and self._dialogue.channel.all_sent:
                raise outcome_unknown() from ended
            raise
        if accepts(reply) and not self._dialogue.channel.all_sent:
            raise Ended(
                FailureKind.PROTOCOL,
                text("The server claimed to have taken the mail before it had all of it. It may be cut short."),
            )
        return reply
